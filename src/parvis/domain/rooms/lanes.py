"""The owner's switch for an emergency: who still hears rooms while they are under attack."""

from parvis.domain.events import RoomChanged
from parvis.domain.network import settings
from parvis.domain.network.settings import Lanes
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")


async def switch(tx: Tx, lanes: Lanes) -> None:
    """Only who has a ticket, only whom hosts know, or everybody again. The keeper of rooms hears it at once,
    and it rides on the next part of each. Told: RoomChanged, for each that is open.
    """
    await settings.change(tx, rooms_lanes=lanes)
    for row in await tx.fetch(Q.list_open):
        tx.emit(RoomChanged(room_id=row["id"]))
