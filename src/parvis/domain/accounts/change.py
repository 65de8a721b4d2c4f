"""Changing one's account: name, note, fields, pictures, and how it may be met."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal

import msgspec

from parvis.domain import pictures
from parvis.domain.accounts import links
from parvis.domain.accounts.gate import Act, gate_and, has_left
from parvis.domain.accounts.types import Field, Picture
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.events import AccountChanged
from parvis.domain.pictures import MIB
from parvis.domain.words import clean
from parvis.infra import jobs
from parvis.infra.images import Wanted
from parvis.infra.jobs import Means
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import graphemes
from parvis.protocols import text as texts
from parvis.protocols.rel_me import link_of

Q = queries("parvis.domain.accounts")

MAX_NAME = 30
MAX_NOTE = 500
MAX_FIELDS = 4
MAX_FIELD = 255
MAX_PICTURE_BYTES = 8 * MIB
MAX_PICTURE_DESCRIPTION = 1_500
PROVEN = Limit(40, 86_400)  # links a day: each is a request to somebody else's server

Part = Literal["avatar", "header"]
# Twice what apps show, for their dense screens. Animations become still: they would move in every list.
WANTED: dict[Part, Wanted] = {
    "avatar": Wanted("avatar", cover=(400, 400)),
    "header": Wanted("header", cover=(1500, 500)),
}


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes different; None: stays. A removed picture is the default one again."""

    display_name: str | None = None
    note: str | None = None
    fields: list[tuple[str, str]] | None = None
    is_locked: bool | None = None
    is_bot: bool | None = None
    is_discoverable: bool | None = None
    is_indexable: bool | None = None
    hides_collections: bool | None = None
    avatar: Picture | None = None
    header: Picture | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    removed: tuple[Part, ...] = ()


def check(change: Change) -> Change:
    """Words cleaned, or refused beside the field they came in."""
    name = change.display_name
    if name is not None:
        name = " ".join(clean(name, "display_name", MAX_NAME * 40).split())
        if graphemes.count(name) > MAX_NAME:
            raise _too_long("display_name", "Display name", MAX_NAME)
    note = change.note
    if note is not None:
        note = clean(note, "note", MAX_NOTE * 40).strip()
        if texts.length(note) > MAX_NOTE:
            raise Invalid(
                "note",
                f"Validation failed: Note character limit of {MAX_NOTE} exceeded",
                reason="ERR_TOO_LONG",
            )
    fields = None if change.fields is None else check_fields(change.fields)
    descriptions = {
        field: _describe(text, field)
        for field, text in (
            ("avatar_description", change.avatar_description),
            ("header_description", change.header_description),
        )
    }
    return msgspec.structs.replace(
        change, display_name=name, note=note, fields=fields, **descriptions
    )


def check_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Empty lines are left out; a value without a name has no place to stand."""
    kept: list[tuple[str, str]] = []
    for said in fields:
        name, value = (
            " ".join(clean(one, "fields_attributes", MAX_FIELD * 40).split()) for one in said
        )
        if not name and not value:
            continue
        if not name:
            raise Invalid(
                "fields_attributes", "Validation failed: Fields contain values with missing labels"
            )
        if graphemes.count(name) > MAX_FIELD or graphemes.count(value) > MAX_FIELD:
            raise _too_long("fields_attributes", "Fields name or value", MAX_FIELD)
        kept.append((name, value))
    if len(kept) > MAX_FIELDS:
        raise Invalid(
            "fields_attributes", f"Validation failed: Fields can't be more than {MAX_FIELDS}"
        )
    return kept


def _too_long(field: str, named: str, most: int) -> Invalid:
    words = f"Validation failed: {named} is too long (maximum is {most} characters)"
    return Invalid(field, words, reason="ERR_TOO_LONG")


def _describe(text: str | None, field: str) -> str | None:
    if text is None:
        return None
    text = clean(text, field, MAX_PICTURE_DESCRIPTION * 4)
    if len(text) > MAX_PICTURE_DESCRIPTION:
        raise _too_long(field, field.replace("_", " ").capitalize(), MAX_PICTURE_DESCRIPTION)
    return text


class Sent(msgspec.Struct, frozen=True):
    """A picture as it came. `focus` is what stays of it: from 1 (its top) to -1 (its foot)."""

    content: bytes
    focus: float = 0


@asynccontextmanager
async def storing(
    means: Means, change: Change, sent: Mapping[Part, Sent]
) -> AsyncGenerator[Change]:
    """The change with its avatar and header, made and kept before the transaction that puts them to
    use; what goes wrong inside takes them away again.
    """
    stored: dict[Part, Picture] = {}
    try:
        for part, one in sent.items():
            stored[part] = await store_picture(means, part, one.content, focus=one.focus)
        yield msgspec.structs.replace(
            change, avatar=stored.get("avatar"), header=stored.get("header")
        )
    except BaseException:
        await means.storage.delete(*(picture.url for picture in stored.values()))
        raise


async def store_picture(means: Means, part: Part, content: bytes, *, focus: float = 0) -> Picture:
    """Make and keep an avatar or header."""
    kind = pictures.check(part, content, len(content), MAX_PICTURE_BYTES)
    wanted = msgspec.structs.replace(WANTED[part], focus=(0, max(-1.0, min(1.0, focus))))
    made = await pictures.make_at_once(means, part, kind, content, wanted)
    picture = made.pictures[part]
    key = pictures.new_key("accounts", part, picture.extension)
    await means.storage.put(key, picture.content, picture.content_type)
    return Picture(key, key)


async def change_account(tx: Tx, account_id: int, change: Change, addresses: Addresses) -> None:
    """Make a checked change. Two statements, and jobs: for files no longer shown, and for those who
    wait to follow an account that is locked no more.

    Told: AccountChanged.
    """
    note_html, fields = await _written(tx, account_id, change, addresses)
    was = await tx.fetchrow(
        Q.change,
        account_id,
        change.display_name,
        change.note,
        note_html,
        fields,
        change.is_locked,
        change.is_bot,
        change.is_discoverable,
        change.is_indexable,
        change.hides_collections,
        _picture(change, "avatar"),
        change.avatar_description,
        _picture(change, "header"),
        change.header_description,
        sorted({link for one in fields or () if (link := link_of(one.value))}),
    )
    if was is None:
        raise has_left()
    tx.touch(Fact.ACCOUNT, account_id)
    tx.emit(AccountChanged(account_id))
    gone = [key for part in WANTED for key in _keys_gone(was[part], was[f"new_{part}"])]
    if gone:
        await jobs.enqueue(tx, "remove_files", {"keys": gone})
    if was["is_unlocked"]:
        await jobs.enqueue(tx, "accept_follow_requests", {"account_id": account_id})
    await _prove(tx, account_id, was["unproven_links"] or [])


async def _prove(tx: Tx, account_id: int, unproven: list[str]) -> None:
    """Have links looked at: the page may link back since they were last saved. Whoever saves too often
    waits for the weekly look.
    """
    if unproven and tx.db.limits.take(PROVEN, "link", account_id, cost=len(unproven)).is_allowed:
        told = ({"account_id": account_id, "url": url} for url in unproven)
        await jobs.enqueue(tx, links.JOB, *told)


async def _written(
    tx: Tx, account_id: int, change: Change, addresses: Addresses
) -> tuple[str | None, list[Field] | None]:
    """Note and fields with their HTML, once the gate let the writer pass."""
    lines = change.fields or []
    parsed = {words: texts.parse(words) for words in (change.note or "", *(v for _, v in lines))}
    mentions = [mention for one in parsed.values() for mention in one.mentions]
    named = sorted(
        {
            (m.username.lower(), "" if m.domain in (None, addresses.domain) else m.domain)
            for m in mentions
        }
    )
    act = Act(account_id, "change_account")
    names, domains = [name for name, _ in named], [domain for _, domain in named]
    _, row = await gate_and(tx, act, Q.find_named, account_id, names, domains)
    named_links = _links(row["named"], addresses)

    def html(words: str, *, is_field: bool = False) -> str:
        return texts.to_html(parsed[words], named_links, addresses.tag_url, rel_me=is_field)

    note = None if change.note is None else html(change.note)
    if change.fields is None:
        return note, None
    return note, [
        Field(name, value, html(value, is_field=True).removeprefix("<p>").removesuffix("</p>"))
        for name, value in lines
    ]


def _links(named: bytes, addresses: Addresses) -> dict[str, tuple[str, str]]:
    """Each person named, by every acct they can be written as."""
    links: dict[str, tuple[str, str]] = {}
    for one in msgspec.json.decode(named):
        found = (one["url"], one["username"])
        name = one["username"].lower()
        if one["domain"] is None:
            links[name] = links[f"{name}@{addresses.domain}"] = found
        else:
            links[f"{name}@{one['domain']}"] = found
    return links


def _picture(change: Change, part: Part) -> dict[str, Any] | None:
    """What the column becomes: None stays, {} the default picture."""
    if part in change.removed:
        return {}
    picture = change.avatar if part == "avatar" else change.header
    return None if picture is None else msgspec.to_builtins(picture)


def _keys_gone(old: dict[str, Any] | None, new: dict[str, Any] | None) -> list[str]:
    if old is None or (new is not None and new["url"] == old["url"]):
        return []
    return [key for key in {old["url"], old["static_url"]} if "://" not in key]
