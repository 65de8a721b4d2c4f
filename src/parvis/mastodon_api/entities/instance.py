"""Instance, V1::Instance and NodeInfo: the network as it presents itself to apps and servers."""

from typing import Any

import msgspec

import parvis
from parvis.domain.accounts import change
from parvis.domain.addresses import Addresses
from parvis.domain.media import uploads
from parvis.domain.network.numbers import Numbers
from parvis.domain.network.rules import Rule
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.statuses import draft, pin, tags
from parvis.infra import film_child
from parvis.infra.image_child import MAX_PIXELS
from parvis.mastodon_api.entities.encoded import AnyAccountRaw
from parvis.mastodon_api.entities.rules import RuleEntity, rule_entity
from parvis.protocols import markdown
from parvis.protocols import text as texts

API_VERSION = "4.3.0"  # of Mastodon's API, which apps look for
API_GENERATION = 2  # what Mastodon 4.3 calls api_versions.mastodon
VERSION = f"{API_VERSION} (compatible; Parvis {parvis.__version__})"
SOURCE_URL = ""  # where the source of this version is published, once it is


class Seen(msgspec.Struct):
    """Everything the entities are made of. `contact`: the account to turn to, encoded, or null."""

    settings: NetworkSettings
    numbers: Numbers
    rules: list[Rule]
    contact: msgspec.Raw


class Urls(msgspec.Struct):
    streaming_api: str


class Stats(msgspec.Struct):
    user_count: int
    status_count: int
    domain_count: int


class InstanceV1(msgspec.Struct):
    uri: str  # without scheme
    title: str
    short_description: str
    description: str
    email: str
    version: str
    urls: Urls
    stats: Stats
    thumbnail: str | None
    languages: list[str]
    registrations: bool
    approval_required: bool
    invites_enabled: bool
    configuration: dict[str, Any]
    contact_account: AnyAccountRaw
    rules: list[RuleEntity]


class Thumbnail(msgspec.Struct):
    url: str
    description: str


class Icon(msgspec.Struct):
    src: str
    size: str


class Registrations(msgspec.Struct):
    enabled: bool
    approval_required: bool
    reason_required: bool
    message: str | None  # HTML; while they are closed
    min_age: int | None
    url: str | None


class Contact(msgspec.Struct):
    email: str
    account: AnyAccountRaw


class InstanceV2(msgspec.Struct):
    domain: str
    title: str
    version: str
    source_url: str
    description: str
    usage: dict[str, dict[str, int]]
    thumbnail: Thumbnail
    icon: list[Icon]
    languages: list[str]
    configuration: dict[str, Any]
    registrations: Registrations
    api_versions: dict[str, int]
    wrapstodon: str | None
    contact: Contact
    rules: list[RuleEntity]


def html(text: str, addresses: Addresses) -> str:
    """A long text of the network: paragraphs and links."""
    return texts.to_html(texts.parse(text), {}, addresses.tag_url) if text else ""


def streaming(addresses: Addresses) -> str:
    return "ws" + addresses.root.removeprefix("http")


def _thumbnail(settings: NetworkSettings, addresses: Addresses) -> str:
    if settings.thumbnail:
        return addresses.media_url(settings.thumbnail)
    return f"{addresses.root}/static/header.svg"


def _icons(settings: NetworkSettings, addresses: Addresses) -> list[Icon]:
    """The logo in its sizes, or the arch, which is drawn in any."""
    if settings.logo is None:
        return [Icon(f"{addresses.root}/static/mark.svg", "512x512")]
    sizes = (("192x192", settings.logo.icon), ("512x512", settings.logo.large))
    return [Icon(addresses.media_url(key), size) for size, key in sizes]


def _limits() -> dict[str, Any]:
    """The limits that both versions tell, from where they are enforced."""
    return {
        "accounts": {"max_featured_tags": tags.FEATURED_MOST},
        "statuses": {
            "max_characters": draft.MAX_LENGTH,
            "max_media_attachments": draft.MAX_MEDIA,
            "characters_reserved_per_url": texts.URL_LENGTH,
        },
        "media_attachments": {
            "supported_mime_types": list(uploads.KINDS),
            "image_size_limit": uploads.MAX_BYTES,
            "image_matrix_limit": MAX_PIXELS,
            "video_size_limit": uploads.MAX_FILM_BYTES,
            "video_frame_rate_limit": film_child.MAX_RATE,
            "video_matrix_limit": film_child.MAX_PIXELS,
        },
        "polls": {
            "max_options": draft.MAX_OPTIONS,
            "max_characters_per_option": draft.MAX_OPTION_LENGTH,
            "min_expiration": draft.POLL_SHORTEST_S,
            "max_expiration": draft.POLL_LONGEST_S,
        },
    }


def instance_v1(seen: Seen, addresses: Addresses) -> InstanceV1:
    settings, numbers = seen.settings, seen.numbers
    return InstanceV1(
        uri=addresses.domain,
        title=settings.title,
        short_description=settings.short_description,
        description=markdown.to_html(settings.description) or settings.short_description,
        email=settings.contact_email,
        version=VERSION,
        urls=Urls(streaming(addresses)),
        stats=Stats(numbers.users, numbers.statuses, numbers.domains),
        thumbnail=_thumbnail(settings, addresses),
        languages=settings.languages,
        registrations=settings.registrations != "closed",
        approval_required=settings.registrations == "approval",
        invites_enabled=settings.members_may_invite,
        configuration=_limits(),
        contact_account=seen.contact,
        rules=[rule_entity(rule) for rule in seen.rules],
    )


def instance_v2(seen: Seen, addresses: Addresses) -> InstanceV2:
    settings = seen.settings
    message = html(settings.registrations_message, addresses)
    is_closed = settings.registrations == "closed"
    return InstanceV2(
        domain=addresses.domain,
        title=settings.title,
        version=VERSION,
        source_url=SOURCE_URL,
        description=settings.short_description,
        usage={"users": {"active_month": seen.numbers.active_month}},
        thumbnail=Thumbnail(_thumbnail(settings, addresses), settings.thumbnail_description),
        icon=_icons(settings, addresses),
        languages=settings.languages,
        configuration=_configuration(settings, addresses),
        registrations=Registrations(
            enabled=not is_closed,
            approval_required=settings.registrations == "approval",
            reason_required=False,
            message=(message or None) if is_closed else None,
            min_age=None,
            url=None,
        ),
        api_versions={"mastodon": API_GENERATION},
        wrapstodon=None,
        contact=Contact(settings.contact_email, seen.contact),
        rules=[rule_entity(rule) for rule in seen.rules],
    )


def _configuration(settings: NetworkSettings, addresses: Addresses) -> dict[str, Any]:
    limits, root = _limits(), addresses.root
    everybody = {"local": "public", "remote": "public"}
    limits["accounts"] |= {
        "max_pinned_statuses": pin.MAX_PINS,
        "max_display_name_length": change.MAX_NAME,
        "max_note_length": change.MAX_NOTE,
        "max_avatar_description_length": change.MAX_PICTURE_DESCRIPTION,
        "max_header_description_length": change.MAX_PICTURE_DESCRIPTION,
        "max_profile_fields": change.MAX_FIELDS,
        "profile_field_name_limit": change.MAX_FIELD,
        "profile_field_value_limit": change.MAX_FIELD,
    }
    limits["media_attachments"]["description_limit"] = uploads.MAX_DESCRIPTION
    return {
        "urls": {
            "streaming": streaming(addresses),
            "status": None,
            "about": f"{root}/about",
            "privacy_policy": f"{root}/privacy-policy" if settings.privacy_policy else None,
            "terms_of_service": f"{root}/terms-of-service" if settings.terms_of_service else None,
        },
        "vapid": {"public_key": ""},  # push to browsers is not there yet
        **limits,
        "translation": {"enabled": False},
        "timelines_access": {
            "live_feeds": everybody,
            "hashtag_feeds": everybody,
            "trending_link_feeds": everybody,
        },
        "limited_federation": False,
    }


def nodeinfo(version: str, seen: Seen) -> dict[str, Any]:
    """NodeInfo 2.0 and 2.1 (nodeinfo.diaspora.software)."""
    settings, numbers = seen.settings, seen.numbers
    software = {"name": "parvis", "version": parvis.__version__}
    if version == "2.1" and SOURCE_URL:
        software["repository"] = SOURCE_URL
    return {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": settings.registrations != "closed",
        "usage": {
            "users": {
                "total": numbers.users,
                "activeMonth": numbers.active_month,
                "activeHalfyear": numbers.active_half_year,
            },
            "localPosts": numbers.statuses,
        },
        "metadata": {
            "nodeName": settings.title,
            "nodeDescription": settings.short_description,
        },
    }
