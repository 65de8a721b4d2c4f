"""Sequencers killed with SIGKILL after every step and anywhere between: one log, whole, never another."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from tests.rig.killed_sequencers import EACH
from tests.rig.logs import MANIFEST, Logs, ballots
from tests.rig.network import Network

from parvis.protocols.signed_note import Checkpoint

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
async def test_kills_between_all_steps(network: Network) -> None:
    logs = Logs(network)
    await logs.start()
    log = await logs.open()
    scratch = logs.storage.scratch
    assert scratch is not None
    arguments = ("-P", "-m", "tests.rig.killed_sequencers", network.dsn, str(scratch), str(log.id))
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    dying = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env={"PATH": os.defpath, "PYTHONPATH": paths},
        stdout=asyncio.subprocess.PIPE,
    )
    seen: dict[str, list[Checkpoint]] = {log.path: [], "log": []}
    telling = asyncio.create_task(dying.communicate())
    while not telling.done():  # somebody watches all the while
        for path, checkpoints in seen.items():
            if (await logs.auditor.get(f"{path}/checkpoint")).status == 200:
                checkpoints.append((await logs.auditor.checkpoint(path))[0])
        await asyncio.sleep(0.02)
    numbers = [int(line) for line in (await telling)[0].split()]
    assert dying.returncode == 0
    assert len(numbers) > 25
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
