"""The worker that leads the logs: alone, until it is gone; signing once a witness has answered."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from tests.rig.logs import Logs, ballots
from tests.rig.network import Network

from parvis.domain.transparency import keys, leading, succeeding, witnesses
from parvis.infra.outgoing import Fetched, Unreachable
from parvis.protocols import witnessing


async def test_one_leads_and_another_takes_over(network: Network, monkeypatch: Any) -> None:
    for name in ("PACE_S", "LOOK_S", "LEASE_S", "WITNESS_S"):
        monkeypatch.setattr(leading, name, 0.02)
    logs = Logs(network)
    means, addresses = network.app.means, network.app.addresses
    ends = [asyncio.Event(), asyncio.Event()]
    workers = [asyncio.create_task(leading.keep(network.db, means, addresses, end)) for end in ends]

    async def published(size: int) -> None:
        async with asyncio.timeout(60):
            while await network.db.fetchval("select max(published_size) from logs") != size:  # noqa: ASYNC110 - a row
                await asyncio.sleep(0.01)

    await published(1)
    log = await logs.open()
    await logs.append(log, *ballots(0, 20))
    await published(21)
    ends[0].set()  # whichever leads: the other does, or goes on
    await workers[0]
    await logs.append(log, *ballots(20, 30))
    await published(31)
    ends[1].set()
    await workers[1]
    assert len((await logs.auditor.audit(log.path)).entries) == 31

    signer = await keys.witness_signer(network.db, "w.example")
    assert signer is not None
    await network.db.run(witnesses.add, str(signer.verifier), "https://w.example")
    is_away, asked = True, asyncio.Semaphore(0)

    async def send(_address: str, content: bytes, **_how: Any) -> Fetched:
        asked.release()
        if is_away:
            raise Unreachable("no answer")
        note = content.partition(b"\n\n")[2]
        text = note.partition(b"\n\n")[0].decode() + "\n"
        return Fetched("", 200, "text/plain", None, signer.sign(text, at_s=1).line().encode())

    monkeypatch.setattr(means.outgoing, "send", send)
    end = asyncio.Event()
    worker = asyncio.create_task(leading.keep(network.db, means, addresses, end))
    await logs.append(log, *ballots(30, 40))
    for _ in range(2):  # asked again, so that what comes after the first answer has come
        await asked.acquire()
    assert await network.db.fetchval("select max(published_size) from logs") == 31
    is_away = False
    await published(41)
    async with asyncio.timeout(60):
        while b"w.example" not in (await logs.auditor.checkpoint("log"))[1]:  # noqa: ASYNC110 - a page
            await asyncio.sleep(0.01)
    end.set()
    await worker


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(60):
        while not await is_so():  # noqa: ASYNC110 - rows, and what was asked
            await asyncio.sleep(0.01)


async def test_a_log_that_is_resumed_is_signed_after_a_witness_answered(
    network: Network, monkeypatch: Any
) -> None:
    """Not before: nothing was put right, and it knows more than this database still."""
    for name in ("PACE_S", "LOOK_S", "LEASE_S", "WITNESS_S"):
        monkeypatch.setattr(leading, name, 0.02)
    logs = Logs(network)
    db, means = network.db, network.app.means
    await logs.start()
    log = await logs.open()
    await logs.settle()
    signer = await keys.witness_signer(db, "w.example")
    assert signer is not None
    await db.run(witnesses.add, str(signer.verifier), "https://w.example")
    knows_more, asked = False, 0

    async def send(_address: str, content: bytes, **_how: Any) -> Fetched:
        nonlocal asked
        asked += 1
        if knows_more:
            return Fetched("", 409, witnessing.SIZE_TYPE, None, b"900\n")
        text = content.partition(b"\n\n")[2].partition(b"\n\n")[0].decode() + "\n"
        return Fetched("", 200, "text/plain", None, signer.sign(text, at_s=1).line().encode())

    async def published() -> int:
        return await db.fetchval("select sum(published_size)::bigint from logs")

    async def is_asked() -> bool:
        return asked >= enough

    monkeypatch.setattr(means.outgoing, "send", send)
    end = asyncio.Event()
    worker = asyncio.create_task(leading.keep(db, means, network.app.addresses, end))
    before = await published()
    await logs.append(log, b"one")

    async def is_led() -> bool:
        return await published() > before

    await until(is_led)
    knows_more = True
    await logs.append(log, b"two")
    await until(lambda: succeeding.list_halted(db))
    for _ in range(3):
        enough = asked + 2  # it has left its rounds, and asks on
        await until(is_asked)
        await logs.append(log, b"three")
        size = await published()
        await db.run(succeeding.resume)
        await until(lambda: succeeding.list_halted(db))
        assert await published() == size
    end.set()
    await worker
