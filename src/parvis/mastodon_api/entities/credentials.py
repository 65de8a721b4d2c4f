"""CredentialAccount as the API shows it: an account with what only its own person sees."""

import msgspec

from parvis.domain.access.reading import read_reading
from parvis.domain.accounts.lookup import Credentials
from parvis.domain.accounts.types import AccountRow, ShownAccount
from parvis.domain.accounts.types import Role as RoleName
from parvis.domain.addresses import Addresses
from parvis.mastodon_api.entities.accounts import ROLE_IDS, FieldEntity, account_bytes
from parvis.protocols.timestamps import iso

# Mastodon's permission bits, as far as there is something here to be permitted.
EVERYTHING = 0xFFFFF
MODERATING = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 8 | 1 << 9 | 1 << 10
PERMISSIONS: dict[RoleName, int] = {
    "member": 0,
    "moderator": MODERATING,
    "admin": EVERYTHING,
    "owner": EVERYTHING,
}
EVERYONE_ID = "-99"  # Mastodon's id of the role that everybody has


class RoleEntity(msgspec.Struct):
    id: str
    name: str
    permissions: str
    color: str
    highlighted: bool
    collection_limit: int = 0


class Source(msgspec.Struct):
    """What an app puts into its form for changing the account."""

    privacy: str
    sensitive: bool
    language: str
    note: str
    fields: list[FieldEntity]
    follow_requests_count: int
    hide_collections: bool
    discoverable: bool
    indexable: bool
    attribution_domains: tuple[str, ...] = ()
    quote_policy: str = "nobody"  # there are no quotes yet


class Own(msgspec.Struct):
    source: Source
    role: RoleEntity


class Preferences(msgspec.Struct, rename=lambda name: name.replace("__", ":")):
    """Defaults of a person as apps read them. What is stored under their own names wins."""

    posting__default__visibility: str
    posting__default__sensitive: bool
    posting__default__language: str | None
    posting__default__quote_policy: str = "nobody"
    reading__expand__media: str = "default"
    reading__expand__spoilers: bool = False
    reading__autoplay__gifs: bool = False


def role_entity(role: RoleName) -> RoleEntity:
    is_shown = role in ROLE_IDS
    return RoleEntity(
        id=ROLE_IDS.get(role, EVERYONE_ID),
        name=role.title() if is_shown else "",
        permissions=str(PERMISSIONS[role]),
        color="",
        highlighted=is_shown,
    )


def source_entity(account: AccountRow, own: Credentials) -> Source:
    return Source(
        privacy=own.default_visibility,
        sensitive=own.default_sensitive,
        language=own.default_language or "",
        note=account.note,
        fields=[
            FieldEntity(
                field.name, field.value, iso(field.verified_at) if field.verified_at else None
            )
            for field in account.fields
        ],
        follow_requests_count=own.follow_requests,
        hide_collections=account.hides_collections,
        discoverable=account.is_discoverable,
        indexable=account.is_indexable,
        attribution_domains=tuple(own.preferences.get("attribution_domains", ())),
    )


def credential_bytes(shown: ShownAccount, own: Credentials, addresses: Addresses) -> bytes:
    """A whole CredentialAccount."""
    entity = Own(source_entity(shown.account, own), role_entity(own.role))
    members = msgspec.json.encode(entity)[1:-1]
    return b"%b,%b}" % (account_bytes(shown, addresses)[:-1], members)


def preferences_entity(own: Credentials) -> Preferences:
    reading = read_reading(own.preferences)
    return Preferences(
        own.default_visibility,
        own.default_sensitive,
        own.default_language,
        reading__expand__media=reading.media,
        reading__expand__spoilers=reading.expands_warnings,
        reading__autoplay__gifs=reading.autoplays,
    )
