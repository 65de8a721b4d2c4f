"""Reactions: how many of each there were. Nothing says whose."""

from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from parvis.domain.events import RoomChanged
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

NAMES = ("clap", "heart", "laugh", "wonder", "agree")
PACE = Limit(30, 60)


async def react(tx: Tx, account_id: int, room_id: int, name: str) -> None:
    """Count one. At most two statements. Told: RoomChanged."""
    if name not in NAMES:
        raise Invalid("name", "There is no such reaction")
    taken = tx.db.limits.take(PACE, "react", account_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    row = await tx.fetchrow(Q.react, account_id, room_id, name)
    if row is None:
        raise NotFound
    if not row["is_present"]:
        raise Forbidden(reason="suspended")
    if not row["is_counted"]:
        raise Conflict("The doors are not open", reason="room_ended")
    tx.emit(RoomChanged(room_id=room_id))
