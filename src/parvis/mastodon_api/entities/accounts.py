"""Account as the API shows it, encoded once and kept on its row until the row changes."""

from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.accounts.types import AccountRow, Picture, ShownAccount
from parvis.domain.addresses import Addresses
from parvis.mastodon_api.entities.emojis import CustomEmoji, emojis_of
from parvis.protocols.timestamps import iso


class FieldEntity(msgspec.Struct):
    name: str
    value: str  # HTML
    verified_at: str | None


class Role(msgspec.Struct):
    id: str
    name: str
    color: str


class FeatureApproval(msgspec.Struct, frozen=True):
    """Whether others may feature the account in collections, which this network does not have."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()
    current_user: str = "denied"


class AccountFace(msgspec.Struct):
    """All of an Account but its counters, which change more often."""

    id: str
    username: str
    acct: str
    display_name: str
    locked: bool
    bot: bool
    discoverable: bool | None
    indexable: bool
    group: bool
    created_at: str
    note: str
    url: str
    uri: str
    avatar: str
    avatar_static: str
    avatar_description: str
    header: str
    header_static: str
    header_description: str
    emojis: list[CustomEmoji]
    roles: list[Role]
    fields: list[FieldEntity]
    hide_collections: bool | None
    noindex: bool
    show_media: bool = True
    show_media_replies: bool = True
    show_featured: bool = True
    feature_approval: FeatureApproval = FeatureApproval()
    suspended: bool = False
    limited: bool = False


class AccountNumbers(msgspec.Struct):
    followers_count: int
    following_count: int
    statuses_count: int
    last_status_at: str | None  # a date


ROLE_IDS = {"moderator": "1", "admin": "2", "owner": "3"}


def picture(kept: Picture | None, default: str, addresses: Addresses) -> tuple[str, str, str]:
    """Address, static address and description of an avatar or header."""
    if kept is None:
        address = f"{addresses.root}/static/{default}"
        return address, address, ""
    return _absolute(kept.url, addresses), _absolute(kept.static_url, addresses), kept.description


def _absolute(url: str, addresses: Addresses) -> str:
    return url if "://" in url else addresses.media_url(url)


def face(row: AccountRow, addresses: Addresses) -> AccountFace:
    """A suspended account is an empty shell: its words and pictures are withdrawn (Mastodon's
    rule).
    """
    gone = row.is_gone
    avatar = picture(None if gone else row.avatar, "avatar.svg", addresses)
    header = picture(None if gone else row.header, "header.svg", addresses)
    roles = [Role(ROLE_IDS[row.role], row.role.title(), "")] if row.role in ROLE_IDS else []
    return AccountFace(
        id=str(row.id),
        username=row.username,
        acct=row.acct,
        display_name="" if gone else row.display_name,
        locked=False if gone else row.is_locked,
        bot=False if gone else row.is_bot,
        discoverable=False if gone else row.is_discoverable,
        indexable=False if gone else row.is_indexable,
        group=row.is_group,
        created_at=_midnight(row.created_at),
        note="" if gone else row.note_html,
        url=row.url,
        uri=row.uri,
        avatar=avatar[0],
        avatar_static=avatar[1],
        avatar_description=avatar[2],
        header=header[0],
        header_static=header[1],
        header_description=header[2],
        emojis=[] if gone else emojis_of(row.emojis, addresses),
        roles=[] if gone or row.domain else roles,
        fields=[]
        if gone
        else [
            FieldEntity(
                field.name, field.html, iso(field.verified_at) if field.verified_at else None
            )
            for field in row.fields
        ],
        hide_collections=row.hides_collections,
        noindex=not row.is_indexable,
        suspended=gone,
        limited=row.is_limited,
    )


def _midnight(moment: datetime) -> str:
    """The day an account was made; the hour is nobody's business (Mastodon 4.0)."""
    return f"{moment:%Y-%m-%d}T00:00:00.000Z"


def face_bytes(row: AccountRow, addresses: Addresses) -> bytes:
    """The face's members without braces, made once a row."""
    kept: bytes | None = row.__dict__.get("api")
    if kept is None:
        entity = face(row, addresses)
        members: dict[str, Any] = msgspec.to_builtins(entity)
        # `suspended` and `limited` are there only when true, as clients were taught.
        for flag in ("suspended", "limited"):
            if not members[flag]:
                del members[flag]
        kept = vars(row)["api"] = msgspec.json.encode(members)[1:-1]
    return kept


def account_bytes(shown: ShownAccount, addresses: Addresses) -> bytes:
    """A whole Account."""
    counters = shown.counters
    kept: bytes | None = counters.__dict__.get("api")
    if kept is None:
        gone = shown.account.is_gone
        numbers = AccountNumbers(
            0 if gone else counters.followers,
            0 if gone else counters.following,
            0 if gone else counters.statuses,
            counters.last_status_at.isoformat() if counters.last_status_at and not gone else None,
        )
        kept = vars(counters)["api"] = msgspec.json.encode(numbers)[1:-1]
    own = face_bytes(shown.account, addresses)
    if shown.moved is not None:
        return b'{%b,%b,"moved":%b}' % (own, kept, account_bytes(shown.moved, addresses))
    return b"{%b,%b}" % (own, kept)


def accounts_bytes(shown: list[ShownAccount], addresses: Addresses) -> bytes:
    return b"[%b]" % b",".join([account_bytes(one, addresses) for one in shown])
