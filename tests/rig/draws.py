"""Where draws are held: a network with its logs, a clock that tests set, and rounds as they like."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from tests.rig import beacons
from tests.rig.beacons import Clock
from tests.rig.logs import Logs
from tests.rig.network import Network, Person

from parvis.domain.draws import announce as announcing
from parvis.domain.draws import beacons as rounds
from parvis.domain.draws import entering, showing
from parvis.domain.draws.plan import Plan
from parvis.domain.draws.types import Draw
from parvis.domain.network import settings
from parvis.protocols import draws as formats


class Hall:
    def __init__(self, network: Network, clock: Clock) -> None:
        self.network = network
        self.db = network.db
        self.clock = clock
        self.logs = Logs(network)

    async def announce(self, by: Person, **how: Any) -> int:
        said: dict[str, Any] = {
            "title": "Ten tickets for the boat",
            "prizes": "A ticket each.",
            "places": "FR",
            "frozen_at": self.clock.moment + timedelta(hours=1),
            **how,
        }
        network = await settings.read(self.db)
        addresses = self.network.app.addresses
        return await self.db.run(
            announcing.announce, by.account_id, Plan(**said), network, addresses
        )

    async def enter(self, draw_id: int, *people: Person, place: str = "FR") -> None:
        for one in people:
            await self.db.run(entering.enter, one.account_id, draw_id, place)

    async def settle(self) -> None:
        await self.network.settle()
        await self.logs.settle()
        await self.network.settle()

    async def find(self, draw_id: int) -> Draw:
        return await showing.find(self.db, draw_id)

    async def freeze(self, draw_id: int) -> Draw:
        """Go to the time of the list that is open, and let the worker and the sequencer do theirs."""
        draw = await self.find(draw_id)
        self.clock.go_to(draw.current.frozen_at)
        await self.settle()
        self.clock.go(seconds=40)  # whoever waits looks again
        await self.settle()
        return await self.find(draw_id)

    async def draw(self, draw_id: int, number: int = 1) -> Draw:
        """Go to the time of a round, and bring it."""
        drawing = (await self.find(draw_id)).drawings[number - 1]
        self.clock.go_to(drawing.due_at)
        source = formats.parse_terms(drawing.manifest).sources[0]
        await self.db.run(rounds.supply, None, draw_id, beacons.sign(source.round))
        await self.settle()
        return await self.find(draw_id)

    async def entries(self, draw_id: int) -> list[dict[str, Any]]:
        await self.logs.settle()
        audit = await self.logs.auditor.audit(f"log/draws/{draw_id}")
        return [msgspec.json.decode(one) for one in audit.entries]


async def open_hall(network: Network, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """No relay is asked: who wants one names it in `network.app.means`."""
    beacons.use(monkeypatch)
    msgspec.structs.force_setattr(network.app.means, "beacons", ())
    made = Hall(network, Clock(monkeypatch))
    await made.logs.start()
    return made


async def crowd(network: Network, count: int) -> list[Person]:
    return await network.people(*(f"member{number}" for number in range(count)))
