"""Receipts, promises and what a witness grants: every way of writing them wrong is refused."""

import base64
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import promises, tlog_proof, witnessing
from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import (
    ProofInvalid,
    leaf_hash,
    prove_consistency,
    prove_inclusion,
    range_hash,
    root_of,
)
from parvis.protocols.signed_note import COSIGNATURE, Checkpoint, NoteInvalid, Signer, Verifier
from parvis.protocols.tlog_proof import Receipt
from parvis.protocols.witnessing import Asked, Seen, WitnessRefused
from parvis_verify import kept
from parvis_verify.notes import NoteWrong, is_signed, parse_key
from parvis_verify.trees import ProofWrong

LOG = Signer("log.example/log", bytes(range(32)))
OTHER = Signer("log.example/log", bytes(range(1, 33)))
WITNESS = Signer("witness.example/w", bytes(range(2, 34)), COSIGNATURE)
ENTRIES = [f"entry {number}".encode() for number in range(300)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def read(level: int, index: int) -> bytes:
    if level == 0:
        return LEAVES[index]
    return root_of(LEAVES[index << level : (index + 1) << level])


def note_of(size: int, signer: Signer = LOG, leaves: list[bytes] = LEAVES) -> bytes:
    checkpoint = Checkpoint("log.example/log", size, root_of(leaves[:size]))
    return notes.sign(checkpoint.text(), [signer]).encode()


def receipt_of(index: int, size: int, **how: bytes) -> Receipt:
    return Receipt(index, tuple(prove_inclusion(index, size, read)), note_of(size), **how)


@given(st.data())
def test_receipts_say_where_an_entry_is_and_nothing_else(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    extra = data.draw(st.none() | st.binary(max_size=40))
    receipt = Receipt(index, tuple(prove_inclusion(index, size, read)), note_of(size), extra)
    content = receipt.encode()
    assert len(content) < 2_000
    again = tlog_proof.parse(content)
    assert again == receipt
    assert tlog_proof.check(again, ENTRIES[index], LOG.verifier).size == size
    with pytest.raises(ProofInvalid):
        tlog_proof.check(again, b"another entry", LOG.verifier)
    with pytest.raises(NoteInvalid):
        tlog_proof.check(again, ENTRIES[index], OTHER.verifier)
    at = data.draw(st.integers(0, len(content) - 1))
    broken = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    in_extra = extra is not None and broken.split(b"\n")[1].startswith(b"extra ")
    try:
        found = tlog_proof.parse(broken)
        tlog_proof.check(found, ENTRIES[index], LOG.verifier)
    except (ProofInvalid, NoteInvalid):
        return
    assert in_extra  # the one part that nobody signed
    assert found.extra != extra


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"c2sp.org/tlog-proof@v1\n",
        b"c2sp.org/tlog-proof@v2\nindex 0\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nindex 01\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nindex -1\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nextra !\nindex 0\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nindex 0\nQUJD\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nindex 0\n" + b"\xc3\xa9\n\n" + note_of(1),
        b"c2sp.org/tlog-proof@v1\nindex 0\n"
        + b"".join(base64.b64encode(one) + b"\n" for one in LEAVES[:64])
        + b"\n"
        + note_of(1),
    ],
)
def test_what_is_no_receipt_is_refused(content: bytes) -> None:
    with pytest.raises((ProofInvalid, NoteInvalid)):
        tlog_proof.check(tlog_proof.parse(content), ENTRIES[0], LOG.verifier)


def test_a_promise_says_which_entry_by_when_to_the_minute() -> None:
    content = promises.promise(LOG, LEAVES[0], 1_800_000_001)
    found = promises.open_promise(content, LOG.verifier)
    assert found == promises.Promise("log.example/log", LEAVES[0], 1_800_000_060)
    with pytest.raises(NoteInvalid, match="did not sign"):
        promises.open_promise(content, OTHER.verifier)
    with pytest.raises(NoteInvalid):  # a promise is no checkpoint, nor the other way round
        notes.open_checkpoint(content, LOG.verifier)
    with pytest.raises(NoteInvalid, match="no promise"):
        promises.open_promise(note_of(3), LOG.verifier)
    forged = promises.promise(Signer("log.example/other", bytes(range(32))), LEAVES[0], 1)
    with pytest.raises(NoteInvalid):
        promises.open_promise(forged, LOG.verifier)
    short = notes.sign(f"{promises.HEAD}\nlog.example/log\nQUJD by 60\n", [LOG]).encode()
    with pytest.raises(NoteInvalid, match="32 bytes"):
        promises.open_promise(short, LOG.verifier)


def ask(old: int, size: int, **how: bytes) -> Asked:
    proof = prove_consistency(old, size, read) if 0 < old < size else []
    return Asked(old, tuple(proof), how.get("note", note_of(size)))


def seen(size: int) -> Seen:
    return Seen(size, root_of(LEAVES[:size])) if size else Seen()


@given(st.data())
def test_a_witness_grants_what_goes_on_from_what_it_saw(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 299))
    old = data.draw(st.integers(0, size))
    asked = witnessing.parse(ask(old, size).encode())
    assert witnessing.origin_of(asked) == "log.example/log"
    note, checkpoint = witnessing.judge(asked, [OTHER.verifier, LOG.verifier], seen(old))
    assert checkpoint == Checkpoint("log.example/log", size, range_hash(0, size, read))
    answer = witnessing.cosign(note, WITNESS, 1_800_000_000)
    lines = witnessing.read_cosignatures(asked.checkpoint, answer, WITNESS.verifier)
    whole = notes.parse(asked.checkpoint).having(*lines)
    assert notes.witnessed_by(whole, [WITNESS.verifier]) == {"witness.example/w": 1_800_000_000}
    with pytest.raises(NoteInvalid):
        witnessing.read_cosignatures(note_of(size + 1), answer, WITNESS.verifier)


FORKED = [*LEAVES[:5], leaf_hash(b"another"), *LEAVES[6:]]
REFUSED = {
    "a log nobody knows": (ask(0, 4), [], seen(0), 404, None),
    "a stranger's signature": (ask(0, 4), [OTHER.verifier], seen(0), 403, None),
    "an old size above the new": (ask(9, 4), [LOG.verifier], seen(9), 400, None),
    "another old size": (ask(3, 8), [LOG.verifier], seen(5), 409, 5),
    "a rollback": (ask(4, 4), [LOG.verifier], seen(8), 409, 8),
    "a fork of one size": (
        ask(8, 8, note=note_of(8, leaves=FORKED)), [LOG.verifier], seen(8), 409, 8
    ),
    "a fork": (ask(6, 9, note=note_of(9, leaves=FORKED)), [LOG.verifier], seen(6), 422, None),
    "no proof": (Asked(6, (), note_of(9)), [LOG.verifier], seen(6), 422, None),
    "a proof for one size": (Asked(6, (LEAVES[0],), note_of(6)), [LOG.verifier], seen(6), 422, None),
    "a proof from nothing": (Asked(0, (LEAVES[0],), note_of(6)), [LOG.verifier], seen(0), 422, None),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_witness_refuses(name: str) -> None:
    asked, keys, known, code, size = REFUSED[name]
    with pytest.raises(WitnessRefused) as refused:
        witnessing.judge(witnessing.parse(asked.encode()), keys, known)
    assert (refused.value.code, refused.value.size) == (code, size)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"old 3\n",
        b"old 03\n\n" + note_of(3),
        b"old -1\n\n" + note_of(3),
        b"old\n\n" + note_of(3),
        b"old 0\nQUJD\n\n" + note_of(3),
        b"old 0\n\nno checkpoint\n",
        b"old 0\n\n" + notes.sign("log.example/log\nten\nAAAA\n", [LOG]).encode(),
        b"old 0\n\n" + note_of(3) + b"x" * witnessing.LONGEST,
    ],
)
def test_what_is_no_request_is_refused(content: bytes) -> None:
    with pytest.raises(WitnessRefused) as refused:
        witnessing.judge(witnessing.parse(content), [LOG.verifier], Seen())
    assert refused.value.code == 400


def test_a_witness_key_that_signs_without_a_time_does_not_count() -> None:
    plain = Signer("witness.example/w", bytes(range(2, 34)))
    answer = plain.sign(notes.parse(note_of(3)).text).line().encode()
    with pytest.raises(NoteInvalid, match="time"):
        witnessing.read_cosignatures(
            note_of(3), answer, Verifier("witness.example/w", plain.verifier.key)
        )


def opened_by_verifier(content: bytes) -> bytes:
    """The leaf that a promise is of, by the verifier's own code."""
    found = kept.parse_promise(content)
    if not is_signed(found.note, parse_key(str(LOG.verifier))):
        raise NoteWrong("forged")
    return found.leaf


def test_promises_given_together_are_each_by_themselves() -> None:
    for count in (*range(1, 18), 100):
        leaves = [leaf_hash(b"%d" % number) for number in range(count)]
        told = promises.promise_each(LOG, leaves, 1_800_000_001)
        for leaf, one in zip(leaves, told, strict=True):
            found = promises.open_promise(one, LOG.verifier)
            assert found == promises.Promise("log.example/log", leaf, 1_800_000_060)
            assert found.leaf == opened_by_verifier(one)
    # What one holds says nothing of the others: no leaf of theirs, nor a hash of it, stands in it.
    shown = {
        notes.unbase64(line) for line in told[6].decode().partition("\n\n")[0].splitlines()[4:]
    }
    assert not shown & {*leaves, *(leaf_hash(one) for one in leaves)}
    forgeries = [
        told[6].replace(b"index 6", b"index 7"),
        told[6].replace(b"index 6", b"index 600"),
        told[6].replace(base64.b64encode(leaves[6]), base64.b64encode(leaves[7])),
        told[6].replace(b" of 100 by", b" of 101 by"),
        told[6].replace(b"salt ", b"salt AAAA"),
        b"\n".join(told[6].split(b"\n")[:4] + told[6].split(b"\n")[5:]),
        told[6].replace(promises.HEAD_MANY.encode(), promises.HEAD.encode()),
    ]
    for forged in forgeries:
        with pytest.raises(NoteInvalid):
            promises.open_promise(forged, LOG.verifier)
        with pytest.raises((NoteWrong, ProofWrong)):
            opened_by_verifier(forged)
    with pytest.raises(NoteInvalid):
        promises.open_promise(told[0], OTHER.verifier)
    with pytest.raises(ValueError, match="together"):
        promises.promise_each(LOG, [], 1)
