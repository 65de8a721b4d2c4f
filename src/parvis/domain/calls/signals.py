"""What the two browsers of a call tell each other to find a way: offers, answers, addresses (RFC 9429).

Handed on as they are, once each, to the browser of the other that has the call; small, few, and gone with the
call. The server reads of them only that they are what they say.
"""

from typing import Annotated, Literal

import msgspec

from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.events import CallChanged
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.calls")

SIGNALS_MOST = 400  # of one call; a dozen find a way, and each change of network takes a dozen more
SDP_MOST = 12_000  # letters; a browser's for one voice has some 2,000
CANDIDATES_MOST = 20  # at once

Device = Annotated[str, msgspec.Meta(pattern=r"^[\w-]{8,40}$")]
Line = Annotated[str, msgspec.Meta(max_length=500)]


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: Literal["offer", "answer"]
    sdp: Annotated[str, msgspec.Meta(pattern=r"^v=0\r?\n", max_length=SDP_MOST)]


class Candidate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As browsers write them (WebRTC §4.8.1); an empty one: there are no more."""

    candidate: Line
    sdpMid: Line | None = None  # noqa: N815 - its name in browsers
    sdpMLineIndex: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None  # noqa: N815 - the same
    usernameFragment: Line | None = None  # noqa: N815 - the same


class Signal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`device` tells `to`, the `number`-th time. One of the two is there."""

    device: Device
    to: Device
    number: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    description: Description | None = None
    candidates: Annotated[list[Candidate], msgspec.Meta(max_length=CANDIDATES_MOST)] = []


class Joining(msgspec.Struct, frozen=True):
    device: Device


class Heard(msgspec.Struct, frozen=True):
    """What came for a browser. `place`: after which the next ones are asked for."""

    place: int
    signal: Signal


_signal = msgspec.json.Decoder(Signal)
_joining = msgspec.json.Decoder(Joining)


def read_signal(body: bytes) -> Signal:
    """Refused as Invalid."""
    try:
        signal = _signal.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Invalid("signal", f"This is no signal of a call: {wrong}") from None
    if (signal.description is None) == (not signal.candidates):
        raise Invalid("signal", "A signal has a description, or candidates")
    if "\0" in body.decode() or b"\\u0000" in body:
        raise Invalid("signal", "A signal has no zeros")
    if signal.description is not None and _media(signal.description.sdp) - {"audio", "application"}:
        raise Invalid("signal", "A call has a voice, and nothing else")
    return signal


def read_device(body: bytes) -> str:
    """The name that a browser gives itself. Refused as Invalid."""
    try:
        return _joining.decode(body).device
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Invalid("device", "A device has 8 to 40 letters, digits or dashes") from None


def _media(sdp: str) -> set[str]:
    lines = sdp.splitlines()
    return {line[2:].partition(" ")[0] for line in lines if line.startswith("m=")}


async def join(tx: Tx, account_id: int, call_id: int, device: str) -> None:
    """Have the call in this browser. One statement. Told: CallChanged."""
    row = await tx.fetchrow(Q.join, account_id, call_id, device)
    if row is None:
        raise NotFound
    tx.emit(CallChanged(call_id=call_id, account_ids=sorted(row)))


async def beat(db: Db, account_id: int, call_id: int, device: str) -> None:
    """Say that a browser is still there. One statement. Refused: it has no call any more."""
    if await db.fetchval(Q.beat, account_id, call_id, device) is None:
        raise NotFound


async def send(tx: Tx, account_id: int, call_id: int, signal: Signal) -> None:
    """Tell the other browser. One statement; sent twice it is told once. Told: CallChanged."""
    body = msgspec.json.encode(signal).decode()
    row = await tx.fetchrow(
        Q.send, account_id, call_id, signal.device, signal.number, body, SIGNALS_MOST
    )
    if row is None:
        raise NotFound
    if row["other_id"] is not None:
        tx.emit(CallChanged(call_id=call_id, account_ids=[row["other_id"]]))
    elif row["is_full"] and not row["was_sent"]:
        raise Conflict("Too much was said to find a way", reason="many_signals")


async def hear(db: Db, account_id: int, call_id: int, after: int, device: str) -> list[Heard]:
    """What was told to this browser after a place. One statement; who may ask was decided before."""
    rows = await db.fetch(Q.list_signals, account_id, call_id, after)
    heard = [Heard(row["place"], _signal.decode(row["body"])) for row in rows]
    return [one for one in heard if one.signal.to == device]
