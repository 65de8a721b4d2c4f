"""Processes tell that they run; who is silent counts as gone."""

import asyncio
from contextlib import suppress

from tests.rig.network import Network

from parvis.domain.network import processes


async def test_a_process_beats_until_it_ends(network: Network) -> None:
    async def found() -> list[str]:
        return [one.role for one in await processes.list_processes(network.db) if one.is_alive]

    for _ in range(1_000):
        if await found():
            break
        await asyncio.sleep(0.02)
    assert await found() == ["web"]
    beating = asyncio.create_task(
        processes.keep_beating(network.db, network.app.bus, "worker", lambda: 3)
    )
    for _ in range(1_000):
        if len(await found()) == 2:
            break
        await asyncio.sleep(0.02)
    [worker] = [one for one in await processes.list_processes(network.db) if one.role == "worker"]
    assert worker.streams == 3
    await network.db.fetch(
        "update processes set seen_at = now() - interval '5 minutes' where role = 'worker'"
    )
    assert await found() == ["web"]
    beating.cancel()
    with suppress(asyncio.CancelledError):
        await beating
    assert len(await processes.list_processes(network.db)) == 1
