"""Sequencers killed with SIGKILL after every step and anywhere between: one log, whole, never another."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tests.rig.killed_sequencers import EACH
from tests.rig.logs import MANIFEST, Logs, ballots
from tests.rig.network import Network

from parvis.domain.transparency import reconciling, succeeding
from parvis.domain.transparency.types import Log
from parvis.protocols.signed_note import Checkpoint

ROOT = Path(__file__).parents[2]


async def watch_dying(
    logs: Logs, log: Log, paths: list[str]
) -> tuple[list[int], dict[str, list[Checkpoint]]]:
    """Let sequencers die over a log; answers whose ballots they took, and what was seen of it meanwhile."""
    scratch = logs.storage.scratch
    assert scratch is not None
    arguments = (
        "-P",
        "-m",
        "tests.rig.killed_sequencers",
        logs.network.dsn,
        str(scratch),
        str(log.id),
    )
    sources = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    dying = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={"PATH": os.defpath, "PYTHONPATH": sources},
        stdout=asyncio.subprocess.PIPE,
    )
    seen: dict[str, list[Checkpoint]] = {path: [] for path in paths}
    telling = asyncio.create_task(dying.communicate())
    while not telling.done():  # somebody watches all the while
        for path, checkpoints in seen.items():
            if (await logs.auditor.get(f"{path}/checkpoint")).status == 200:
                checkpoints.append((await logs.auditor.checkpoint(path))[0])
        await asyncio.sleep(0.02)
    numbers = [int(line) for line in (await telling)[0].split()]
    assert dying.returncode == 0
    assert len(numbers) > 25
    return numbers, seen


@pytest.mark.slow
async def test_kills_between_all_steps(network: Network) -> None:
    logs = Logs(network)
    await logs.start()
    log = await logs.open()
    numbers, seen = await watch_dying(logs, log, [log.path, "log"])
    await logs.settle()
    entries = (await logs.auditor.audit(log.path)).entries
    said = {one for number in numbers for one in ballots(number * EACH, (number + 1) * EACH)}
    assert len(entries) == len(set(entries))
    assert said | {MANIFEST} == set(entries)
    for path, checkpoints in seen.items():
        found = await logs.auditor.audit(path)
        distinct = {one.size: one for one in checkpoints}
        assert [one.size for one in checkpoints] == sorted(one.size for one in checkpoints)
        assert all(map(found.begins_with, distinct.values()))
        assert len(distinct) > 1  # it was seen to grow


@pytest.mark.slow
async def test_kills_while_a_successor_begins(network: Network) -> None:
    """The server log was succeeded: whoever dies on the way, the old name is never signed again."""
    logs = Logs(network)
    await logs.start()
    log = await logs.open()
    await logs.append(log, *ballots(0, EACH))
    await logs.settle()
    before = await logs.auditor.audit(log.path)
    (server,) = await logs.db.fetch("select id from logs where kind = 'server'")
    await logs.db.run(reconciling.halt, server["id"], "an older backup")
    (halted,) = await succeeding.list_halted(logs.db)
    await logs.db.run(succeeding.succeed, halted)
    later = f"{log.path}/next/2"
    numbers, seen = await watch_dying(logs, log, [log.path, later, "log/next/2"])
    await logs.settle()
    assert (await logs.auditor.audit(log.path)).note == before.note
    found = await logs.auditor.audit(later)
    said = {one for number in numbers for one in ballots(number * EACH, (number + 1) * EACH)}
    assert len(found.entries) == len(set(found.entries))
    assert set(found.entries[1:]) == said
    assert (
        await logs.db.fetchval("select count(*) from logs where predecessor_id = $1", log.id) == 1
    )
    assert {one.size for one in seen[log.path]} == {before.checkpoint.size}
    assert all(map(found.begins_with, seen[later]))
    server_ = await logs.auditor.audit("log/next/2")
    assert all(map(server_.begins_with, seen["log/next/2"]))
