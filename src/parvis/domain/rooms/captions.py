"""What is said in a room as text: fed live by a host, put right afterwards, told as WebVTT."""

from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.events import RoomChanged
from parvis.domain.rooms.types import Caption
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols import webvtt
from parvis.protocols.webvtt import Cue

Q = queries("parvis.domain.rooms")

LONGEST = 500
SHOWN_MS = 6_000  # of a line that is sent when it was heard
LATEST_MS = 24 * 3_600_000  # a room is no longer than that
MOST = 20_000  # lines of a room


async def feed(
    tx: Tx, account_id: int, room_id: int, text: str, *, span: tuple[int, int] | None = None
) -> None:
    """A host writes down what was just said, or what was said in a span of milliseconds since the first
    part. Two statements. Told: RoomChanged.
    """
    words = _words(text)
    from_ms, to_ms = span or (None, None)
    if span is not None and not 0 <= span[0] < span[1] <= LATEST_MS:
        raise Invalid("from", "Validation failed: A line has a beginning, and an end after it")
    moment_ms = int(now().timestamp() * 1_000)
    _, row = await gate_and(
        tx,
        Act(account_id, "publish"),
        Q.feed,
        account_id,
        room_id,
        words,
        from_ms,
        to_ms,
        moment_ms,
        SHOWN_MS,
        MOST,
    )
    _check(row)
    if not row["is_fed"]:
        raise Conflict("There is nothing to write down now", reason="no_captions")
    tx.emit(RoomChanged(room_id=room_id))


async def correct(tx: Tx, account_id: int, room_id: int, caption_id: int, text: str) -> None:
    """A host puts a line right, also when the room is over; an empty one goes. Two statements.
    Told: RoomChanged.
    """
    words = _words(text) if text.strip() else ""
    act = Act(account_id, "publish")
    _, row = await gate_and(tx, act, Q.correct, account_id, room_id, caption_id, words)
    _check(row)
    if not row["is_done"]:
        raise NotFound
    tx.emit(RoomChanged(room_id=room_id))


def _check(row: Any) -> None:
    if row["id"] is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")


def _words(text: str) -> str:
    words = " ".join(clean(text, "text", LONGEST).split())
    if not words:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    return words


class Span(msgspec.Struct, frozen=True):
    """A stretch of a recording without a cut, in milliseconds since the room's first part; where it begins in
    the file.
    """

    from_ms: int
    to_ms: int
    at_ms: int


def in_recording(captions: list[Caption], spans: list[Span]) -> list[Caption]:
    """The lines at the times of a recording, which leaves out what was not live: what was said then goes."""
    moved: list[Caption] = []
    for one in captions:
        for span in spans:
            start, end = max(one.from_ms, span.from_ms), min(one.to_ms, span.to_ms)
            if start < end:
                shift = span.at_ms - span.from_ms
                moved.append(Caption(one.id, start + shift, end + shift, one.text))
                break
    return moved


def as_webvtt(captions: list[Caption]) -> str:
    """The lines as a file that players show."""
    return webvtt.write(Cue(one.from_ms, one.to_ms, one.text, str(one.id)) for one in captions)
