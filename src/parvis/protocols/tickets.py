"""Tickets of listeners: issued ahead of time, checked anywhere in microseconds with one key and no database.

A ticket is 46 bytes in URL-safe base64: version, lane, room, when it ends, whose it is (a hash that says
nothing of who), and the first half of an HMAC-SHA256 over all that (RFC 2104 §5 allows half). Its room stands
in it, so that a ticket for another room is told from a forged one.
"""

import base64
import binascii
import hmac
import re
import struct
from enum import IntEnum

import msgspec

KEY_BYTES = 32
HOLDER_BYTES = 16
_VERSION = 1
_MAC_BYTES = 16
_SAID = struct.Struct(">BBQI16s")
_TEXT = re.compile(r"[A-Za-z0-9_-]{62}", re.ASCII)


class Lane(IntEnum):
    """Ways in, each with a budget of its own; the lower the number, the longer it stays open."""

    CONTROL = 0  # speakers, and relays asking their origin
    FOLLOWERS = 1  # listeners whom the host lets in when only followers may
    TICKETED = 2  # everybody else who fetched a ticket in time
    ANONYMOUS = 3  # no ticket; never written in one


class TicketRefused(Exception):
    """A ticket that opens nothing; the class says why, for a defined answer."""


class TicketMalformed(TicketRefused):
    """No ticket at all: too short, too long, letters that do not belong, another version."""


class TicketForged(TicketRefused):
    """Not signed with this network's key."""


class TicketOfAnotherRoom(TicketRefused):
    """Good, but elsewhere."""


class TicketExpired(TicketRefused):
    """It was good; a new one is fetched where this one came from."""


class LaneRemoved(TicketRefused):
    """Signed for a lane that there is no more, or never was for tickets."""


class Ticket(msgspec.Struct, frozen=True):
    """Who may come into which room, by which lane, until when."""

    room: int
    holder: bytes  # 16 bytes: one hash for one account or browser
    lane: Lane
    expires_s: int  # seconds since 1970


def issue(key: bytes, ticket: Ticket) -> str:
    if ticket.lane == Lane.ANONYMOUS or len(ticket.holder) != HOLDER_BYTES:
        raise ValueError("a ticket has a holder of 16 bytes and a lane that is not the anonymous")
    said = _SAID.pack(_VERSION, ticket.lane, ticket.room, ticket.expires_s, ticket.holder)
    return base64.urlsafe_b64encode(said + _mac(key, said)).rstrip(b"=").decode()


def check(key: bytes, text: str, room: int, now_s: float) -> Ticket:
    """The ticket, if it opens this room now."""
    ticket = read(key, text)
    if ticket.room != room:
        raise TicketOfAnotherRoom
    if ticket.expires_s <= now_s:
        raise TicketExpired
    return ticket


def read(key: bytes, text: str) -> Ticket:
    """What a ticket says, of whatever room and age; refused when it was not issued with this key."""
    if _TEXT.fullmatch(text) is None:
        raise TicketMalformed
    whole = base64.urlsafe_b64decode(text + "==")
    if whole[0] != _VERSION:
        raise TicketMalformed
    said = whole[: _SAID.size]
    if not hmac.compare_digest(whole[_SAID.size :], _mac(key, said)):
        raise TicketForged
    _, lane, room, expires_s, holder = _SAID.unpack(said)
    if lane not in _LANES:
        raise LaneRemoved
    return Ticket(room, holder, Lane(lane), expires_s)


def parse_key(text: str) -> bytes:
    """A key from its base64; ValueError says what to write."""
    wanted = f"write {KEY_BYTES} bytes in base64: head -c {KEY_BYTES} /dev/urandom | base64"
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(wanted) from None
    if len(key) != KEY_BYTES:
        raise ValueError(wanted)
    return key


_LANES = frozenset(Lane) - {Lane.ANONYMOUS}


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.digest(key, b"parvis ticket" + said, "sha256")[:_MAC_BYTES]
