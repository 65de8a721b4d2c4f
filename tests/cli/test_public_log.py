"""The commands of the public log and of witnesses, on a database where a network runs; a witness alone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.cli.test_moderation import parvis
from tests.rig.logs import Logs, ballots
from tests.rig.network import Network

from parvis.cli.witness_alone import Alone
from parvis.domain.transparency import keys, proofs, reconciling
from parvis.infra.refused import StartRefused
from parvis.protocols import signed_note as notes
from parvis.protocols import witnessing
from parvis.protocols.witnessing import Asked, WitnessRefused


@pytest.fixture
async def logs(network: Network) -> Logs:
    made = Logs(network)
    await made.start()
    await made.settle()
    return made


@pytest.mark.slow
async def test_from_the_terminal(logs: Logs, tmp_path: Path) -> None:
    async def say(*words: str, code: int = 0) -> str:
        return await parvis(logs.network, tmp_path, *words, code=code)

    origin = f"{logs.network.app.addresses.domain}/log"
    (old,) = await keys.verifiers(logs.db, origin)
    shown = await say("log", "show")
    assert f"{origin}: 1 entries published, 0 witnessed" in shown
    assert str(old) in shown
    assert "signed by a new key" in await say("log", "rotate-key")
    assert len(await keys.verifiers(logs.db, origin)) == 2
    server = await logs.db.fetchval("select id from logs")
    await logs.db.run(reconciling.halt, server, "told by a test")
    assert "told by a test" in await say("log", "show")
    assert "1 compared again" in await say("log", "resume")
    assert "No log is stopped" in await say("log", "succeed")
    await logs.db.run(reconciling.halt, server, "told by a test")
    assert f"{origin}/next/2 follows it" in await say("log", "succeed")
    witness = (await say("witness", "list")).split("As a witness:  ")[1].split()
    assert "asked from now on" in await say(
        "witness", "ask", witness[0], "https://w.example/log/witness"
    )
    assert "Refused" in await say("witness", "follow", witness[0], code=1)
    assert "witnessed here from now on" in await say("witness", "follow", str(old))
    listed = await say("witness", "list")
    assert "https://w.example/log/witness" in listed
    assert origin in listed
    await say("witness", "dismiss", f"{origin}/witness")
    await say("witness", "unfollow", origin)
    assert "Refused" in await say("witness", "dismiss", "nobody", code=1)


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
