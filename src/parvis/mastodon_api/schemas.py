"""Which entity consists of what, for the API's description.

Entities that are joined from encoded parts have no type that names all their members: here each is
the sum of the types of its parts. A test compares answers with it.
"""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from parvis.mastodon_api.entities import (
    account_form,
    accounts,
    announcements,
    apps,
    credentials,
    edits,
    emojis,
    instance,
    media,
    moderation,
    petitions,
    polls,
    relationships,
    rules,
    statuses,
    tags,
)
from parvis.mastodon_api.entities.encoded import (
    AccountRaw,
    AccountsRaw,
    AnyPollRaw,
    AnyStatusRaw,
    ReportRaw,
    StatusesRaw,
    StatusRaw,
    TagsRaw,
)
from parvis.mastodon_api.entities.notifications import NotificationHead
from parvis.mastodon_api.routes.instance import Activity, Description
from parvis.mastodon_api.routes.lists import ListEntity
from parvis.mastodon_api.routes.markers import MarkerEntity
from parvis.mastodon_api.routes.notifications import Unread
from parvis.mastodon_api.routes.oembed import Oembed


class Error(msgspec.Struct):
    """`details`: by parameter, what is wrong with it."""

    error: str
    error_description: str | UnsetType = UNSET
    details: dict[str, list[dict[str, str]]] | UnsetType = UNSET


class StatusRest(msgspec.Struct):
    account: AccountRaw
    replies_count: int
    reblogs_count: int
    favourites_count: int
    reblog: AnyStatusRaw
    poll: AnyPollRaw
    favourited: bool | UnsetType = UNSET  # this and the following: only told to somebody logged in
    reblogged: bool | UnsetType = UNSET
    muted: bool | UnsetType = UNSET
    bookmarked: bool | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    filtered: list[str] | UnsetType = UNSET
    text: str | UnsetType = UNSET  # as written; only when it was just deleted


class NotificationRest(msgspec.Struct):
    account: AccountRaw
    status: StatusRaw | UnsetType = UNSET
    report: ReportRaw | UnsetType = UNSET


class Conversation(msgspec.Struct):
    id: str
    unread: bool
    accounts: AccountsRaw
    last_status: AnyStatusRaw


class Context(msgspec.Struct):
    ancestors: StatusesRaw
    descendants: StatusesRaw


class Search(msgspec.Struct):
    accounts: AccountsRaw
    statuses: StatusesRaw
    hashtags: TagsRaw


class SearchV1(msgspec.Struct):
    accounts: AccountsRaw
    statuses: StatusesRaw
    hashtags: list[str]


class MutedRest(msgspec.Struct):
    mute_expires_at: str | None


class FamiliarFollowers(msgspec.Struct):
    id: str
    accounts: AccountsRaw


class Suggestion(msgspec.Struct):
    source: str
    sources: list[str]
    account: AccountRaw


class Markers(msgspec.Struct):
    home: MarkerEntity | UnsetType = UNSET
    notifications: MarkerEntity | UnsetType = UNSET


class Terms(msgspec.Struct):
    effective_date: str
    effective: bool
    content: str  # HTML
    succeeded_by: str | None


class Claims(msgspec.Struct):
    """Of OpenID Connect, as userinfo answers them."""

    iss: str
    sub: str
    name: str
    preferred_username: str
    profile: str
    picture: str


class NodeLink(msgspec.Struct):
    rel: str
    href: str


class NodeLinks(msgspec.Struct):
    links: list[NodeLink]


class Node(msgspec.Struct):
    """nodeinfo.diaspora.software"""

    version: str
    software: dict[str, str]
    protocols: list[str]
    services: dict[str, list[str]]
    usage: dict[str, Any]
    metadata: dict[str, Any]
    openRegistrations: bool  # noqa: N815 - NodeInfo's spelling


# Entities that are answered only in empty lists yet: `{}` says nothing of them.
class Nothing(msgspec.Struct):
    """There are none yet."""


FACE = (accounts.AccountFace, accounts.AccountNumbers)
# An entity's name as Mastodon documents it → the types whose members it has.
ENTITIES: dict[str, tuple[type[msgspec.Struct], ...]] = {
    "Account": FACE,
    "Activity": (Activity,),
    "Admin::Account": (moderation.AdminAccount,),
    "Admin::Report": (moderation.AdminReport,),
    "Announcement": (announcements.AnnouncementEntity,),
    "Application": (apps.Application,),
    "Context": (Context,),
    "Conversation": (Conversation,),
    "CredentialAccount": (*FACE, credentials.Own),
    "CredentialApplication": (apps.CredentialApplication,),
    "CustomEmoji": (emojis.CustomEmoji,),
    "DomainBlock": (Nothing,),
    "Error": (Error,),
    "ExtendedDescription": (Description,),
    "FamiliarFollowers": (FamiliarFollowers,),
    "FeaturedTag": (tags.FeaturedTagEntity,),
    "Instance": (instance.InstanceV2,),
    "List": (ListEntity,),
    "Markers": (Markers,),
    "MediaAttachment": (media.MediaAttachment,),
    "MutedAccount": (*FACE, MutedRest),
    "NodeInfo": (Node,),
    "NodeInfoLinks": (NodeLinks,),
    "OEmbed": (Oembed,),
    "Notification": (NotificationHead, NotificationRest),
    "Poll": (polls.Poll,),
    "PollInvitation": (polls.PollInvitation,),
    "VoteReceipt": (polls.VoteReceipt,),
    "BallotToken": (polls.BallotToken,),
    "Petition": (petitions.Petition,),
    "PetitionSummary": (petitions.PetitionSummary,),
    "SignatureReceipt": (petitions.SignatureReceipt,),
    "Preferences": (credentials.Preferences,),
    "PrivacyPolicy": (Description,),
    "Profile": (account_form.Profile,),
    "Relationship": (relationships.RelationshipEntity,),
    "Report": (moderation.ReportEntity,),
    "Rule": (rules.RuleEntity,),
    "ScheduledStatus": (Nothing,),
    "Search": (Search,),
    "Status": (statuses.StatusIdentity, statuses.StatusContent, StatusRest),
    "StatusEdit": (edits.StatusEdit,),
    "StatusSource": (edits.StatusSource,),
    "Suggestion": (Suggestion,),
    "Tag": (tags.TagEntity,),
    "TermsOfService": (Terms,),
    "Token": (apps.TokenEntity,),
    "Trends::Link": (Nothing,),
    "UnreadCount": (Unread,),
    "UserInfo": (Claims,),
    "V1::Instance": (instance.InstanceV1,),
    "V1::Search": (SearchV1,),
}
# What is no entity of ours: another standard's document, or no JSON.
DOCUMENTS = {
    "JsonResource": ("application/jrd+json", {"type": "object"}),
    "OAuthServer": ("application/json", {"type": "object"}),
    "OpenAPI": ("application/json", {"type": "object"}),
    "XRD": ("application/xrd+xml", {"type": "string"}),
    "text": ("text/plain", {"type": "string"}),
    "string": ("application/json", {"type": "string"}),
    "bool": ("application/json", {"type": "boolean"}),
}
