"""Erasing the rooms of somebody who left, and what they were and said in those of others."""

from parvis.domain.events import RoomChanged
from parvis.domain.rooms import running
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")


async def erase(tx: Tx, account_id: int) -> int:
    """At most a hundred rooms a step; answers whether there may be more."""
    own = [row["id"] for row in await tx.fetch(Q.hold_own, account_id)]
    if own:
        await running.empty(tx, own)
    touched = await tx.fetch(Q.erase, account_id)
    for room_id in {*own, *(row["room_id"] for row in touched)}:
        tx.emit(RoomChanged(room_id=room_id))
    return len(own)
