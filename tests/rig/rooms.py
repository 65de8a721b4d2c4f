"""Rooms for tests, made by the domain's own commands."""

from datetime import timedelta
from typing import Any

from tests.rig.network import Network, Person

from parvis.domain.rooms import captions, hands, questions, running, scheduling
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


async def busy(network: Network, host: Person, speaker: Person, asker: Person) -> int:
    """A room that is live, with a speaker, a raised hand, a question and a written line."""
    room_id = await opened(network, host, speakers=[speaker.username])
    run = network.db.run
    await run(hands.take_place, speaker.account_id, room_id, "accept")
    await run(hands.silence, host.account_id, room_id, speaker.account_id, muted=True)
    await run(hands.take_place, asker.account_id, room_id, "raise")
    await run(questions.ask, asker.account_id, room_id, "Who pays for the benches?")
    await run(captions.feed, host.account_id, room_id, "Good evening.")
    await run(running.move, host.account_id, room_id, "start")
    return room_id
