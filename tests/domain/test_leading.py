"""The worker that leads the logs: alone, until it is gone; signing once a witness has answered."""

import asyncio
from typing import Any

from tests.rig.logs import Logs, ballots
from tests.rig.network import Network

from parvis.domain.transparency import keys, leading, witnesses
from parvis.infra.outgoing import Fetched, Unreachable


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
    is_away = True

    async def send(_address: str, content: bytes, **_how: Any) -> Fetched:
        if is_away:
            raise Unreachable("no answer")
        note = content.partition(b"\n\n")[2]
        text = note.partition(b"\n\n")[0].decode() + "\n"
        return Fetched("", 200, "text/plain", None, signer.sign(text, at_s=1).line().encode())

    monkeypatch.setattr(means.outgoing, "send", send)
    end = asyncio.Event()
    worker = asyncio.create_task(leading.keep(network.db, means, addresses, end))
    await logs.append(log, *ballots(30, 40))
    await asyncio.sleep(0.3)
    assert await network.db.fetchval("select max(published_size) from logs") == 31
    is_away = False
    await published(41)
    async with asyncio.timeout(60):
        while b"w.example" not in (await logs.auditor.checkpoint("log"))[1]:  # noqa: ASYNC110 - a page
            await asyncio.sleep(0.01)
    end.set()
    await worker
