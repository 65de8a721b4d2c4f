"""A log that grows while it is read: what came meanwhile is no fault, and witnesses are a moment behind."""

from collections.abc import Callable
from pathlib import Path

from tests.rig.planting import ORIGIN, SEED, SUB
from tests.verify.conftest import Told
from tests.verify.test_planted import SOUND, owner

from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import Signer
from parvis.protocols.tlog_proof import Receipt


def test_checkpoints_made_meanwhile_take_nothing_away(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    def meanwhile(**more: bytes) -> Told:
        log = owner(*SOUND)
        log.told()  # the server log has all five; the log itself was read when it had four
        log.poll = SOUND[:-1]
        return verify(log.save(tmp_path / "log.zip", **{f"{SUB}/{k}": v for k, v in more.items()}))

    whole = owner(*SOUND).told()
    other = owner(*SOUND[:-1], SOUND[1]).told()
    assert (meanwhile(later=whole).code, meanwhile(later=whole).wrong) == (0, set())
    assert meanwhile().wrong == {"log-shorter"}  # it never had them again
    assert meanwhile(later=other).wrong == {"forked"}


def test_a_witness_who_saw_a_state_before_the_newest_has_witnessed_the_log(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    witness = Signer("witness.example", bytes(32), notes.COSIGNATURE)

    def read(seen: Callable[[list[bytes]], list[bytes]] = lambda entries: entries) -> Told:
        log = owner(*SOUND)
        log.told()
        leaves = [merkle.leaf_hash(one) for one in seen(log.server)]
        text = notes.Checkpoint(ORIGIN, 3, merkle.root_of(leaves)).text()
        note = notes.sign(text, [Signer(ORIGIN, SEED), witness]).encode()
        receipt = Receipt(2, (merkle.root_of(leaves[:2]),), note).encode()
        path = f"log/proofs/{leaves[2].hex()}.tlog-proof"
        # Saving adds an entry to the server log: the newest checkpoint is one that nobody cosigned.
        saved = log.save(tmp_path / "log.zip", **{path: receipt})
        return verify(saved, "--witness", str(witness.verifier))

    found = read()
    assert (found.code, found.codes("unchecked"), found.wrong) == (0, set(), set())
    assert "witness-holds" in found.codes("holds")
    assert "nobody-witnesses" not in found.codes("told")
    # A server log that was shown to the witness alone.
    shown = read(lambda entries: [entries[0], b"{}", entries[2]])
    assert shown.wrong == {"rewritten"}
    # It may be behind the log that is asked about: a proof of anything else says nothing of that.
    silent = read(lambda entries: [*entries[:2], b"{}"])
    assert (silent.code, silent.codes("unchecked")) == (2, {"witness-silent"})
