"""PostgreSQL: a pool without reset query, reads, and transactions that carry their events and
bumps.

Nothing session-scoped may be used on these connections (no SET without LOCAL, no session locks):
the pool does not reset them.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
import msgspec

from parvis.infra import clock
from parvis.infra.limits import Limits
from parvis.infra.logs import get_logger
from parvis.infra.slots import Fact, Slots, slot_of

log = get_logger()

P = ParamSpec("P")
T = TypeVar("T")

EMIT = """
insert into outbox (kind, payload, slots)
select kind, payload::jsonb, $3::bigint[] from unnest($1::text[], $2::text[]) as e (kind, payload)
"""

# Plans are made once a connection, not once a call: planning the statement that shows a page costs
# ten times what running it does (a public status with all that follows: 12.8 ms of CPU against 5.6).
# Statements are written so that one plan serves all their parameters.
SESSION = {
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "timezone": "UTC",
    "application_name": "parvis",
}

# A plan cached by a pooled connection is refused after a migration; a deadlock's victim and a
# serialisation failure did nothing. All succeed (or are refused in words) when told again, once.
RETRIED = (
    asyncpg.InvalidCachedStatementError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # a race for one name: told again, the loser sees who won
)


class Busy(TimeoutError):
    """The database did not answer in time. Nothing was done, unless a commit's answer was lost."""


# The database cannot be asked now, whatever is asked: it starts, stops, is out of reach or busy.
AWAY = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
)
_LATE = (
    TimeoutError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.TooManyConnectionsError,
)


class Bounds(msgspec.Struct, frozen=True):
    """How long is waited for the database, in seconds; None: without end."""

    connection_s: float | None = None  # for a free one of the pool, or a new one
    lock_s: float | None = None  # for what another transaction holds
    statement_s: float | None = None  # PostgreSQL ends what takes longer
    answer_s: float | None = None  # when PostgreSQL itself hangs: the connection is dropped

    def session(self) -> dict[str, str]:
        """What PostgreSQL is told of them."""
        told = {"lock_timeout": self.lock_s, "statement_timeout": self.statement_s}
        return {name: f"{after * 1000:.0f}ms" for name, after in told.items() if after is not None}


ENDLESS = Bounds()
# Somebody waits: an answer within half a minute, before browsers and proxies give up by themselves.
OF_PAGES = Bounds(connection_s=10, lock_s=10, statement_s=15, answer_s=20)
# Nobody waits, and a statement may be long; one that never comes back is told again.
OF_WORK = Bounds(answer_s=3_600)


class _Connection(asyncpg.Connection):
    """Dropped when it does not answer in time: to undo or to cancel, it would be waited for again."""

    def get_reset_query(self) -> str:
        return ""

    async def execute(self, *args: Any, **how: Any) -> str:
        return await self._in_time(super().execute(*args, **how))

    async def fetch(self, *args: Any, **how: Any) -> list[Any]:
        return await self._in_time(super().fetch(*args, **how))

    async def fetchrow(self, *args: Any, **how: Any) -> Any:
        return await self._in_time(super().fetchrow(*args, **how))

    async def fetchval(self, *args: Any, **how: Any) -> Any:
        return await self._in_time(super().fetchval(*args, **how))

    async def _in_time(self, asked: Awaitable[T]) -> T:
        try:
            return await asked
        except TimeoutError:
            self.terminate()
            raise


class Event(msgspec.Struct):
    """A thing that happened. The worker's table maps each kind to its handlers."""

    @classmethod
    def kind(cls) -> str:
        return cls.__name__


def _to_jsonb(value: object) -> bytes:
    return b"\x01" + msgspec.json.encode(value)  # the format's version


def _from_jsonb(raw: bytes) -> Any:
    return msgspec.json.decode(raw[1:])


async def _prepare(connection: Any) -> None:
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=_to_jsonb,
        decoder=_from_jsonb,
    )
    await connection.set_type_codec(
        "json",
        schema="pg_catalog",
        format="binary",
        encoder=msgspec.json.encode,
        decoder=bytes,  # read by typed msgspec decoders
    )
    await follow_clock(connection.fetchval("select clock_timestamp()"))


async def follow_clock(asking: Awaitable[datetime]) -> None:
    """Go by the database's clock, which `asking` answers."""
    asked_at = datetime.now(UTC)
    ahead = clock.follow(await asking, asked_at)
    if ahead:
        log.warning(
            "the clock of this process is not the database's, by which the network goes",
            ahead_s=round(ahead.total_seconds()),
        )


class Tx:
    """An open transaction: statements, the events it tells, and the facts it changes."""

    def __init__(self, db: "Db", connection: Any) -> None:
        self._db = db
        self.connection = connection
        self.touched: set[int] = set()
        self._events: list[Event] = []
        self.told = False  # an event was written by a statement of its own
        self.has_jobs = False  # a job was enqueued

    @property
    def db(self) -> "Db":
        return self._db

    async def fetch(self, sql: str, *args: object) -> list[Any]:
        self._db.statements += 1
        return await self.connection.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> Any:
        self._db.statements += 1
        return await self.connection.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        self._db.statements += 1
        return await self.connection.fetchval(sql, *args)

    async def execute(self, sql: str, *args: object) -> str:
        self._db.statements += 1
        return await self.connection.execute(sql, *args)

    def touch(self, fact: Fact, *keys: int) -> None:
        """Say that this fact of these rows changes: their slots are bumped at the end."""
        self.touched.update(slot_of(fact, key) for key in keys)

    def emit(self, event: Event) -> None:
        """Tell an event; it is written in one statement with the others before commit."""
        self._events.append(event)

    async def flush(self) -> None:
        if not self._events:
            return
        kinds = [event.kind() for event in self._events]
        payloads = [msgspec.json.encode(event).decode() for event in self._events]
        await self.execute(EMIT, kinds, payloads, sorted(self.touched))
        self._events.clear()
        self.told = True


class Queue:
    """Who waits for one of the pool's connections, in the order in which they came.

    The pool's own queue gives to who asks at the moment when one comes back, before who was woken for it:
    in a crowd somebody may wait for ever.
    """

    __slots__ = ("_since", "_turns", "_waiting")

    def __init__(self, size: int) -> None:
        self._turns = asyncio.Semaphore(size)
        self._waiting = 0
        self._since = 0.0

    async def enter(self, within_s: float | None) -> None:
        """Wait for one's turn. Raises TimeoutError."""
        if not self._turns.locked():
            await self._turns.acquire()
            return
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting += 1
        try:
            async with asyncio.timeout(within_s):
                await self._turns.acquire()
        finally:
            self._waiting -= 1

    def leave(self) -> None:
        self._turns.release()

    def stands_s(self) -> float:
        """Since when somebody has been waiting all the time."""
        return time.monotonic() - self._since if self._waiting else 0.0


class _Lent:
    """A connection of the pool for a while. What came too late is `Busy`, wherever it was waited for."""

    __slots__ = ("_bounds", "_connection", "_pool", "_queue")

    def __init__(self, db: "Db") -> None:
        self._pool = db.pool
        self._bounds = db.bounds
        self._queue = db.queue

    async def __aenter__(self) -> Any:
        try:
            await self._queue.enter(self._bounds.connection_s)
            try:
                self._connection = await self._pool.acquire(timeout=self._bounds.connection_s)
            except BaseException:
                self._queue.leave()
                raise
        except _LATE as late:
            raise Busy(f"no connection: {type(late).__name__}") from late
        return self._connection

    async def __aexit__(self, _kind: object, failed: BaseException | None, _trace: object) -> None:
        # What was asked is over; the pool has dropped the connection, at times before it is given back.
        try:
            with suppress(TimeoutError, asyncpg.InternalClientError):
                await self._pool.release(self._connection)
        finally:
            self._queue.leave()
        because = list(_chain(failed))
        # Who is to end must end: loops bear a database that is away, and would bear this.
        if any(isinstance(one, asyncio.CancelledError) for one in because):
            raise asyncio.CancelledError
        late = next((one for one in because if isinstance(one, _LATE)), None)
        if late is not None:
            raise Busy(type(late).__name__) from late


def _chain(failed: BaseException | None) -> Generator[BaseException]:
    """A failure, and what failed before it: to undo on a connection that was dropped fails in other words."""
    while failed is not None:
        yield failed
        is_of_undoing = isinstance(failed, (asyncpg.InterfaceError, OSError))
        failed = failed.__context__ if is_of_undoing else None


class Db:
    """The pool and the process's caches of what it holds."""

    def __init__(self, pool: Any, slots: Slots, dsn: str, bounds: Bounds = ENDLESS) -> None:
        self.pool = pool
        self.bounds = bounds
        self.dsn = dsn  # for connections that the pool may not have (lease.py)
        self.slots = slots
        self.limits = Limits(is_on=False)
        self.queue = Queue(pool.get_max_size())
        self.statements = 0  # what `sql_budget` counts
        self.wake: Callable[[], None] = lambda: None  # called after a commit that told events
        self.wake_jobs: Callable[[], None] = lambda: None  # called after one that enqueued jobs
        self._kept: dict[type, Any] = {}

    @classmethod
    async def connect(
        cls,
        dsn: str,
        slots: Slots,
        *,
        size: int = 10,
        is_durable: bool = True,
        bounds: Bounds = ENDLESS,
    ) -> "Db":
        """`is_durable` False: a commit may be lost whole in a crash, never in part."""
        session = SESSION | bounds.session()
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=size,
            connection_class=_Connection,
            init=_prepare,
            statement_cache_size=400,
            max_cached_statement_lifetime=0,
            command_timeout=bounds.answer_s,
            server_settings=session if is_durable else session | {"synchronous_commit": "off"},
        )
        return cls(pool, slots, dsn, bounds)

    async def close(self) -> None:
        await self.pool.close()

    def kept(self, kind: type[T]) -> T:
        """The process's one `kind(self)`: a cache that lives as long as the pool."""
        found = self._kept.get(kind)
        if found is None:
            # A cache is made of the Db alone.
            found = self._kept[kind] = kind(self)  # pyright: ignore[reportCallIssue]
        return found

    async def fetch(self, sql: str, *args: object) -> list[Any]:
        return await self._read("fetch", sql, args)

    async def fetchrow(self, sql: str, *args: object) -> Any:
        return await self._read("fetchrow", sql, args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        return await self._read("fetchval", sql, args)

    async def _read(self, how: str, sql: str, args: tuple[object, ...]) -> Any:
        self.statements += 1
        async with _Lent(self) as connection:
            try:
                return await getattr(connection, how)(sql, *args)
            except asyncpg.InvalidCachedStatementError:
                return await getattr(connection, how)(sql, *args)

    @asynccontextmanager
    async def tx(self) -> AsyncGenerator[Tx]:
        """A transaction. Slots are bumped whatever the end: an answer lost on the way may be a
        commit.
        """
        async with _Lent(self) as connection:
            tx = Tx(self, connection)
            try:
                async with connection.transaction():
                    yield tx
                    await tx.flush()
            finally:
                self.slots.bump(tx.touched)
        if tx.told:
            self.wake()
        if tx.has_jobs:
            self.wake_jobs()

    async def run(
        self,
        command: Callable[Concatenate[Tx, P], Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run a command in a transaction of its own, told once more when PostgreSQL says so."""
        try:
            async with self.tx() as tx:
                return await command(tx, *args, **kwargs)
        except RETRIED:
            async with self.tx() as tx:
                return await command(tx, *args, **kwargs)
