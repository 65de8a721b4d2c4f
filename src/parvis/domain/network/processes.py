"""Which processes of the network run: each says so now and then, and how many streams it holds."""

import asyncio
import os
import platform
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import msgspec

import parvis
from parvis.infra.bus import Bus
from parvis.infra.jobs import LOST
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db, follow_clock
from parvis.infra.sql import queries
from parvis.infra.storage import Storage

log = get_logger()
Q = queries("parvis.domain.network")

BEAT_S = 20.0
ALIVE_S = 65  # three beats
PROBE = b"works"
PROBE_S = 5


class Process(msgspec.Struct, frozen=True):
    """`streams`: how many open streams it tells."""

    id: str
    role: str
    version: str
    streams: int
    hears_bus: bool
    started_at: datetime
    seen_at: datetime
    is_alive: bool


async def list_processes(db: Db) -> list[Process]:
    """All that told of themselves within a day."""
    rows = await db.fetch(Q.list_processes, ALIVE_S)
    return [Process(**dict(row)) for row in rows]


async def keep_beating(db: Db, bus: Bus, role: str, count_streams: Callable[[], int]) -> None:
    """Say that this process runs, until the task is cancelled; its row goes with it."""
    name = f"{platform.node()}:{os.getpid()}:{role}:{id(db)}"
    try:
        while True:
            with suppress(*LOST):
                # Clocks are put right while a process runs, this one's or the database's.
                told = (name, role, parvis.__version__, count_streams(), bus.is_heard)
                await follow_clock(db.fetchval(Q.beat, *told))
            await asyncio.sleep(BEAT_S)
    finally:
        with suppress(*LOST):
            await db.fetch(Q.leave_processes, name)


async def can_store(storage: Storage) -> bool:
    """Whether the storage takes a file, gives it back and lets it go."""
    key = f"probe/{secrets.token_hex(8)}"
    try:
        async with asyncio.timeout(PROBE_S):
            await storage.put(key, PROBE)
            found = await storage.get(key)
            await storage.delete(key)
    except Exception as failed:  # noqa: BLE001 - a store's failures have many names
        log.warning("storage does not work", error=type(failed).__name__)
        return False
    return found == PROBE


async def ping(db: Db) -> float:
    """How long the database takes to answer, in seconds."""
    started = time.perf_counter()
    await db.fetchval(Q.ping)
    return time.perf_counter() - started
