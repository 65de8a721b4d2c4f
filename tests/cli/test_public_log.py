"""The commands of the public log and of witnesses, on a database where a network runs; a witness alone."""

import os
import re
import subprocess
import sys
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from rich.console import Console
from tests.cli.test_moderation import parvis
from tests.rig.logs import Logs, ballots

from parvis.cli.log_desk import LogDesk
from parvis.cli.witness_alone import Alone
from parvis.domain.transparency import keys, proofs, reconciling
from parvis.infra.refused import StartRefused
from parvis.protocols import signed_note as notes
from parvis.protocols import witnessing
from parvis.protocols.witnessing import Asked, WitnessRefused


@pytest.fixture
async def logs(logs: Logs) -> Logs:
    """With its first checkpoint."""
    await logs.settle()
    return logs


@pytest.mark.slow
async def test_from_the_terminal(logs: Logs, tmp_path: Path) -> None:
    shown = await parvis(logs.network, tmp_path, "log", "show")
    assert f"{logs.network.app.addresses.domain}/log: 1 entries published, 0 witnessed" in shown


def test_who_reads_no_further_gets_no_trace() -> None:
    """As `parvis log show | head -1`."""
    told = "from parvis.cli.commands import run\nasync def many():\n    print('x', flush=True)\nrun(many())"
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "w") as out:
        ended = subprocess.run(  # noqa: S603 - ours
            [sys.executable, "-c", told],
            env={"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_what_the_commands_do(logs: Logs, capsys: pytest.CaptureFixture[str]) -> None:
    desk = LogDesk(logs.db, logs.network.base, Console(width=200))

    async def say(doing: Awaitable[None]) -> str:
        await doing
        return capsys.readouterr().out

    origin = f"{desk.domain}/log"
    (old,) = await keys.verifiers(logs.db, origin)
    assert str(old) in await say(desk.show())
    assert "signed by a new key" in await say(desk.rotate_key(at_once=False))
    assert len(await keys.verifiers(logs.db, origin)) == 2
    server = await logs.db.fetchval("select id from logs")
    await logs.db.run(reconciling.halt, server, "told by a test")
    stopped = await say(desk.show())
    assert "told by a test" in stopped
    assert "parvis witness dismiss" in stopped
    assert "1 compared again" in await say(desk.resume())
    for nothing in (desk.resume(), desk.succeed()):
        assert "No log is stopped" in await say(nothing)
    await logs.db.run(reconciling.halt, server, "told by a test")
    assert re.search(f"{origin}/next/2-[a-z2-7]{{16}} follows it", await say(desk.succeed()))
    witness = (await say(desk.list_witnesses())).split("As a witness:  ")[1].split()
    await say(desk.ask(witness[0], "https://w.example/log/witness"))
    await say(desk.follow(str(old)))
    listed = await say(desk.list_witnesses())
    assert "https://w.example/log/witness" in listed
    assert origin in listed
    await say(desk.dismiss(f"{origin}/witness"))
    await say(desk.unfollow(origin))
    assert "w.example" not in await say(desk.list_witnesses())


async def test_a_witness_alone_remembers_over_restarts(logs: Logs, tmp_path: Path) -> None:
    origin = f"{logs.network.app.addresses.domain}/log"
    (key,) = await keys.verifiers(logs.db, origin)

    def start() -> Alone:
        return Alone(tmp_path / "w", "witness.example", [str(key)])

    note = (await logs.auditor.checkpoint("log"))[1]
    first = start()
    lines = first.cosign(Asked(0, (), note).encode())
    whole = notes.parse(note + lines)
    assert list(notes.witnessed_by(whole, [first.signer.verifier])) == ["witness.example"]
    log = await logs.open()
    await logs.append(log, *ballots(0, 3))
    await logs.settle()
    checkpoint, note = await logs.auditor.checkpoint("log")
    server = await logs.db.fetchval("select id from logs where kind = 'server'")
    proof = tuple(await proofs.consistency(logs.db, server, 1, checkpoint.size))
    asked = Asked(1, proof, note).encode()

    def ask(_number: int) -> int:
        try:
            start().cosign(asked)
        except WitnessRefused as refused:
            return refused.code
        return 200

    with ThreadPoolExecutor(8) as many:
        assert sorted(many.map(ask, range(8))) == [200] + [409] * 7
    assert start().signer.verifier.key == first.signer.verifier.key
    with pytest.raises(WitnessRefused) as refused:
        start().cosign(Asked(1, (), note).encode())
    assert refused.value.size == checkpoint.size
    for wrong in (["nonsense"], ["a+b+c"]):
        with pytest.raises(StartRefused):
            Alone(tmp_path / "w", "witness.example", wrong)
    with pytest.raises(WitnessRefused) as refused:
        Alone(tmp_path / "w", "witness.example", []).cosign(asked)
    assert refused.value.code == 404
    assert witnessing.parse(asked).old == 1
