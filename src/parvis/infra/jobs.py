"""The slow lane: work that takes long or leaves the machine, kept in the table `jobs` until it is done.

A job is leased for a short while and the lease renewed as long as its process lives, so that what a
killed process began is done again soon: handlers must bear being run twice. A failure is told again
ever later; after its last attempt the row stays, with its failure, to be looked at.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from parvis.infra.films import Films
from parvis.infra.images import Images
from parvis.infra.logs import get_logger
from parvis.infra.mail import Mailer
from parvis.infra.outgoing import Outgoing, Unreachable
from parvis.infra.postgres import Db, Tx
from parvis.infra.storage import Storage
from parvis.infra.waits import end, first_of
from parvis.protocols.turn_credentials import Ice

log = get_logger()

LEASE_S = 30.0
LOOK_S = 1.0
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)

ENQUEUE = """
insert into jobs (kind, payload, run_at)
select $1, payload, now() + $3 * interval '1 s' from jsonb_array_elements($2::jsonb) as payload
"""
ENSURE = """
insert into jobs (kind, payload)
select $1, '{}' where not exists (select from jobs where kind = $1 and gave_up_at is null)
"""
# Materialized: with few rows the planner may look for the due ones once for each row, locking more each time.
LEASE = """
with due as materialized (
  select id from jobs
  where gave_up_at is null and run_at <= now() and (leased_until is null or leased_until < now())
    and kind = any($3::text[])
  order by run_at, id limit $1 for update skip locked
)
update jobs set leased_until = now() + $2 * interval '1 s', attempts = attempts + 1
from due where jobs.id = due.id
returning jobs.id, kind, payload, attempts
"""
# `attempts` tells leases apart: who lost the lease to another process changes nothing any more.
RENEW = """
update jobs set leased_until = now() + $3 * interval '1 s'
from unnest($1::bigint[], $2::int[]) as held (id, attempts)
where jobs.id = held.id and jobs.attempts = held.attempts
"""
RELEASE = """
update jobs set leased_until = null, attempts = attempts - 1 where id = $1 and attempts = $2
"""
DONE = "delete from jobs where id = $1 and attempts = $2"
FAILED = """
update jobs set leased_until = null, failure = $3,
  run_at = now() + least(21600, 5 * 3 ^ (attempts - 1)) * interval '1 s' * (0.75 + random() / 2)
where id = $1 and attempts = $2
"""
GAVE_UP = """
update jobs set leased_until = null, gave_up_at = now(), failure = coalesce($3, failure, 'its process ended')
where id = $1 and attempts = $2
"""


TRY_AGAIN = """
update jobs set gave_up_at = null, attempts = 0, run_at = now()
where gave_up_at is not null and ($1::bigint is null or id = $1) returning id
"""
DISCARD = "delete from jobs where id = $1 and gave_up_at is not null returning id"
SUMMARY = """
select kind, count(*) filter (where gave_up_at is null and leased_until is null) as waiting,
       count(*) filter (where gave_up_at is null and leased_until is not null) as running,
       count(*) filter (where gave_up_at is null and failure is not null) as failing,
       count(*) filter (where gave_up_at is not null) as failed
from jobs group by kind order by kind
"""
FAILED_ONES = """
select id, kind, failure, attempts, gave_up_at, created_at from jobs
where gave_up_at is not null order by gave_up_at desc, id desc limit $1
"""
EVENTS_FAILING = """
select id, kind, failure, attempts, run_at, created_at from outbox
where attempts > 0 order by id limit $1
"""


class Means(msgspec.Struct, frozen=True):
    """What a job may use."""

    db: Db
    storage: Storage
    images: Images
    films: Films
    mailer: Mailer
    outgoing: Outgoing
    beacons: tuple[str, ...] = ()  # relays that are asked for rounds of public randomness
    room_sockets: Path | None = (
        None  # where processes of live rooms listen; None: not on this machine
    )
    room_folders: Path | None = None  # what they record
    edges: tuple[str, ...] = ()  # relays that players are told of
    ice: Ice = Ice()  # servers by which browsers reach rooms and one another


Handler = Callable[[Means, dict[str, Any]], Awaitable[None]]


class Kind(msgspec.Struct, frozen=True):
    """How jobs of one kind are done. `gave_up` is told when no attempt is left."""

    run: Handler
    limit_s: float = 60
    attempts: int = 8  # with the pauses between them: about an hour and a half
    gave_up: Handler | None = None


class Job(msgspec.Struct, frozen=True):
    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


async def enqueue(tx: Tx, kind: str, *payloads: dict[str, Any], delay_s: float = 0) -> None:
    """Have a job done for each payload once the transaction commits. One statement, or none."""
    if payloads:
        await tx.execute(ENQUEUE, kind, list(payloads), delay_s)
        tx.has_jobs = True


async def ensure(db: Db, kind: str) -> None:
    """Have a job of this kind waiting, unless one is (two processes at once may make two)."""
    await db.fetch(ENSURE, kind)


class Runner:
    """Does the jobs of one worker process, `room` at a time."""

    def __init__(self, means: Means, kinds: Mapping[str, Kind], *, room: int = 4) -> None:
        self.means = means
        self.kinds = kinds
        self.room = room
        self._held: dict[int, Job] = {}

    async def keep(self, woken: asyncio.Event, stopping: asyncio.Event) -> None:
        """Do jobs when woken, and look once a second, until told to stop; leases are given back."""
        under_way: set[asyncio.Task[None]] = set()
        renewing = asyncio.create_task(self._renew())
        try:
            while not stopping.is_set():
                woken.clear()
                under_way = {task for task in under_way if not task.done()}
                leased = await self._lease_or_none(self.room - len(under_way))
                under_way |= {asyncio.create_task(self._do(job)) for job in leased}
                if not leased:
                    await first_of(woken, stopping, timeout_s=LOOK_S, under_way=under_way)
        finally:
            await end({renewing, *under_way})
            await self._release_unstarted()

    async def run_until_idle(self) -> int:
        """Do all jobs that are due, one after the other; answers how many there were."""
        count = 0
        while leased := await self._lease(1):
            for job in leased:
                await self._do(job)
                count += 1
        return count

    async def _lease(self, most: int) -> list[Job]:
        if most < 1:
            return []
        rows = await self.means.db.fetch(LEASE, most, LEASE_S, list(self.kinds))
        jobs = [Job(row["id"], row["kind"], row["payload"], row["attempts"]) for row in rows]
        self._held.update((job.id, job) for job in jobs)
        return jobs

    async def _lease_or_none(self, most: int) -> list[Job]:
        try:
            return await self._lease(most)
        except LOST:
            log.exception("leasing jobs failed; trying again")
            return []

    async def _release_unstarted(self) -> None:
        """Give back what was leased just before the end: a task that is cancelled before its first step
        never knows of it.
        """
        for job in list(self._held.values()):
            with suppress(*LOST):
                await self.means.db.fetch(RELEASE, job.id, job.attempts)
        self._held.clear()

    async def _do(self, job: Job) -> None:
        try:
            await self._attempt(job, self.kinds[job.kind])
        except asyncio.CancelledError:
            with suppress(*LOST):
                await self.means.db.fetch(RELEASE, job.id, job.attempts)
            raise
        except LOST:
            log.exception("a job's end could not be written; it will be done again", job=job.kind)
        finally:
            self._held.pop(job.id, None)

    async def _attempt(self, job: Job, kind: Kind) -> None:
        db = self.means.db
        if job.attempts > kind.attempts:  # every attempt ended with its process
            await self._give_up(job, kind, None)
            return
        try:
            async with asyncio.timeout(kind.limit_s):
                await kind.run(self.means, job.payload)
        except Exception as failed:
            told: dict[str, Any] = {"job": job.kind, "id": job.id, "attempt": job.attempts}
            if isinstance(failed, Unreachable):  # somebody else's server, and no fault of ours
                log.info("a job got no answer from elsewhere", **told, why=str(failed))
            else:
                log.exception("a job failed", **told)
            if job.attempts == kind.attempts:
                await self._give_up(job, kind, repr(failed)[:2_000])
            else:
                await db.fetch(FAILED, job.id, job.attempts, repr(failed)[:2_000])
        else:
            await db.fetch(DONE, job.id, job.attempts)

    async def _give_up(self, job: Job, kind: Kind, failure: str | None) -> None:
        if kind.gave_up is not None:
            try:
                await kind.gave_up(self.means, job.payload)
            except Exception:
                log.exception("giving a job up failed", job=job.kind, id=job.id)
        await self.means.db.fetch(GAVE_UP, job.id, job.attempts, failure)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 3)
            held = list(self._held.values())
            ids, attempts = [job.id for job in held], [job.attempts for job in held]
            try:
                if held:
                    await self.means.db.fetch(RENEW, ids, attempts, LEASE_S)
            except Exception:  # whatever it was: who stops renewing has its jobs done a second time
                log.exception("renewing leases failed; trying again")


class KindSummary(msgspec.Struct, frozen=True):
    """The jobs of one kind. `failing` are waiting to be tried again; `failed` wait for a person."""

    kind: str
    waiting: int
    running: int
    failing: int
    failed: int


class FailedJob(msgspec.Struct, frozen=True):
    id: int
    kind: str
    failure: str | None
    attempts: int
    gave_up_at: datetime
    created_at: datetime


class FailingEvent(msgspec.Struct, frozen=True):
    """An event whose handlers failed; it is told again at `run_at`."""

    id: int
    kind: str
    failure: str | None
    attempts: int
    run_at: datetime
    created_at: datetime


async def summarise(db: Db) -> list[KindSummary]:
    """How many jobs of each kind wait, run and failed."""
    return [KindSummary(**dict(row)) for row in await db.fetch(SUMMARY)]


async def list_failed(db: Db, most: int) -> list[FailedJob]:
    """Jobs that were given up, the last ones first."""
    return [FailedJob(**dict(row)) for row in await db.fetch(FAILED_ONES, most)]


async def list_failing_events(db: Db, most: int) -> list[FailingEvent]:
    return [FailingEvent(**dict(row)) for row in await db.fetch(EVENTS_FAILING, most)]


async def try_again(tx: Tx, job_id: int | None) -> int:
    """Have a job that was given up, or (None) all of them, done anew; answers how many."""
    tried = await tx.fetch(TRY_AGAIN, job_id)
    tx.has_jobs = tx.has_jobs or bool(tried)
    return len(tried)


async def discard(tx: Tx, job_id: int) -> bool:
    """Forget a job that was given up; answers whether it was there."""
    return await tx.fetchval(DISCARD, job_id) is not None
