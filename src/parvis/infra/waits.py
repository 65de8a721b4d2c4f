"""Waiting for the first of several things, and leaving nothing behind.

A task that is cancelled and not awaited is still pending when its loop closes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import Any, TypeVar

import asyncpg

from parvis.infra.logs import get_logger
from parvis.infra.postgres import AWAY, Db, Tx

log = get_logger()
T = TypeVar("T")


async def first_of(
    *happenings: asyncio.Event, timeout_s: float, under_way: Collection[asyncio.Task[Any]] = ()
) -> None:
    """Until one event is set or one task is done, at most so long. The tasks go on."""
    waiting = [asyncio.create_task(one.wait()) for one in happenings]
    try:
        await asyncio.wait(
            {*under_way, *waiting}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        await end(waiting)


async def end(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they are over; what they failed with is left to whoever looks."""
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


async def apart(one: Awaitable[T]) -> T | None:
    """Do something of which the next turn tries again, so that what fails keeps nothing else from being done:
    a poll that cannot be closed no draw from going on.
    """
    try:
        return await one
    except (*AWAY, asyncpg.InterfaceError):
        return None  # no database: whoever waits for events says so
    except Exception:
        log.exception("what time makes due failed; trying again")
        return None


async def each_apart(
    db: Db,
    list_due: Callable[[Db], Awaitable[list[int]]],
    act: Callable[[Tx, int], Awaitable[int]],
) -> int:
    """Do what is due, each in a transaction of its own; answers how many were done. A poll that cannot be
    closed keeps no other open, and nobody waits for the closing of a poll that is not theirs.
    """
    done = 0
    for id_ in await list_due(db):
        done += await apart(db.run(act, id_)) or 0
    return done
