"""The list of rooms, and one with its desk: what everybody sees, what they do, and what hosts do."""

import re
from collections.abc import Awaitable, Callable
from typing import Any
from zlib import crc32

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Invalid, NotFound, Refused
from parvis.domain.rooms import (
    captions,
    hands,
    listening,
    questions,
    reactions,
    running,
    scheduling,
    showing,
)
from parvis.domain.rooms.showing import Shown
from parvis.domain.rooms.types import Participant, Room
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web import previews
from parvis.web.addressed import id_of
from parvis.web.locales import N_
from parvis.web.pages.rooms import recorded, wording
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

FACES = {"clap": "👏", "heart": "❤️", "laugh": "😂", "wonder": "😮", "agree": "👍"}
_DECIBELS = re.compile(r"-?[0-9]{1,2}")
STEP_DB = 3  # a difference that is heard at once
AGAIN = {"write": "room-text", "amplify": "room-gains"}  # what is done many times: where it is done
ROLES = ("cohost", "speaker", "invited", "raised", "removed")


class ActForm(msgspec.Struct):
    """`do`: what; `who`: upon whom, by id; `acct`: by name."""

    do: str = ""
    who: str = ""
    acct: str = ""
    question: str = ""
    gain: str = ""
    text: str = ""


Act = Callable[[Visit, int, ActForm], Awaitable[None]]


@pages.get("/rooms")
async def show_rooms(visit: Visit) -> Response:
    coming, over = await showing.list_rooms(visit.db, visit.viewer_id)
    people = await visit.db.kept(Accounts).show({one.account_id for one in [*coming, *over]})
    visit.robots = previews.HIDDEN
    return visit.render(
        "rooms/rooms.html",
        head=previews.of_text(visit, "/rooms", visit.locale.text(N_("Live rooms"))),
        may=scheduling.may_announce(visit.login, visit.network),
        coming=coming,
        over=over,
        hosts={one.account.id: one.account for one in people},
    )


@pages.get("/rooms/{id}")
async def show_room(visit: Visit) -> Response:
    return await _show(visit, id_of(visit))


@pages.get("/rooms/{id}/now")
async def now(visit: Visit) -> Response:
    """What changes of a room's page, as a reload would show it."""
    visit.is_secret = True
    shown = await showing.show(visit.db, visit.viewer_id, id_of(visit))
    return visit.render("rooms/now.html", **await _values(visit, shown))


@pages.post("/rooms/{id}", who="member")
async def act(visit: Visit) -> Response:
    said, room_id = await visit.form(ActForm), id_of(visit)
    try:
        await _act(visit, room_id, said)
    except Refused as refused:
        why = _why(visit, refused)
        if not why or visit.wants_fragment:
            raise
        return await _show(visit, room_id, why, said)
    if said.do in AGAIN and not visit.wants_fragment:
        return visit.redirect(f"/rooms/{room_id}#{AGAIN[said.do]}")
    if said.do == "delete":
        return visit.redirect("/rooms")
    if said.do in ("decline", "step_down") and not await _is_known(visit, room_id):
        return visit.redirect("/conversations")  # they left a call, and know nothing of it any more
    if visit.wants_fragment:
        shown = await showing.show(visit.db, visit.viewer_id, room_id)
        # Without the sound, which stands elsewhere on the page: the stream tells what changes of it.
        return visit.render("rooms/now_parts.html", **await _values(visit, shown))
    return visit.redirect(f"/rooms/{room_id}", say=said.do)


async def _is_known(visit: Visit, room_id: int) -> bool:
    try:
        await showing.find(visit.db, visit.viewer_id, room_id)
    except NotFound:
        return False
    return True


def _why(visit: Visit, refused: Refused) -> dict[str, str]:
    """What to say of a refusal on the room's own page; nothing: the page of errors says it."""
    if isinstance(refused, Invalid):
        return wording.beside(refused, visit.locale)
    why = wording.refusal(refused, visit.locale)
    return {"do": why} if why else {}


async def _act(visit: Visit, room_id: int, said: ActForm) -> None:
    run, mine = visit.db.run, visit.viewer_id
    if said.do in running.MOVES:
        await run(running.move, mine, room_id, said.do)  # pyright: ignore[reportArgumentType]  # it is one of them
    elif said.do in hands.OWN:
        await run(hands.take_place, mine, room_id, said.do)
    elif said.do in hands.OTHERS:
        await run(hands.give_place, mine, room_id, await _target(visit, said), said.do)
    elif said.do in _FURTHER:
        await _FURTHER[said.do](visit, room_id, said)
    else:
        raise Invalid("do", "There is no such act")


async def _target(visit: Visit, said: ActForm) -> int:
    if said.acct:
        return await hands.find_named(visit.db, said.acct)
    return _number(said.who, "acct")


async def _delete(visit: Visit, room_id: int, _: ActForm) -> None:
    await visit.db.run(running.delete, visit.viewer_id, room_id)


async def _mute(visit: Visit, room_id: int, said: ActForm) -> None:
    target = await _target(visit, said)
    muted = said.do == "mute"
    await visit.db.run(hands.silence, visit.viewer_id, room_id, target, muted=muted)


async def _amplify(visit: Visit, room_id: int, said: ActForm) -> None:
    target, gain_db = await _target(visit, said), _decibels(said.gain)
    await visit.db.run(hands.amplify, visit.viewer_id, room_id, target, gain_db)


async def _hand_over(visit: Visit, room_id: int, said: ActForm) -> None:
    await visit.db.run(hands.hand_over, visit.viewer_id, room_id, await _target(visit, said))


async def _record(visit: Visit, room_id: int, said: ActForm) -> None:
    records = said.do == "record"
    await visit.db.run(running.record, visit.viewer_id, room_id, records=records)


async def _ask(visit: Visit, room_id: int, said: ActForm) -> None:
    await visit.db.run(questions.ask, visit.viewer_id, room_id, said.text)


async def _want(visit: Visit, room_id: int, said: ActForm) -> None:
    wants = said.do == "want"
    question = _number(said.question, "question")
    await visit.db.run(questions.vote, visit.viewer_id, room_id, question, wants=wants)


async def _answer(visit: Visit, room_id: int, said: ActForm) -> None:
    question = _number(said.question, "question")
    await visit.db.run(questions.answer, visit.viewer_id, room_id, question, said.do)


async def _react(visit: Visit, room_id: int, said: ActForm) -> None:
    await visit.db.run(reactions.react, visit.viewer_id, room_id, said.do)


async def _write(visit: Visit, room_id: int, said: ActForm) -> None:
    await visit.db.run(captions.feed, visit.viewer_id, room_id, said.text)


def _decibels(text: str) -> int:
    if not _DECIBELS.fullmatch(text):
        raise Invalid("gain", "Say how loud", reason="far")
    return int(text)


def _number(text: str, field: str) -> int:
    try:
        return parse_id(text)
    except IdInvalid:
        raise Invalid(field, "Say which") from None


_FURTHER: dict[str, Act] = {
    "ask": _ask,
    "want": _want,
    "unwant": _want,
    "take": _answer,
    "answered": _answer,
    "unanswered": _answer,
    "remove_question": _answer,
    "write": _write,
    **dict.fromkeys(reactions.NAMES, _react),
    "delete": _delete,
    "mute": _mute,
    "unmute": _mute,
    "amplify": _amplify,
    "hand_over": _hand_over,
    "record": _record,
    "unrecord": _record,
}


async def _show(
    visit: Visit, room_id: int, errors: dict[str, str] | None = None, said: ActForm | None = None
) -> Response:
    shown = await showing.show(visit.db, visit.viewer_id, room_id)
    visit.may_hear = shown.room.speaks or shown.room.role == "invited"
    visit.heard_from = visit.means.edges
    values = await _values(visit, shown)
    if shown.room.access != "public":
        visit.robots = previews.HIDDEN
    answer = visit.render(
        "rooms/room.html",
        422 if errors else 200,
        head=previews.of_room(visit, shown.room, values["people"].get(shown.room.account_id)),
        notice=visit.told(wording.DONE),
        errors=errors or {},
        said=said or ActForm(),
        **values,
    )
    await _admit(visit, shown.room, answer)
    return answer


async def _values(visit: Visit, shown: Shown) -> dict[str, Any]:
    """What both the page and its changing part show."""
    room = shown.room
    wanted = {room.account_id, *(one.account_id for one in shown.people)}
    wanted |= {one.account_id for one in shown.questions if one.account_id is not None}
    found = await visit.db.kept(Accounts).show(wanted)
    people = {one.account.id: one.account for one in found if not one.account.is_gone}
    seats: dict[str, list[Participant]] = {role: [] for role in ROLES}
    for one in shown.people:
        if one.account_id in people:
            seats[one.role].append(one)
    sounds = _sounds(visit, room)
    return {
        "room": room,
        "people": people,
        "seats": seats,
        "questions": shown.questions,
        "reactions": [(name, face, shown.reactions.get(name, 0)) for name, face in FACES.items()],
        "captions": shown.captions,
        "reaction_names": wording.REACTIONS,
        "gains": _gains(room, shown.people),
        "sounds": sounds,
        **(await _recorded(visit, room) if sounds == "replay" else {}),
        "edges": " ".join(visit.means.edges),
        "relay": _relay(visit),
    }


def _gains(room: Room, people: list[Participant]) -> list[tuple[int, int, int, int]]:
    """Who speaks, how much louder a host made them, and what a step softer and a step louder would be."""
    if not (room.is_hosted and room.is_open):
        return []
    most = hands.GAIN_MOST_DB
    known = [(room.account_id, room.host_gain_db)]
    known += [(one.account_id, one.gain_db) for one in people if one.role in ("cohost", "speaker")]
    return [(one, db, max(-most, db - STEP_DB), min(most, db + STEP_DB)) for one, db in known]


async def _recorded(visit: Visit, room: Room) -> dict[str, Any]:
    """Chapters and text of a recording. One statement."""
    notes = await recorded.notes_of(visit, room)
    lines = await recorded.lines_of(visit, room, notes)
    return {
        "chapters": notes.chapters,
        "transcript": lines[: recorded.LINES_MOST],
        "clock": recorded.clock,
    }


async def _admit(visit: Visit, room: Room, answer: Response) -> None:
    """A ticket as a cookie, so that a player without scripts may fetch what is not for everybody. One
    statement, for rooms that ask for one.
    """
    strict = room.access != "public" or visit.network.rooms_lanes != "open"
    if visit.login is None or room.is_call or not (room.is_open and strict):
        return
    issued = await listening.issue(visit.db, visit.viewer_id, "", room.id)
    cookies = visit.door.cookies
    cookies.set_ticket(answer, issued.ticket, f"/listen/{room.id}", issued.expires_in_s)


def _relay(visit: Visit) -> str:
    """Where players that are not ours are sent: one relay for one address, so the page stays the same."""
    edges = visit.means.edges
    return edges[crc32(visit.address.encode()) % len(edges)] if edges else ""


def _sounds(visit: Visit, room: Room) -> str:
    """What the page has of the room's sound: "speak", "listen", "replay", "log in" or nothing yet."""
    if room.is_open and room.speaks:
        return "speak"
    if room.is_call:
        return ""
    if room.is_open:
        return "listen" if room.access == "public" or visit.login is not None else "log in"
    if room.has_recording:
        return "replay" if room.access == "public" or visit.login is not None else "log in"
    return ""
