"""Places entries and publishes checkpoints, in steps between which a process may die.

    placed     entries have their places: one durable transaction, each log from the size it had
    written    tiles and bundles are files, and outlive a power cut
    signed     the checkpoint is kept before anybody sees it, told in the server log with the same commit
    published  it is a file, then what the door shows
    succeeded  a log that began before the server log was succeeded gets nothing more: its successor does

What a step finds undone it does again, to the same bytes: places are rows by then, and all else follows from
rows. Logs of polls, petitions and draws go first, so that the server log takes their checkpoints along.

Only one process does this (`leading.py`). Should two, each log still has one order: its row is held while
entries get places, and what is signed or published never gets smaller.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from parvis.domain.transparency import placing, reconciling, succeeding, tiles, trees
from parvis.domain.transparency.entries import checkpoint_entry
from parvis.domain.transparency.keys import LogKeys
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.infra.storage import Storage
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import Checkpoint

Q = queries("parvis.domain.transparency")
log = get_logger()

BATCH = 10_000  # entries placed in one transaction
LOGS_AT_ONCE = 64
TEXT = "text/plain; charset=utf-8"


class Sequencer:
    """One process's work on the logs, since it began to lead."""

    def __init__(self, db: Db, storage: Storage) -> None:
        self.db = db
        self.storage = storage
        self._compared: set[int] = set()
        self._last = 0  # where the next round begins: with many logs, each has its turn
        self._told = False  # that there is no key
        self.is_halted = False  # the server log, as of the last round

    async def run_once(self) -> int:
        """Everything that waits, a batch at most; answers how many steps it took."""
        return len([step async for step in self.steps()])

    async def steps(self) -> AsyncIterator[str]:
        """One round: each step's name when it is done."""
        if not await self.is_sound():
            return
        await self.db.fetch(Q.forward)
        for is_server in (False, True):
            rows = await self.db.fetch(Q.list_work, is_server, self._last, LOGS_AT_ONCE)
            ids = [row["id"] for row in rows if await self._compare(row["id"])]
            if rows and not is_server:
                self._last = rows[-1]["id"]
            if ids:
                async for step in self._advance(ids, is_server=is_server):
                    yield step
            for id_ in await succeeding.list_superseded(self.db, ids):
                await self.db.run(succeeding.go_on, id_)
                yield "succeeded"

    async def is_sound(self) -> bool:
        """Whether the server log may be signed: its files, if they are ahead, are taken up first."""
        server = await self.db.fetchrow(Q.find_server)
        self.is_halted = server is not None and server["halted"] is not None
        if server is None or self.is_halted:
            return False
        if not await self.db.kept(LogKeys).signers(server["origin"]):
            if not self._told:
                log.error("no key of the log can be opened here: is keys/sealing the right one?")
            self._told = True
            return False
        was_compared = server["id"] in self._compared
        if not await self._compare(server["id"]):
            return False
        if not was_compared and await self._went_back(server):
            for row in await self.db.fetch(Q.list_living):
                await self._compare(row["id"])
        return True

    async def _went_back(self, before: Any) -> bool:
        """Whether comparing took entries up: then this database is an older one, and no log is trusted."""
        return (await self.db.fetchrow(Q.find_server))["size"] != before["size"]

    async def _compare(self, log_id: int) -> bool:
        """Once for each log: what was published of it is what the database says. False: it is halted."""
        if log_id not in self._compared:
            if not await reconciling.reconcile(self.db, self.storage, log_id):
                return False
            self._compared.add(log_id)
        return True

    async def _advance(self, ids: list[int], *, is_server: bool) -> AsyncIterator[str]:
        await self.db.run(placing.place, ids, BATCH, is_server=is_server)
        yield "placed"
        found = await self.db.fetch(Q.list_logs, ids)
        grown = [row for row in found if row["published_size"] < row["size"]]
        keys: list[str] = []
        for row in grown:
            async for some in tiles.write(
                self.db, self.storage, row, row["published_size"], row["size"]
            ):
                keys += some
                yield "written in part"
        await self.storage.settle(keys)
        yield "written"
        await self._sign(grown, is_server=is_server)
        yield "signed"
        async for step in self._publish(ids):
            yield step

    async def _sign(self, grown: Sequence[Any], *, is_server: bool) -> None:
        signed: list[tuple[int, int, str, bytes | None]] = []
        for row in grown:
            checkpoint = checkpoint_of(row)
            signers = await self.db.kept(LogKeys).signers(row["origin"])
            note = notes.sign(checkpoint.text(), signers).encode().decode()
            entry = None if is_server else checkpoint_entry(checkpoint, is_public=row["is_public"])
            signed.append((row["id"], row["size"], note, entry))
        if signed:
            await self.db.run(_keep_signed, signed)

    async def _publish(self, ids: list[int]) -> AsyncIterator[str]:
        signed = await self.db.fetch(Q.list_signed, ids)
        files: dict[str, bytes] = {}
        for row in signed:
            for path in (succeeding.alias_of(row["path"]), row["path"]):
                if path is not None:
                    files[f"{path}/checkpoint"] = row["signed"].encode()
        for key, note in files.items():
            await self.storage.put(key, note, TEXT)
        await self.storage.settle(list(files))
        yield "published as files"
        await self.db.run(_keep_published, signed)
        yield "published"
        for row in signed:
            before, after = row["published_size"], row["signed_size"]
            await tiles.remove_partial(self.storage, row["path"], before, after)


def checkpoint_of(row: Any) -> Checkpoint:
    """What a log's row stands for."""
    root = trees.frontier(row["size"], row["subtrees"]).root()
    return Checkpoint(row["origin"], row["size"], root)


async def _keep_signed(tx: Tx, signed: list[tuple[int, int, str, bytes | None]]) -> None:
    await tx.fetchval(Q.sign, *placing.columns(signed))


async def _keep_published(tx: Tx, signed: Sequence[Any]) -> None:
    rows = [(row["id"], row["signed_size"], row["signed"]) for row in signed]
    if rows:
        await tx.execute(Q.publish, *placing.columns(rows))
