"""How long is waited for the database; and that who is to end does, whatever the database does."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from typing import Self

import pytest

from parvis.infra.postgres import ENDLESS, OF_PAGES, Bounds, Busy, Db, Tx
from parvis.infra.slots import Slots

SHORT = Bounds(connection_s=0.3, lock_s=None, statement_s=None, answer_s=0.3)


@pytest.fixture
async def db(dsn: str) -> AsyncIterator[Db]:
    made = await Db.connect(dsn, Slots(), size=1, bounds=SHORT)
    yield made
    await made.close()


class Stopped:
    """A transaction whose process of PostgreSQL stands still before it is asked once more."""

    def __init__(self) -> None:
        self.asks = asyncio.Event()
        self.pid = 0

    async def ask(self, tx: Tx) -> None:
        self.pid = await tx.fetchval("select pg_backend_pid()")
        os.kill(self.pid, signal.SIGSTOP)
        self.asks.set()
        await tx.fetchval("select 1")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGCONT)


async def test_who_does_not_answer_is_left_and_another_is_asked(db: Db) -> None:
    with Stopped() as stopped:
        with pytest.raises(Busy):
            await db.run(stopped.ask)
        assert db.pool.get_idle_size() == db.pool.get_size()


async def test_no_connection_is_free(db: Db) -> None:
    async with db.tx():
        with pytest.raises(Busy, match="no connection"):
            await db.fetch("select 1")


async def test_who_is_to_end_ends_while_it_hangs(db: Db) -> None:
    """Loops go on when the database was away: the word to end may not be taken for that."""
    with Stopped() as stopped:
        asking = asyncio.create_task(db.run(stopped.ask))
        await stopped.asks.wait()
        asking.cancel()
        await asyncio.wait([asking])
        assert asking.cancelled()


async def test_postgres_is_told_of_the_bounds(dsn: str) -> None:
    for bounds, expected in ((OF_PAGES, ["10s", "15s"]), (ENDLESS, ["0", "0"])):
        db = await Db.connect(dsn, Slots(), bounds=bounds)
        told = [await db.fetchval(f"show {name}") for name in ("lock_timeout", "statement_timeout")]
        assert told == expected
        await db.close()
