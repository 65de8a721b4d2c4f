"""Waiting for the first of several things, and leaving nothing behind.

A task that is cancelled and not awaited is still pending when its loop closes.
"""

import asyncio
from collections.abc import Collection
from typing import Any


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
