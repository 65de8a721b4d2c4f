"""The slow lane: done once, again after a failure or a death, given up in the end."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.rig import pictures
from tests.rig.network import Network, serve

from parvis import worker
from parvis.infra import jobs
from parvis.infra.jobs import Kind, Means, Runner
from parvis.infra.postgres import Db, Tx

REWIND = "update jobs set run_at = now(), leased_until = null"
EXPIRE = "update jobs set leased_until = now() - interval '1 s'"


@pytest.fixture
async def means(network: Network) -> Means:
    return network.app.means


class Work:
    """A handler that remembers, and fails as often as told."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.done: list[Any] = []
        self.gave_up: list[Any] = []

    async def run(self, _means: Means, payload: dict[str, Any]) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("no answer")
        self.done.append(payload)

    async def give_up(self, _means: Means, payload: dict[str, Any]) -> None:
        self.gave_up.append(payload)

    def kind(self, **how: Any) -> Kind:
        return Kind(self.run, gave_up=self.give_up, **how)


async def enqueue(db: Db, *payloads: dict[str, Any], kind: str = "work", **how: Any) -> None:
    await db.run(jobs.enqueue, kind, *payloads, **how)


async def rows(db: Db) -> list[Any]:
    return await db.fetch("select * from jobs order by id")


async def test_done_and_gone(means: Means) -> None:
    work = Work()
    await enqueue(means.db, {"n": 1}, {"n": 2})
    assert await Runner(means, {"work": work.kind()}).run_until_idle() == 2
    assert work.done == [{"n": 1}, {"n": 2}]
    assert await rows(means.db) == []


async def test_enqueued_with_the_transaction_or_not_at_all(means: Means) -> None:
    rung: list[bool] = []
    means.db.wake_jobs = lambda: rung.append(True)

    async def half(tx: Tx) -> None:
        await jobs.enqueue(tx, "work", {})
        raise LookupError

    with pytest.raises(LookupError):
        await means.db.run(half)
    assert await rows(means.db) == []
    assert rung == []
    await enqueue(means.db, {})
    assert rung == [True]


async def test_later_is_not_now(means: Means) -> None:
    work = Work()
    await enqueue(means.db, {}, delay_s=60)
    assert await Runner(means, {"work": work.kind()}).run_until_idle() == 0


async def test_told_again_ever_later_and_then_given_up(means: Means) -> None:
    work = Work(failures=9)
    runner = Runner(means, {"work": work.kind(attempts=3)})
    await enqueue(means.db, {"n": 1})
    pauses: list[float] = []
    for _ in range(3):
        assert await runner.run_until_idle() == 1
        (row,) = await rows(means.db)
        pauses.append((row["run_at"] - row["created_at"]).total_seconds())
        if row["gave_up_at"] is None:
            await means.db.fetch("update jobs set run_at = created_at")
    assert 3 < pauses[0] < 8
    assert pauses[1] > 10
    assert row["gave_up_at"] is not None
    assert "no answer" in row["failure"]
    assert work.gave_up == [{"n": 1}]
    await means.db.fetch(REWIND)
    assert await runner.run_until_idle() == 0


async def test_a_failure_that_passes(means: Means) -> None:
    work = Work(failures=1)
    runner = Runner(means, {"work": work.kind()})
    await enqueue(means.db, {"n": 1})
    await runner.run_until_idle()
    assert work.done == []
    await means.db.fetch(REWIND)
    await runner.run_until_idle()
    assert work.done == [{"n": 1}]
    assert await rows(means.db) == []


async def test_what_takes_too_long_is_a_failure(means: Means) -> None:
    async def hang(_means: Means, _payload: dict[str, Any]) -> None:
        await asyncio.sleep(60)

    await enqueue(means.db, {})
    await Runner(means, {"work": Kind(hang, limit_s=0.05)}).run_until_idle()
    (row,) = await rows(means.db)
    assert "TimeoutError" in row["failure"]


async def test_a_kind_unknown_here_is_left_for_a_newer_worker(means: Means) -> None:
    await enqueue(means.db, {}, kind="from_the_future")
    assert await Runner(means, {"work": Work().kind()}).run_until_idle() == 0
    assert len(await rows(means.db)) == 1


async def test_two_workers_share_and_do_none_twice(means: Means) -> None:
    work = Work()
    await enqueue(means.db, *({"n": n} for n in range(40)))
    runners = [Runner(means, {"work": work.kind()}) for _ in range(4)]
    counts = await asyncio.gather(*(runner.run_until_idle() for runner in runners))
    assert sum(counts) == 40
    assert sorted(one["n"] for one in work.done) == list(range(40))


async def test_several_at_once_and_leases_given_back(means: Means) -> None:
    under_way, full = 0, asyncio.Event()

    async def hold(_means: Means, _payload: dict[str, Any]) -> None:
        nonlocal under_way
        under_way += 1
        if under_way == 3:
            full.set()
        await asyncio.sleep(60)

    # The planner knows of no row: it would choose the due ones again for each.
    await means.db.fetch("analyze jobs")
    await enqueue(means.db, *({"n": n} for n in range(5)))
    woken, stopping = asyncio.Event(), asyncio.Event()
    runner = Runner(means, {"work": Kind(hold)}, room=3)
    keeping = asyncio.create_task(runner.keep(woken, stopping))
    await full.wait()
    await asyncio.sleep(0.05)
    assert under_way == 3
    stopping.set()
    await keeping
    for row in await rows(means.db):
        assert (row["leased_until"], row["attempts"]) == (None, 0)


async def test_a_lease_taken_at_the_very_end_is_given_back(means: Means) -> None:
    stopping = asyncio.Event()

    class Ending(Runner):
        async def _lease_or_none(self, most: int) -> list[jobs.Job]:
            leased = await super()._lease_or_none(most)
            stopping.set()
            return leased

    work = Work()
    await enqueue(means.db, {"n": 1}, {"n": 2})
    await Ending(means, {"work": work.kind()}).keep(asyncio.Event(), stopping)
    assert work.done == []
    for row in await rows(means.db):
        assert (row["leased_until"], row["attempts"]) == (None, 0)


async def test_an_expired_lease_is_done_again_and_its_loser_changes_nothing(means: Means) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_means: Means, _payload: dict[str, Any]) -> None:
        started.set()
        await go_on.wait()
        raise OSError("too late to matter")

    await enqueue(means.db, {"n": 1})
    first = asyncio.create_task(Runner(means, {"work": Kind(slow)}).run_until_idle())
    await started.wait()
    await means.db.fetch(EXPIRE)
    work = Work()
    assert await Runner(means, {"work": work.kind()}).run_until_idle() == 1
    await enqueue(means.db, {"n": 2}, delay_s=60)
    go_on.set()
    await first
    assert work.done == [{"n": 1}]
    (row,) = await rows(means.db)
    assert (row["payload"], row["attempts"], row["failure"]) == ({"n": 2}, 0, None)


async def test_a_job_that_kills_its_process_is_given_up(means: Means) -> None:
    work = Work()
    await enqueue(means.db, {"n": 1})
    await means.db.fetch("update jobs set attempts = 3, leased_until = now() - interval '1 s'")
    await Runner(means, {"work": work.kind(attempts=3)}).run_until_idle()
    (row,) = await rows(means.db)
    assert row["gave_up_at"] is not None
    assert row["failure"] == "its process ended"
    assert (work.done, work.gave_up) == ([], [{"n": 1}])


async def test_ensured_once(means: Means) -> None:
    await jobs.ensure(means.db, "sweep")
    await jobs.ensure(means.db, "sweep")
    assert len(await rows(means.db)) == 1


async def test_hourly_jobs_forget_what_is_over(network: Network) -> None:
    alice = await network.person("alice")
    db = network.db
    await db.fetch(
        """insert into idempotency_keys (account_id, key, status_id, created_at) values
        ($1, 'old', 1, now() - interval '8 days'), ($1, 'new', 1, now())""",
        alice.account_id,
    )
    await db.fetch(
        """insert into one_time_links (secret_sha256, purpose, user_id, expires_at, used_at) values
        ('a', 'confirm', $1, now() - interval '2 days', null),
        ('b', 'confirm', $1, now() + interval '1 day', now() - interval '2 days'),
        ('c', 'confirm', $1, now() + interval '1 day', null)""",
        alice.user_id,
    )
    for kind in worker.HOURLY:
        assert kind in worker.JOBS
        await jobs.ensure(db, kind)
    await network.settle()
    assert [row["kind"] for row in await rows(db)] == ["sweep_orphans"]  # that of tomorrow
    assert await db.fetchval("select string_agg(key, '') from idempotency_keys") == "new"
    assert await db.fetchval("select string_agg(secret_sha256, '') from one_time_links") == b"c"


DIE_MIDWAY = """
import asyncio, os, signal, sys
from pathlib import Path
import msgspec
from parvis import worker
from parvis.infra import images
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.settings import Settings

class Deadly(images.Images):
    async def make(self, *said):
        made = await super().make(*said)
        os.kill(os.getpid(), signal.SIGKILL)
        return made

async def main():
    settings = Settings(data=Path(sys.argv[2]), database_url=sys.argv[1])
    db = await Db.connect(sys.argv[1], Slots())
    means = msgspec.structs.replace(worker.open_means(settings, db), images=Deadly())
    await worker.run_until_idle(db, means)

asyncio.run(main())
"""


@pytest.fixture
async def shared(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    async with serve(dsn, tmp_path) as made:
        yield made


@pytest.mark.slow
async def test_processing_killed_midway_is_done_again(shared: Network, tmp_path: Path) -> None:
    alice = await shared.person("alice")
    sent = (await alice.post("/api/v2/media", data=pictures.form(pictures.plain()))).ok()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        DIE_MIDWAY,
        shared.dsn,
        str(tmp_path),
        env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert await process.wait() == -signal.SIGKILL
    (row,) = await rows(shared.db)
    assert row["attempts"] == 1
    assert (await alice.get(f"/api/v1/media/{sent['id']}")).status == 206
    await worker.run_until_idle(shared.db, shared.app.means)  # its lease still stands
    assert (await alice.get(f"/api/v1/media/{sent['id']}")).status == 206
    await shared.db.fetch(EXPIRE)
    await shared.settle()
    ready = await alice.get(f"/api/v1/media/{sent['id']}")
    assert ready.status == 200
    assert (await shared.anyone.get(ready.json["url"])).status == 200
    assert await rows(shared.db) == []


async def test_leases_are_renewed_though_once_it_went_wrong(
    means: Means, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LEASE_S", 0.06)
    fetch, renewed, went_wrong = means.db.fetch, asyncio.Event(), asyncio.Event()

    async def wrong_once(sql: str, *args: object) -> list[Any]:
        if sql == jobs.RENEW and not went_wrong.is_set():
            went_wrong.set()
            raise LookupError("foreseen by nobody")
        if sql == jobs.RENEW:
            renewed.set()
        return await fetch(sql, *args)

    async def until_renewed(_means: Means, _payload: dict[str, Any]) -> None:
        await renewed.wait()

    monkeypatch.setattr(means.db, "fetch", wrong_once)
    await enqueue(means.db, {})
    woken, stopping = asyncio.Event(), asyncio.Event()
    keeping = asyncio.create_task(
        Runner(means, {"work": Kind(until_renewed)}).keep(woken, stopping)
    )
    async with asyncio.timeout(60):
        await renewed.wait()
    stopping.set()
    woken.set()
    await keeping
    assert went_wrong.is_set()
