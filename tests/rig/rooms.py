"""Rooms for tests, made by the domain's own commands."""

from datetime import timedelta
from typing import Any

from tests.rig.network import Network, Person

from parvis.domain.rooms import running, scheduling
from parvis.domain.rooms.scheduling import RoomDraft
from parvis.infra.clock import now


async def scheduled(network: Network, host: Person, **said: Any) -> int:
    """A room that somebody announced for in an hour."""
    draft = RoomDraft(
        **{"title": "A talk about the square", "starts_at": now() + timedelta(hours=1), **said}
    )
    return await network.db.run(scheduling.schedule, host.account_id, draft, network.app.addresses)


async def opened(network: Network, host: Person, **said: Any) -> int:
    """The same with its doors open."""
    room_id = await scheduled(network, host, **said)
    await network.db.run(running.move, host.account_id, room_id, "open")
    return room_id
