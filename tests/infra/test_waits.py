"""Waiting for the first of several things."""

import asyncio

import pytest

from parvis.infra.waits import end, first_of


async def test_first_of_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    never, told = asyncio.Event(), asyncio.Event()
    await first_of(never, timeout_s=0.001)
    assert asyncio.all_tasks() == before
    told.set()
    await first_of(never, told, timeout_s=60)
    assert asyncio.all_tasks() == before


async def test_what_is_cancelled_while_it_waits_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(first_of(asyncio.Event(), timeout_s=60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == before


async def test_tasks_under_way_go_on() -> None:
    done = asyncio.create_task(asyncio.sleep(0))
    slow = asyncio.create_task(asyncio.sleep(60))
    await first_of(asyncio.Event(), timeout_s=60, under_way={done, slow})
    assert done.done()
    assert not slow.done()
    await end([slow])
    assert slow.cancelled()
    await end([])
