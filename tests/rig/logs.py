"""The worker's part of the public log, for tests that let it die, go back in time, or be two."""

from typing import Any

from tests.rig.auditor import Auditor
from tests.rig.network import Network

from parvis.domain.transparency import appending, leading
from parvis.domain.transparency import entries as said
from parvis.domain.transparency.sequencer import Sequencer
from parvis.domain.transparency.serving import PublishedLogs
from parvis.domain.transparency.types import Log

TABLES = ("logs", "log_pending", "log_entries", "log_nodes", "log_keys", "log_witnesses")
MANIFEST = said.encode("manifest", question="Tea or coffee?")


def ballots(first: int, end: int) -> list[bytes]:
    return [said.encode("ballot", voter=f"{number:032x}") for number in range(first, end)]


class Logs:
    """The worker's part of a network, started anew whenever a test wants it dead."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.db = network.db
        self.storage = network.app.means.storage
        self.auditor = Auditor(network)
        self._kept: dict[str, Any] = {}
        self.sequencer = Sequencer(self.db, self.storage)

    async def start(self) -> None:
        await self.db.run(leading.ensure_server, self.network.app.addresses)
        self.sequencer = Sequencer(self.db, self.storage)

    async def open(self, number: int = 1, *, is_public: bool = True) -> Log:
        return await self.db.run(
            appending.open_log,
            self.network.app.addresses,
            "poll",
            number,
            MANIFEST,
            is_public=is_public,
        )

    async def append(self, log: Log, *entries: bytes, **how: Any) -> None:
        await self.db.run(appending.append, log.id, *entries, **how)

    async def settle(self) -> None:
        while await self.sequencer.run_once():
            pass

    async def die_after(self, count: int) -> str | None:
        """Go on for some steps, then be gone; the last step's name, or None when there were fewer."""
        steps = self.sequencer.steps()
        last = None
        for _ in range(count):
            last = await anext(steps, None)
            if last is None:
                break
        await steps.aclose()
        self.sequencer = Sequencer(self.db, self.storage)
        return last

    async def back_up(self) -> None:
        """Keep all rows of the logs, as a dump would."""
        for table in TABLES:
            self._kept[table] = await self.db.fetchval(
                f"select coalesce(jsonb_agg(to_jsonb(t)), '[]') from {table} t"
            )

    async def restore(self) -> None:
        """The database is as it was; its processes start anew."""
        for table in reversed(TABLES):
            await self.db.fetch(f"delete from {table}")
        for table, rows in self._kept.items():
            await self.db.fetch(
                f"insert into {table} overriding system value"
                f" select * from jsonb_populate_recordset(null::{table}, $1::jsonb)",
                rows,
            )
        self.db.kept(PublishedLogs).__init__(self.db)
        self.sequencer = Sequencer(self.db, self.storage)
