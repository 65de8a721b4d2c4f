"""Tickets of listeners: issued ahead of time to who may hear a room, so that nobody is asked again while it
sounds (protocols/tickets.py).
"""

import hashlib
import hmac
import time

import msgspec

from parvis.domain.errors import Forbidden, NotFound
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.infra.ticket_key import TicketKey
from parvis.protocols import tickets
from parvis.protocols.tickets import HOLDER_BYTES, Lane, Ticket

Q = queries("parvis.domain.rooms")

GOOD_S = 600  # then it is fetched anew: who may not listen any more is out by then


class Issued(msgspec.Struct, frozen=True):
    """A ticket, and for how many seconds it is good."""

    ticket: str
    expires_in_s: int


async def issue(db: Db, account_id: int, browser: str, room_id: int) -> Issued:
    """A ticket for this account, or for this browser of a visitor. One statement. Refused: the room is not
    theirs to hear, or is only to come.
    """
    row = await db.fetchrow(Q.find_listener, account_id, room_id)
    if row is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is for members", reason="members")
    key = db.kept(TicketKey).load()
    holder = f"account {account_id}" if account_id else f"browser {browser}"
    lane = Lane.FOLLOWERS if row["is_known"] else Lane.TICKETED
    digest = hmac.digest(key, holder.encode(), hashlib.sha256)[:HOLDER_BYTES]
    ends_s = int(time.time()) + GOOD_S
    return Issued(tickets.issue(key, Ticket(room_id, digest, lane, ends_s)), GOOD_S)
