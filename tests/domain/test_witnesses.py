"""Two networks witness one another, over their doors: what was shown to one cannot be taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.rig.databases import Databases
from tests.rig.logs import Logs, ballots
from tests.rig.network import Network, serve

from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.transparency import appending, keys, proofs, succeeding, witnesses
from parvis.infra.outgoing import Fetched, Outgoing, Unreachable
from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import COSIGNATURE, Checkpoint, Signer, Verifier
from parvis.protocols.witnessing import Asked


class Wire(Outgoing):
    """The way out without TLS and its checks, which tests/infra/test_outgoing.py tries."""

    def __init__(self, network: Network) -> None:
        super().__init__("Parvis/test")
        self.network = network
        self.is_cut = False
        self.asked: list[bytes] = []

    async def send(self, address: str, content: bytes, **_how: Any) -> Fetched:
        if self.is_cut:
            raise Unreachable("no answer")
        self.asked.append(content)
        url = address.replace("https://", "http://", 1)
        answer = await self.network.anyone.call("POST", url, data=content)
        kind = answer.headers["content-type"].partition(";")[0]
        return Fetched(address, answer.status, kind, None, answer.body)


@pytest.fixture
async def other(databases: Databases, tmp_path: Path) -> AsyncIterator[Logs]:
    """Another network, which witnesses."""
    address = await databases.take()
    async with serve(address, tmp_path / "other") as made:
        theirs = Logs(made)
        await theirs.start()
        yield theirs
    await databases.give_back(address)


@pytest.fixture
async def wire(logs: Logs, other: Logs) -> Wire:
    """Each knows the other: one asks, the other follows."""
    domain = other.network.app.addresses.domain
    signer = await keys.witness_signer(other.db, domain)
    assert signer is not None
    address = other.network.base.replace("http://", "https://") + "/log/witness/"
    await logs.db.run(witnesses.add, str(signer.verifier), address)
    origin = f"{logs.network.app.addresses.domain}/log"
    await other.db.run(witnesses.follow, str((await keys.verifiers(logs.db, origin))[0]))
    return Wire(logs.network)


def cosigned(note: bytes, witness: Verifier) -> bool:
    return bool(notes.witnessed_by(notes.parse(note), [witness]))


async def test_checkpoints_and_receipts_carry_their_witness(
    logs: Logs, other: Logs, wire: Wire
) -> None:
    (row,) = await logs.db.fetch("select key from log_witnesses")
    witness = Verifier.parse(row["key"])
    log = await logs.open()
    await logs.settle()
    first = len((await logs.auditor.audit("log")).entries)
    for round_ in range(3):  # each from what the witness saw last
        await logs.append(log, *ballots(round_ * 9, round_ * 9 + 9))
        await logs.settle()
        assert await witnesses.ask_all(logs.db, wire)
        assert not await witnesses.ask_all(logs.db, wire)  # nothing is new
    assert len(wire.asked) == 3
    found = await logs.auditor.audit("log")
    assert cosigned(found.note, witness)
    # A newer checkpoint is not cosigned yet: receipts stay with the witnessed one while that holds them.
    await logs.append(log, b"later")
    await logs.settle()
    assert not cosigned((await logs.auditor.checkpoint("log"))[1], witness)
    assert await logs.auditor.receipt("log", found.entries[first]) == found.checkpoint
    wire.is_cut = True
    assert not await witnesses.ask_all(logs.db, wire)
    (row,) = await logs.db.fetch("select failure, size from log_witnesses")
    assert (row["failure"], row["size"]) == ("no answer", found.checkpoint.size)
    wire.is_cut = False
    assert await witnesses.ask_all(logs.db, wire)
    # Our own row of the witness is lost: it says itself what it knows.
    await logs.db.fetch("update log_witnesses set size = 0")
    await logs.append(log, b"once more")
    await logs.settle()
    assert await witnesses.ask_all(logs.db, wire)
    (row,) = await other.db.fetch("select size from witnessed_logs")
    assert row["size"] == (await logs.auditor.checkpoint("log"))[0].size


async def test_one_that_hangs_delays_no_other(logs: Logs, wire: Wire) -> None:
    """Its lines are kept as they come, and it is asked about the next checkpoint meanwhile."""
    quick = Verifier.parse(str((await logs.db.fetchrow("select key from log_witnesses"))["key"]))
    mute = Signer("mute.example", bytes(32), COSIGNATURE).verifier
    await logs.db.run(witnesses.add, str(mute), "https://mute.example")
    free, send = asyncio.Event(), wire.send

    async def wait(address: str, content: bytes, **how: Any) -> Fetched:
        if address.startswith("https://mute."):
            await free.wait()
            raise Unreachable("it takes too long to answer")
        return await send(address, content, **how)

    wire.send = wait  # type: ignore[method-assign]
    log = await logs.open()
    asking = witnesses.Asking(logs.db, wire)  # type: ignore[arg-type] - it has the one method
    for round_ in range(2):
        await logs.append(log, *ballots(round_ * 3, round_ * 3 + 3))
        await logs.settle()
        begun = await asking.begin()
        await asyncio.wait(begun, return_when=asyncio.FIRST_COMPLETED)
        assert len(begun) == 2 - round_  # the one that hangs is not asked once more
        assert cosigned((await logs.auditor.checkpoint("log"))[1], quick)
    free.set()
    await asyncio.gather(*asking.under_way.values())
    (row,) = await logs.db.fetch("select failure from log_witnesses where name = 'mute.example'")
    assert row["failure"] == "it takes too long to answer"


async def test_a_whole_folder_of_yesterday_is_noticed_by_the_witness(
    logs: Logs, wire: Wire
) -> None:
    log = await logs.open()
    await logs.settle()
    await witnesses.ask_all(logs.db, wire)
    files = {key: await logs.storage.get(key) for key in await logs.storage.list_keys("log")}
    await logs.back_up()
    await logs.append(log, *ballots(0, 5))
    await logs.settle()
    await witnesses.ask_all(logs.db, wire)
    shown = await logs.auditor.audit("log")
    await logs.restore()
    await logs.storage.delete(*await logs.storage.list_keys("log"))
    for key, content in files.items():
        await logs.storage.put(key, content)
    wire.is_cut = True
    assert not await witnesses.ask_first(logs.db, wire)  # nothing is signed before one answers
    assert await succeeding.list_halted(logs.db) == []
    wire.is_cut = False
    assert not await witnesses.ask_first(logs.db, wire)
    (halted,) = await succeeding.list_halted(logs.db)
    assert f"cosigned {shown.checkpoint.size} entries" in halted["halted"]
    logs.db.kept(keys.LogKeys).forget()
    with pytest.raises(Conflict, match="stopped"):  # nobody knows by when it will go on
        await appending.promise(logs.db, log.origin, b"another history")
    await logs.append(log, b"another history")
    await logs.settle()
    assert (await logs.auditor.checkpoint("log"))[0].size < shown.checkpoint.size
    await logs.db.run(succeeding.succeed, halted)
    await logs.settle()
    found = await logs.auditor.audit("log/next/2")
    assert halted["origin"].encode() in found.entries[0]
    assert len(found.entries) > 1


async def submit(other: Logs, asked: Asked) -> tuple[int, str, bytes]:
    path = "/log/witness/add-checkpoint"
    answer = await other.network.anyone.call("POST", path, data=asked.encode())
    return answer.status, answer.headers["content-type"], answer.body


async def test_the_door_of_a_witness_refuses_forks_and_rollbacks(
    logs: Logs, other: Logs, wire: Wire
) -> None:
    log = await logs.open()
    await logs.append(log, *ballots(0, 5))
    await logs.settle()
    await witnesses.ask_all(logs.db, wire)
    seen = await logs.auditor.audit("log")
    await logs.append(log, *ballots(5, 9))
    await logs.settle()
    grown = await logs.auditor.audit("log")
    before, after = seen.checkpoint.size, grown.checkpoint.size
    server = await logs.db.fetchrow("select id, origin from logs where kind = 'server'")
    (signer,) = await logs.db.kept(keys.LogKeys).signers(server["origin"])

    def forked(size: int) -> bytes:
        root = merkle.root_of([merkle.leaf_hash(b"planted")] * size)
        return notes.sign(Checkpoint(server["origin"], size, root).text(), [signer]).encode()

    proof = tuple(await proofs.consistency(logs.db, server["id"], before, after))
    assert (await submit(other, Asked(before, (), forked(before))))[0] == 409
    assert (await submit(other, Asked(before, proof, forked(after))))[0] == 422
    assert await submit(other, Asked(0, (), grown.note)) == (
        409, "text/x.tlog.size", f"{before}\n".encode()
    )  # fmt: skip
    stranger = notes.sign(Checkpoint("nobody.example/log", 1, bytes(32)).text(), [signer]).encode()
    assert (await submit(other, Asked(0, (), stranger)))[0] == 404
    assert (await submit(other, Asked(0, (), b"x" * 70_000)))[0] == 400
    answers = await asyncio.gather(
        *(submit(other, Asked(before, proof, grown.note)) for _ in range(8))
    )
    assert sorted({status for status, _, _ in answers}) == [200, 409]
    assert sum(status == 200 for status, _, _ in answers) == 1
    assert (await submit(other, Asked(before, (), seen.note)))[0] == 409  # back to where it was


async def test_what_witnesses_and_logs_are_told_by_their_keys(logs: Logs) -> None:
    log_key = str((await keys.verifiers(logs.db, "a.example/log"))[0])
    signer = await keys.witness_signer(logs.db, "b.example")
    assert signer is not None
    witness_key = str(signer.verifier)
    for key, address in (
        ("nonsense", "https://b.example"),
        (log_key, "https://b.example"),
        (witness_key, "http://b.example"),
    ):
        with pytest.raises(Invalid):
            await logs.db.run(witnesses.add, key, address)
    for key in ("nonsense", witness_key):
        with pytest.raises(Invalid):
            await logs.db.run(witnesses.follow, key)
    await logs.db.run(witnesses.follow, log_key)
    await logs.db.run(witnesses.unfollow, "a.example/log")
    for act, name in (
        (witnesses.unfollow, "a.example/log"),
        (witnesses.remove, "b.example/log/witness"),
    ):
        with pytest.raises(NotFound):
            await logs.db.run(act, name)
