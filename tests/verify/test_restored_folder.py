"""Yesterday's whole folder is put back, rows and files: what was signed since is lost, and no log is signed a
second time at a size that it had in the lost time.
"""

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig.auditor import Audit
from tests.rig.backups import Backup
from tests.rig.draws import Hall, open_hall
from tests.rig.network import Network, Person
from tests.rig.petitions import started
from tests.verify.conftest import Told

from parvis.domain.draws import entering
from parvis.domain.errors import NotFound
from parvis.domain.petitions import export, signing, tally
from parvis.domain.petitions import receipts as signatures
from parvis.domain.petitions import showing as petitions
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.polls import receipts as votes
from parvis.domain.transparency import reconciling, succeeding
from parvis.protocols import tlog_proof

WHY = "the witness w.example has cosigned more than this database has"


class Square:
    """A network with an open poll, an open petition and an open draw, all at once."""

    def __init__(self, network: Network, hall: Hall) -> None:
        self.network = network
        self.hall = hall
        self.logs = hall.logs
        self.poll = self.petition = self.draw = 0

    async def begin(self, author: Person) -> None:
        poll = {"options": ["yes", "no"], "expires_in": 3600, "hide_totals": True}
        self.poll = int((await author.publish("well?", poll=poll))["poll"]["id"])
        self.petition = await started(self.network, author)
        self.draw = await self.hall.announce(author, winners=1)

    async def end(self, author: Person) -> None:
        await self.network.db.fetch("update polls set expires_at = now() - interval '1 s'")
        await self.network.db.run(tally.close_own, author.account_id, self.petition)
        self.network.db.slots.bump_all()
        await self.hall.freeze(self.draw)
        await self.hall.draw(self.draw)
        await self.settle()

    @property
    def paths(self) -> list[str]:
        return [
            f"log/polls/{self.poll}",
            f"log/petitions/{self.petition}",
            f"log/draws/{self.draw}",
        ]

    async def take_part(self, who: Person, choice: int) -> None:
        """Somebody votes, signs and enters."""
        await who.post(f"/api/v1/polls/{self.poll}/votes", {"choices": [choice]})
        said = Signing(1, name=who.username)
        await self.network.db.run(signing.sign, Signer(who.account_id), self.petition, said)
        await self.network.db.run(entering.enter, who.account_id, self.draw, "FR")

    async def settle(self) -> None:
        await self.network.settle()
        await self.logs.settle()

    async def receipts(self, who: Person) -> list[Any]:
        """Of the vote, the signature and the entry of somebody."""
        db = self.network.db
        own = await signatures.find_own(db, self.petition, who.account_id)
        return [
            await votes.find_receipt(db, who.account_id, self.poll),
            await signatures.receipt(db, own),
            await entering.find_receipt(db, who.account_id, self.draw),
        ]

    async def save(self, who: Person, at: Path) -> list[Path]:
        """The same as files, as somebody keeps them."""
        found = [at / f"{who.username}{number}.tlog-proof" for number in range(3)]
        for file, receipt in zip(found, await self.receipts(who), strict=True):
            file.write_bytes(receipt.proof)
        return found

    async def check_receipts(self, who: Person, log: str = "") -> None:
        """They hold, under this log, by whichever of its names they are asked for."""
        for path, receipt in zip(self.paths, await self.receipts(who), strict=True):
            (key,) = await self.logs.auditor.keys(f"{path}{log}")
            tlog_proof.check(tlog_proof.parse(receipt.proof), receipt.entry, key)
            name = receipt.proof_path.rpartition("/")[2]
            for one in (path, f"{path}/next/2"):
                assert await self.logs.auditor.fetch(f"{one}/proofs/{name}") == receipt.proof

    async def go_on(self) -> None:
        """The witness knows more, and the owner decides."""
        self.logs.sequencer = type(self.logs.sequencer)(self.logs.db, self.logs.storage)
        (server,) = await self.logs.db.fetch("select id from logs where kind = 'server'")
        await self.logs.db.run(reconciling.halt, server["id"], WHY)
        (halted,) = await succeeding.list_halted(self.logs.db)
        await self.logs.db.run(succeeding.succeed, halted)

    async def check_ended(self, before: dict[str, Audit], shown: dict[str, Audit]) -> None:
        """Logs end as they were backed up, and others go on from there."""
        for path, old in shown.items():
            now = await self.logs.auditor.audit(path)
            assert now.checkpoint == before[path].checkpoint, path  # nothing was signed of it again
            assert old.begins_with(now.checkpoint)
            assert old.checkpoint.size > now.checkpoint.size
            follows = await self.logs.auditor.audit(f"{path}/next/2")
            told = msgspec.json.decode(follows.entries[0])
            of, size = now.checkpoint.origin, now.checkpoint.size
            assert (told["of"], told["size"], told["why"]) == (of, size, WHY)
            assert path == "log" or len(follows.entries) == 3  # who waited, and who came late

    async def go_on_otherwise(self, backup: Backup, first: Person, second: Person) -> set[str]:
        """The same backup is put back once more; answers the names of the successors of before."""
        paths = [f"{path}/next/2" for path in ("log", *self.paths)]
        names = {(await self.logs.auditor.audit(path)).checkpoint.origin for path in paths}
        await backup.restore()
        await self.go_on()
        await self.take_part(first, 1)
        await self.take_part(second, 0)
        await self.settle()
        for path in paths:  # no name of the first time is signed again
            found = await self.logs.auditor.audit(path)
            assert found.checkpoint.origin.startswith(self.logs.auditor.origin(f"{path}-"))
            assert found.checkpoint.origin not in names
        return names

    async def check_lost(
        self, names: set[str], files: list[Path], verify: Callable[..., Told]
    ) -> None:
        """What was signed after the backup was put back first is told as lost, by what people keep of it."""
        for path, file in zip(self.paths, files[:-1], strict=True):
            for one in (file, files[-1]):  # and the server log's
                found = await asyncio.to_thread(
                    verify, f"{self.network.base}/{path}", "--with", one
                )
                assert (found.code, found.wrong) == (1, {"successor-lost"}), found.json["findings"]
                told = [one for one in found.json["findings"] if one["code"] == "successor-lost"]
                assert {one["log"] for one in told} <= names

    async def check_elsewhere(self, files: Path, verify: Callable[..., Told]) -> None:
        """A folder of files is read like the door, and the petition's export has both parts."""
        key = files.parent / "key"
        key.write_bytes(await self.logs.auditor.fetch("log/keys"))
        found = await asyncio.to_thread(verify, files / self.paths[0], "--key", key)
        assert "successor-holds" in found.codes("holds"), found.json["findings"]
        petition = await petitions.find(self.network.db, 0, self.petition)
        parts = export.export(self.network.db, petition, self.network.base)
        with zipfile.ZipFile(io.BytesIO(b"".join([one async for one in parts]))) as archive:
            assert len(archive.read("proofs.jsonl").splitlines()) == 4  # of both logs
            assert archive.read("checkpoint") != archive.read("checkpoint-next-2")

    async def audits(self) -> dict[str, Audit]:
        return {path: await self.logs.auditor.audit(path) for path in ("log", *self.paths)}


@pytest.mark.slow
async def test_no_log_is_signed_twice_at_one_size(
    network: Network, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, verify: Callable[..., Told]
) -> None:
    hall = await open_hall(network, monkeypatch)
    square = Square(network, hall)
    alice, early, waiting, lost, gone, late = await network.people(
        "alice", "early", "waiting", "lost", "gone", "late"
    )
    await square.begin(alice)
    await square.take_part(early, 0)
    await square.settle()
    before = await square.audits()
    kept = await square.save(early, tmp_path)
    await square.take_part(waiting, 1)  # its entries wait for their places
    backup = Backup(network, tmp_path / "yesterday")
    await backup.take()
    # A day goes by, which somebody outside keeps: checkpoints, and receipts.
    await square.take_part(lost, 0)
    await square.take_part(gone, 0)
    await square.settle()
    shown = await square.audits()
    files = {one: await square.save(one, tmp_path) for one in (waiting, gone)}
    # Yesterday's folder is put back, and others come.
    await backup.restore()
    await square.take_part(late, 1)
    await square.go_on()
    await square.settle()
    await square.check_ended(before, shown)
    # Whose part was lost may take part again; who did already may not.
    with pytest.raises(NotFound):
        await square.receipts(lost)
    await square.take_part(lost, 0)
    again = await early.post(f"/api/v1/polls/{square.poll}/votes", {"choices": [1]})
    assert again.status == 422
    await square.settle()
    await square.check_receipts(early)
    await square.check_receipts(waiting, "/next/2")
    await square.check_receipts(lost, "/next/2")
    # The same backup is put back a second time.
    kept_once = [*await square.save(lost, tmp_path), tmp_path / "server"]
    kept_once[-1].write_bytes(await hall.logs.auditor.fetch("log/next/2/checkpoint"))
    await square.check_lost(await square.go_on_otherwise(backup, lost, late), kept_once, verify)
    # All is counted, closed and drawn over both parts.
    await square.end(alice)
    results: list[Any] = []
    for number, path in enumerate(square.paths):
        address = f"{network.base}/{path}"
        found = await asyncio.to_thread(verify, address, "--with", kept[number])
        assert (found.code, found.wrong) == (0, set()), found.json["findings"]
        assert {"successor-holds", "receipt-holds"} <= found.codes("holds")
        results.append(found.json["result"])
        # Receipts of the lost time prove that it was: told as lost, or as standing elsewhere now.
        found = await asyncio.to_thread(verify, address, "--with", files[gone][number])
        assert found.wrong == {"log-shorter", "receipt-lost"}, found.json["findings"]
        found = await asyncio.to_thread(verify, address, "--with", files[waiting][number])
        assert (found.wrong, "receipt-moved" in found.codes("told")) == ({"log-shorter"}, True)
    await square.check_elsewhere(backup.files, verify)
    assert [one["votes"] for one in results[0]["options"]] == [2, 2]
    assert (results[0]["voters"], results[1]["signatures"]) == (4, 4)
    assert results[2]["drawings"][0]["entrants"] == 4, results[2]
