"""What open pages are told: the same cards and rows that a reload would show, over SSE.

Each different piece is rendered once for all who read it in the same language, zone and standing; the
token of a member's forms is put in when a piece is sent to that member.
"""

import random
from collections.abc import Hashable
from functools import partial
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.conversations.conversations import ShownConversation
from parvis.domain.errors import Forbidden, Invalid, Unauthenticated
from parvis.domain.network.announcements import Reaction
from parvis.domain.notifications.notifications import ShownNotification
from parvis.domain.rooms import showing as rooms
from parvis.domain.statuses.eligible import Rule
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.wakes.wakes import Wake
from parvis.doors.streams.announced import Announced
from parvis.doors.streams.channels import Channel, need_list
from parvis.doors.streams.listener import Listener
from parvis.doors.streams.sse import HEADERS, Manner, serve_events
from parvis.doors.streams.streams import Streams
from parvis.protocols.ids import MAX_ID, IdInvalid, parse_id
from parvis.protocols.text import normalise_hashtag
from parvis.web.barred import note_barred
from parvis.web.notices import gathered
from parvis.web.opened import opened
from parvis.web.showing import announcement
from parvis.web.visit import Visit

MOST_CHANNELS = 8
MOST_CARDS = 80
TAG_LONGEST = 200
DIGITS = len(str(MAX_ID))
# What visitors may listen to as well.
OPEN = {"local": Channel("public:local", 0), "announcements": Channel("announcements", 0)}
AGE_MOST_S = 600  # wakes are kept as long
AGAIN_MS = (1_000, 6_000)  # after a restart not everybody comes back at once
BEAT = b"event: beat\ndata:\n\n"  # scripts see no comments, and have to know that a line is dead
FAREWELL = b"event: end\ndata:\n\n"


class Piece(msgspec.Struct, frozen=True):
    """An event as text; a number by which a stream that broke off goes on where it was."""

    text: str


def piece(event: str, said: str, seq: int) -> Piece:
    lines = "\ndata: ".join(said.replace("\r", "").split("\n"))
    return Piece(f"id: {seq}\nevent: {event}\ndata: {lines}\n\n")


class PageVoice:
    """Says what happened as HTML, as one visit reads it."""

    is_personal = True
    tells_unread = True
    tells_barred = True

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        login = visit.login
        # Everything that a card shows differently, beside a viewer's marks (deliver.marks_of).
        self.key: Hashable = (
            visit.locale.code,
            visit.zone,
            login is not None,
            login is not None and login.is_staff,
        )

    def status(self, wake: Wake, shown: Shown, _viewer_id: int, barred: Rule | None, /) -> Piece:
        note_barred(self.visit, shown, barred)
        return piece(wake.kind, self._rendered("live/card.html", shown=shown), wake.seq)

    def deleted(self, wake: Wake, /) -> Piece:
        return piece("delete", str(wake.id), wake.seq)

    def notification(self, wake: Wake, shown: ShownNotification, barred: Rule | None, /) -> Piece:
        note_barred(self.visit, shown.status, barred)
        (notice,) = gathered([shown])
        row = self._rendered("live/notification.html", notice=notice)
        return piece("notification", row, wake.seq)

    def unread(self, wake: Wake, count: int, /) -> Piece:
        return piece("badge", str(count), wake.seq)

    def relation(self, wake: Wake, /) -> Piece:
        return piece("relation", str(wake.id), wake.seq)

    def conversation(self, _wake: Wake, _shown: ShownConversation, /) -> None:
        """Pages show conversations by their messages."""

    def announced(self, wake: Wake, told: Announced, /) -> Piece:
        one = told.announcement
        shown = [(one, announcement(one.text, self.visit.addresses))]
        return piece(
            "announcement", self._rendered("live/announcement.html", announced=shown), wake.seq
        )

    def announcement_gone(self, wake: Wake, /) -> Piece:
        return piece("unannounced", str(wake.id), wake.seq)

    def reacted(self, _wake: Wake, _one: Reaction, /) -> None:
        """Pages do not show reactions."""

    def room(self, wake: Wake, /) -> Piece:
        return piece("room", str(wake.id), wake.seq)

    def call(self, wake: Wake, /) -> Piece:
        return piece("call", str(wake.id), wake.seq)

    def behind(self, seq: int, /) -> Piece:
        return piece("reload", "", seq)

    def _rendered(self, template: str, **values: object) -> str:
        return self.visit.door.templates.render(template, self.visit, values).strip()


class Live(Response):
    """A stream that is open until either side leaves."""

    def __init__(self, streams: Streams, listener: Listener, visit: Visit, start: int) -> None:
        super().__init__(headers={name.decode(): value.decode() for name, value in HEADERS})
        self._streams = streams
        self._listener = listener
        self._visit = visit
        self._start = start

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ARG002 - ASGI's
        headers = [pair for pair in self.raw_headers if pair[0] != b"content-length"]
        again = random.randint(*AGAIN_MS)  # noqa: S311 - spreads load, hides nothing
        hello = f"retry: {again}\nid: {self._start}\nevent: beat\ndata:\n\n".encode()
        manner = Manner(hello, BEAT, self._write, FAREWELL)
        try:
            await serve_events(self._listener, manner, headers, receive, send)
        finally:
            self._streams.leave(self._listener)

    def _write(self, said: Piece) -> bytes:
        text = self._visit.door.tokens.splice(said.text, self._visit)
        visit = self._visit
        return opened(text, visit.reading, is_sparing=visit.is_sparing).encode()


async def listen(visit: Visit) -> Live:
    """The open stream that an address asks for. Refused: what is unknown or not theirs."""
    channels = [await _channel(visit, on) for on in _asked(visit)]
    login, door = visit.login, visit.door
    find = partial(door.logins.find_session, visit.session_secret) if login else None
    listener = Listener(PageVoice(visit), login, visit.db.slots, find, address=visit.address)
    listener.cards = await _cards(visit)
    start = await door.streams.join(listener, channels, _since(visit), _age_s(visit))
    # It may have been revoked between the finding and the joining.
    if not await listener.stands():
        door.streams.leave(listener)
        raise Unauthenticated
    return Live(door.streams, listener, visit, start)


def _asked(visit: Visit) -> list[str]:
    asked = list(dict.fromkeys(visit.request.query_params.getlist("on")))
    if not asked or len(asked) > MOST_CHANNELS:
        raise Invalid("on", f"Say what to listen to, 1 to {MOST_CHANNELS} of them")
    return asked


async def _cards(visit: Visit) -> frozenset[int]:
    """The statuses that the page shows outside timelines; without those that its reader may not see, of which
    even a deletion is not told. 0-1 statement, most are kept.
    """
    said = visit.ask("cards")
    if not said:
        return frozenset()
    if visit.login is None:
        raise Unauthenticated
    try:
        ids = {parse_id(one) for one in said.split(",")}
    except IdInvalid:
        raise Invalid("cards", "Say which messages, by number and with commas between") from None
    if len(ids) > MOST_CARDS:
        raise Invalid("cards", f"At most {MOST_CARDS} at once")
    shown = await visit.db.kept(Statuses).show(visit.viewer_id, list(ids))
    return frozenset(one.status.id for one in shown)


async def _channel(visit: Visit, on: str) -> Channel:
    if on in OPEN:
        return OPEN[on]
    kind, _, argument = on.partition(":")
    if kind == "room":
        return await _room(visit, argument)
    login = visit.login
    if login is None:
        raise Unauthenticated
    if login.trouble is not None:
        raise Forbidden("This login may not act now", reason=login.trouble)
    of_one: dict[str, Channel] = {
        "public": Channel("public", 0),
        "home": Channel("home", login.account_id),
        "notifications": Channel("user:notification", login.account_id),
    }
    if on in of_one:
        return of_one[on]
    if kind == "tag" and of_tag(argument):
        return Channel("hashtag", normalise_hashtag(argument.lstrip("#")))
    if kind == "list":
        return await _list(visit, argument)
    raise Invalid("on", "There is nothing of this name to listen to")


async def _room(visit: Visit, argument: str) -> Channel:
    try:
        room = await rooms.find(visit.db, visit.viewer_id, parse_id(argument))
    except IdInvalid:
        raise Invalid("on", "A room is named by its number") from None
    return Channel("room", room.id)


def of_tag(name: str) -> str:
    """How a page says that it shows a hashtag (data-live); "" when nothing can carry it."""
    is_one = name.strip("#") and len(name) <= TAG_LONGEST and not any(map(str.isspace, name))
    return f"tag:{name}" if is_one else ""


async def _list(visit: Visit, argument: str) -> Channel:
    try:
        list_id = parse_id(argument)
    except IdInvalid:
        raise Invalid("on", "A list is named by its number") from None
    await need_list(visit.db, visit.viewer_id, list_id)
    return Channel("list", list_id)


def _age_s(visit: Visit) -> float | None:
    """How long ago the page was asked for, in milliseconds of its own clock. What came since may not be
    on it; pages do not say how far things were, for their readers would learn how much is going on.
    """
    said = visit.ask("age")
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS:
        raise Invalid("age", "The age of a page is a number of milliseconds")
    return min(int(said) / 1000, AGE_MOST_S)


def _since(visit: Visit) -> int | None:
    """The last event that came before the stream broke off, as browsers say it or our scripts."""
    said = visit.request.headers.get("last-event-id") or visit.ask("since")
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > DIGITS or int(said) > MAX_ID:
        raise Invalid("since", "The last event is named by its number")
    return int(said)
