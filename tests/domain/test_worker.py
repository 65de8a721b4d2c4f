"""The dispatcher: effects in the database happen exactly once, whatever fails on the way."""

import asyncio
from typing import Any

import pytest
from tests.rig.network import Network

from parvis import worker
from parvis.domain import events
from parvis.domain.events import StatusFavourited, StatusPublished
from parvis.domain.polls import tally
from parvis.infra.postgres import Event, Tx
from parvis.infra.slots import Fact, slot_of


class Handlers:
    """A handler that writes what it was told into a table, and fails when told to."""

    def __init__(self) -> None:
        self.refuses: set[int] = set()

    async def note(self, tx: Tx, told: list[Any]) -> None:
        for event in told:
            await tx.execute("insert into noted values ($1)", event.status_id)
            if event.status_id in self.refuses:
                raise RuntimeError("told to fail")


@pytest.fixture
async def handlers(network: Network, monkeypatch: pytest.MonkeyPatch) -> Handlers:
    made = Handlers()
    await network.db.fetch("create table noted (id bigint)")
    table = {StatusPublished: (made.note,), StatusFavourited: (made.note,)}
    monkeypatch.setattr(worker, "HANDLERS", table)
    monkeypatch.setattr(worker, "KINDS", {kind.kind(): kind for kind in table})
    return made


async def tell(network: Network, *ids: int) -> None:
    async with network.db.tx() as tx:
        for id_ in ids:
            tx.emit(StatusPublished(id_, 1, "public"))


async def noted(network: Network) -> list[int]:
    return [row["id"] for row in await network.db.fetch("select id from noted order by id")]


async def test_each_event_is_handled_once(network: Network, handlers: Handlers) -> None:
    await tell(network, *range(500))
    await asyncio.gather(*(worker.run_until_idle(network.db) for _ in range(4)))
    assert await noted(network) == list(range(500))
    assert handlers.refuses == set()


async def test_a_failing_event_leaves_no_trace_and_stops_no_other(
    network: Network, handlers: Handlers
) -> None:
    handlers.refuses = {3}
    await tell(network, 1, 2, 3, 4)
    await worker.dispatch(network.db)
    assert await noted(network) == [1, 2, 4]
    row = await network.db.fetchrow("select attempts, failure, run_at > now() as waits from outbox")
    assert dict(row) == {"attempts": 1, "failure": "RuntimeError", "waits": True}


async def test_a_failed_event_is_told_again(network: Network, handlers: Handlers) -> None:
    handlers.refuses = {3}
    await tell(network, 3)
    await worker.dispatch(network.db)
    handlers.refuses.clear()
    await network.db.fetch("update outbox set run_at = now()")
    await asyncio.gather(*(worker.run_until_idle(network.db) for _ in range(4)))
    assert await noted(network) == [3]
    assert await network.db.fetchval("select count(*) from outbox") == 0


async def test_a_dispatcher_that_dies_loses_and_doubles_nothing(
    network: Network, handlers: Handlers
) -> None:
    await tell(network, 1, 2)
    dying = await network.db.pool.acquire()
    transaction = dying.transaction()
    await transaction.start()
    await dying.fetch(worker.LEASE, 10)
    await dying.execute("insert into noted values (1)")
    dying.terminate()  # as by kill -9: the server ends the transaction
    await network.db.pool.release(dying)
    for _ in range(1_000):  # until the server noticed that the connection is gone
        await worker.run_until_idle(network.db)
        if len(await noted(network)) == 2:
            break
        await asyncio.sleep(0.02)
    assert await noted(network) == [1, 2]
    assert not handlers.refuses


async def test_slots_of_a_writer_that_died_are_bumped(network: Network, handlers: Handlers) -> None:
    slot = slot_of(Fact.HOME, 7)
    await network.db.fetch(
        "insert into outbox (kind, payload, slots) values ('Unknown', '{}', array[$1::bigint])",
        slot,
    )
    before = network.db.slots.values[slot]
    await worker.dispatch(network.db)
    assert network.db.slots.values[slot] != before
    assert not handlers.refuses


def test_every_event_that_is_told_is_known() -> None:
    """An event that is missing in the table would wait for a later release for ever."""
    told = {
        one for one in vars(events).values() if isinstance(one, type) and issubclass(one, Event)
    }
    assert set(worker.HANDLERS) == told - {Event}


async def test_what_fails_for_months_and_what_only_a_later_release_knows_stop_no_other(
    network: Network, handlers: Handlers
) -> None:
    """Both wait for a release that can do them; a number of tries without end is no number of seconds."""
    handlers.refuses = {1}
    await tell(network, 1, 2)
    await network.db.fetch("update outbox set attempts = 2000")
    await network.db.fetch("insert into outbox (kind, payload) values ('OfTomorrow', '{}')")
    await tell(network, 3)
    await worker.dispatch(network.db)
    assert await noted(network) == [2, 3]
    left = await network.db.fetch("select kind, attempts, failure from outbox order by id")
    assert [tuple(row) for row in left] == [
        ("StatusPublished", 2001, "RuntimeError"),
        ("OfTomorrow", 1, "UnknownEvent"),
    ]


async def test_what_cannot_be_done_in_a_second_keeps_nothing_else_from_it(
    network: Network, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A poll that cannot be closed, however that fails, is said each second; others close, draws go on."""
    moved = asyncio.Event()
    alice = await network.person("alice")
    poll = {"options": ["a", "b"], "expires_in": 300}
    broken, sound = [int((await alice.publish("?", poll=poll))["poll"]["id"]) for _ in range(2)]
    # The broken one is first in the line.
    await network.db.fetch(
        "update polls set expires_at = now() - case id when $1 then '2 s' else '1 s' end::interval",
        broken,
    )
    close = tally.close_due

    async def fail(tx: Tx, poll_id: int) -> int:
        closed = await close(tx, poll_id)
        if poll_id == broken:
            raise LookupError("told to fail")
        return closed

    async def move(_tx: Tx) -> int:
        moved.set()
        return 0

    monkeypatch.setattr(worker.tally, "close_due", fail)
    monkeypatch.setattr(worker.draws, "tell_due", move)
    monkeypatch.setattr(worker.shutdown, "stopping", asyncio.Event())
    ticking = asyncio.create_task(worker._tick(network.db))  # noqa: SLF001 - else a whole process
    await asyncio.wait({ticking, asyncio.create_task(moved.wait())}, return_when="FIRST_COMPLETED")
    worker.shutdown.stopping.set()
    await ticking
    assert "LookupError" in "".join(capfd.readouterr())
    ended = await network.db.fetch("select id from polls where closed_at is not null")
    assert [row["id"] for row in ended] == [sound]
