"""Petitions for tests: started by the domain's own command, and recounted from their logs alone."""

from typing import Any

import msgspec
from tests.rig.logs import Logs
from tests.rig.network import Network, Person

from parvis.domain.access.types import Login
from parvis.domain.network import settings
from parvis.domain.petitions.starting import PetitionDraft, start

DRAFT = PetitionDraft(
    title="Benches on the square",
    text="There is nowhere to sit.\n\nWe ask for twelve benches.",
    addressee="The city council",
    goal=100,
    places=["North", "South"],
)


def login_of(person: Person, role: Any = "member") -> Login:
    return Login(1, person.account_id, person.user_id, None, frozenset(), role, "en", None)


async def started(network: Network, author: Person, **changes: Any) -> int:
    draft = msgspec.structs.replace(DRAFT, **changes)
    said = await settings.read(network.db)
    return await network.db.run(start, login_of(author), draft, said, network.app.addresses)


async def allow_strangers(network: Network) -> None:
    async with network.db.tx() as tx:
        await settings.change(tx, petitions_take_strangers=True)


async def told(logs: Logs, petition_id: int) -> list[dict[str, Any]]:
    """What the log of a petition says, after all of it was checked."""
    await logs.network.settle()
    await logs.settle()
    audit = await logs.auditor.audit(f"log/petitions/{petition_id}")
    return [msgspec.json.decode(one) for one in audit.entries]


async def opened(logs: Logs, petition_id: int, hashed: str) -> str | None:
    """The text behind a hash; None: erased."""
    answer = await logs.auditor.get(f"log/petitions/{petition_id}/openings/{hashed}")
    return None if answer.status == 410 else answer.ok()["text"]


class Recount:
    """Counts as docs/auditors.md says, and stops at what may not be."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        assert entries[0]["type"] == "petition"
        self.version = 1
        self.signed: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, str] = {}
        self.milestones: list[int] = []
        self.highest = 0  # of the newest version
        self.last: dict[str, Any] | None = None
        for entry in entries[1:]:
            getattr(self, f"_{entry['type']}")(entry)

    @property
    def signatures(self) -> int:
        return sum(one["version"] == self.version for one in self.signed.values())

    @property
    def earlier(self) -> int:
        return len(self.signed) - self.signatures

    def _version(self, entry: dict[str, Any]) -> None:
        assert entry["version"] == self.version + 1
        self.version += 1
        self.highest = 0

    def _goal(self, _: dict[str, Any]) -> None:
        pass

    def _signature(self, entry: dict[str, Any]) -> None:
        assert self.last is None
        assert entry["version"] == self.version
        person = entry["person"]
        assert self.gone.get(person) != "removed"
        assert person not in self.signed or self.signed[person]["version"] < self.version
        self.signed[person] = entry
        self.gone.pop(person, None)
        self.highest = max(self.highest, self.signatures)

    def _withdrawn(self, entry: dict[str, Any]) -> None:
        del self.signed[entry["person"]]
        self.gone[entry["person"]] = entry["type"]

    _removed = _withdrawn

    def _milestone(self, entry: dict[str, Any]) -> None:
        assert self.highest >= entry["signatures"]
        self.milestones.append(entry["signatures"])

    def _answer(self, _: dict[str, Any]) -> None:
        pass

    def _closed(self, entry: dict[str, Any]) -> None:
        gone = list(self.gone.values())
        counts = (entry["signatures"], entry["earlier"], entry["withdrawn"], entry["removed"])
        assert counts == (
            self.signatures,
            self.earlier,
            gone.count("withdrawn"),
            gone.count("removed"),
        )
        self.last = entry
