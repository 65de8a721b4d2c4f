"""Signed notes and checkpoints: the published examples, and everything that must not pass."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import COSIGNATURE, Checkpoint, NoteInvalid, Signer, Verifier

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "c2sp" / "c2sp_vectors.json"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_file(), reason="the published vectors (../shared/vectors) are absent"
)
LOG = Signer("log.example/polls", bytes(range(32)))
WITNESS = Signer("witness.example/w1", bytes(range(1, 33)), COSIGNATURE)
ROOT = bytes(range(32))
HEAD = Checkpoint("log.example/polls", 42, ROOT)


def told() -> Any:
    return json.loads(VECTORS.read_text())


@needs_vectors
def test_the_published_note() -> None:
    example_ = told()["signed_note"]
    verifier = Verifier.parse(example_["vkey"])
    assert str(verifier) == example_["vkey"]
    note = notes.parse(example_["note"].encode())
    assert note.text == "This is an example message.\n"
    assert verifier.check(note) is None
    assert note.encode() == example_["note"].encode()


@needs_vectors
def test_the_published_checkpoints() -> None:
    log = told()["log"]
    verifier = Verifier.parse(log["vkey"])
    seed = base64.b64decode(log["skey_PUBLIC_TEST_KEY"].split("+", 4)[4])[1:]
    signer = Signer(log["origin"], seed)
    assert str(signer.verifier) == log["vkey"]
    for one in log["checkpoints"]:
        found = notes.open_checkpoint(one["checkpoint"].encode(), verifier)
        assert found == Checkpoint(log["origin"], one["size"], base64.b64decode(one["root_b64"]))
        assert notes.sign(found.text(), [signer]).encode() == one["checkpoint"].encode()


def test_a_witness_cosigns_with_a_time() -> None:
    note = notes.sign(HEAD.text(), [LOG])
    note = note.having(WITNESS.sign(note.text, at_s=1_800_000_000))
    again = notes.parse(note.encode())
    assert notes.open_checkpoint(note.encode(), LOG.verifier) == HEAD
    assert WITNESS.verifier.check(again) == 1_800_000_000
    assert notes.witnessed_by(again, [WITNESS.verifier]) == {"witness.example/w1": 1_800_000_000}
    stranger = Signer("witness.example/w1", bytes(32), COSIGNATURE).verifier
    assert notes.witnessed_by(again, [stranger]) == {}


def test_a_time_is_part_of_what_is_signed() -> None:
    signed = WITNESS.sign(HEAD.text(), at_s=1_000)
    later = notes.Signature(
        signed.name, signed.key_id, (2_000).to_bytes(8, "big") + signed.content[8:]
    )
    with pytest.raises(NoteInvalid, match="wrong"):
        WITNESS.verifier.check(notes.Note(HEAD.text(), (later,)))


def test_another_text_another_key_another_log() -> None:
    note = notes.sign(HEAD.text(), [LOG])
    with pytest.raises(NoteInvalid, match="wrong"):
        LOG.verifier.check(notes.Note(note.text.replace("42", "43"), note.signatures))
    with pytest.raises(NoteInvalid, match="did not sign"):
        Signer("log.example/polls", bytes(32)).verifier.check(note)
    with pytest.raises(NoteInvalid, match="twice"):
        LOG.verifier.check(note.having(*note.signatures))
    other = notes.sign(Checkpoint("log.example/other", 42, ROOT).text(), [LOG])
    with pytest.raises(NoteInvalid, match="not of log"):
        notes.open_checkpoint(other.encode(), LOG.verifier)


GOOD = notes.sign(HEAD.text(), [LOG]).encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no empty line"),
        (HEAD.text().encode(), "no empty line"),
        (GOOD[:-1], "cut off"),
        (GOOD.replace(b"\n\n", b"\n"), "no empty line"),
        (GOOD.replace("\u2014".encode(), b"-"), "no signature"),
        (GOOD.replace(b"42", b"4\t2"), "control characters"),
        (GOOD.replace(b"42", b"4\r2"), "control characters"),
        (GOOD.replace(b"42", b"\xff"), "not UTF-8"),
        (GOOD[:-3] + b"?=\n", "no base64"),
        (GOOD + GOOD.rpartition(b"\n\n")[2] * 100, "too many"),
        (GOOD + b"\n", "cut off"),
        (b"x" * 1_000_001, "too long"),
        (b"\n\n\xe2\x80\x94 name AAAAAA==\n", "too short"),
        (b"text\n\n\xe2\x80\x94 na+me AAAAAAAA\n", "plus signs"),
    ],
)
def test_what_is_no_note(content: bytes, words: str) -> None:
    with pytest.raises(NoteInvalid, match=words):
        notes.parse(content)


@pytest.mark.parametrize(
    "text",
    [
        "log\n42\n",
        "log\n042\nAAAA\n",
        "log\n+42\nAAAA\n",
        "log\n-1\nAAAA\n",
        "log\n\u0664\u0662\nAAAA\n",
        "log\n99999999999999999999\nAAAA\n",
        "log\n42\nAAAA\n",
        "log\n42\n!!!!\n",
        "\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=\n",
        "log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nmore\n",
        "log\n42\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ],
)
def test_what_is_no_checkpoint(text: str) -> None:
    with pytest.raises(NoteInvalid):
        notes.parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+530d903a",
        "na me+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+CekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+Aeky",
    ],
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(NoteInvalid):
        Verifier.parse(text)


@given(st.text(), st.integers(0, 2**63 - 1), st.lists(st.text(min_size=1), max_size=3))
@example("log.example", 0, ["extension"])
def test_checkpoints_are_read_as_written(origin: str, size: int, more: list[str]) -> None:
    head = Checkpoint(origin, size, ROOT, tuple(more))
    try:
        text = head.text()
        text.encode()
        notes.check_text(text)
    except (NoteInvalid, UnicodeEncodeError):
        return
    if not origin or "\n" in origin + "".join(more):
        return
    assert notes.parse_checkpoint(text) == head
    assert notes.parse(notes.sign(text, [LOG]).encode()).text == text


@given(st.binary(max_size=400))
@example(GOOD)
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    try:
        note = notes.parse(content)
    except NoteInvalid:
        return
    assert note.encode() == content
