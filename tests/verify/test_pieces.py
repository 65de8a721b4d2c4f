"""The verifier's own code beside the server's: two who were written apart have to agree."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from string import Formatter
from types import ModuleType

import _cffi_backend
import cffi
import cryptography
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rig.planting import ORIGIN, SEED, SUB, Owner
from tests.rules.source import ROOT
from tests.verify.test_planted import SOUND, TEXTS, ballot

import parvis_verify
from parvis.protocols import merkle_log as merkle
from parvis.protocols import ranked as theirs
from parvis.protocols import tlog_proof
from parvis.protocols.signed_note import Signer
from parvis.protocols.tlog_proof import Receipt
from parvis_verify import kept, notes, ranked, trees
from parvis_verify.command import main
from parvis_verify.french import FRENCH, REASONS
from parvis_verify.sources import numbered
from parvis_verify.trees import ProofWrong
from parvis_verify.words import ENGLISH, quoted, say

FOLDER = Path(parvis_verify.__file__).parent
EVERY_LINE = 4_120  # lines of the whole program without its words: an auditor reads it in a day


@given(st.integers(1, 70))
@settings(max_examples=40)
def test_paths_lead_to_the_same_roots(size: int) -> None:
    leaves = [trees.leaf_hash(bytes([one])) for one in range(size)]
    rows = trees.rows_of(leaves)
    growing = trees.Growing()
    for level, root in trees.frontier(rows, size):
        growing.append(level, root)
    assert growing.root() == merkle.root_of(leaves)
    for index in range(size):
        path = merkle.prove_inclusion(index, size, lambda level, at: rows[level][at])
        assert trees.root_from(index, size, leaves[index], path) == growing.root()
        for other in (path[:-1], [*path, leaves[0]]):
            if other != path:
                with pytest.raises(ProofWrong) as wrong:
                    trees.root_from(index, size, leaves[index], other)
                assert wrong.value.code == "proof-size"


@given(
    st.lists(st.permutations(range(5)), max_size=12),
    st.integers(1, 5),
    st.binary(min_size=32, max_size=32),
)
@settings(max_examples=200, deadline=None)
def test_rounds_are_the_same(rankings: list[list[int]], cut: int, manifest: bytes) -> None:
    ballots = theirs.pile([one[: 1 + (cut + len(rankings)) % 5] for one in rankings])
    outcome = theirs.count(5, ballots, manifest)
    rounds = ranked.run_off(5, ballots, manifest)
    assert ranked.winner_of(rounds) == outcome.winner
    assert [(one.votes, one.exhausted) for one in rounds] == [
        (one.votes, one.exhausted) for one in outcome.rounds
    ]
    assert ranked.TIES == theirs.TIE_RULE


def test_tiles_lie_where_the_server_puts_them() -> None:
    for number, width in ((0, 256), (7, 3), (999, 256), (1_000, 256), (1_234_067, 12)):
        assert f"tile/entries/{numbered(number, width)}" == merkle.entries_path(number, width)


def receipt(
    entry: bytes | None, *, place: int = 2, cut: int | None = None, seed: bytes = SEED
) -> bytes:
    """The receipt of an entry of a sound log, or one that says it is."""
    leaves = [merkle.leaf_hash(one) for one in SOUND]
    rows = trees.rows_of(leaves)
    path = merkle.prove_inclusion(place, len(SOUND), lambda level, at: rows[level][at])
    log = Owner(*SOUND)
    checkpoint = log.sign(f"square.example/{SUB}", SOUND)
    if seed != SEED:
        checkpoint = checkpoint.replace(b"\n5\n", b"\n6\n")
    return Receipt(place, tuple(path[:cut]), checkpoint, entry).encode()


def test_receipts_by_themselves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, file = str(Signer(ORIGIN, SEED).verifier), tmp_path / "mine.tlog-proof"

    def check(content: bytes, *more: str) -> tuple[int, str]:
        file.write_bytes(content)
        code = main([str(file), "--key", key, "--language", "en", *more])
        return code, capsys.readouterr().out

    entry = SOUND[2]
    code, out = check(receipt(entry))
    assert (code, "is in square.example/log/polls/7, at place 2 of 5" in out) == (0, True)
    assert entry.decode() in out
    for content, words in (
        (receipt(ballot(9, 0)), "not where the receipt says"),
        (receipt(entry, place=1), "not where the receipt says"),
        (receipt(entry, cut=1), "has a wrong size"),
        (receipt(entry).replace(b"index 2", b"index 7"), "a place that the log does not have"),
        (receipt(entry, seed=b""), "not signed by a key that you trust"),
    ):
        code, out = check(content)
        assert (code, words in out) == (1, True), out
    assert check(receipt(None))[0] == 2
    assert check(receipt(None), "--entry", entry.decode())[0] == 0
    short = receipt(entry).split(b"\n")
    short[3] = short[3][:20]
    code, out = check(b"\n".join(short))
    assert code in (1, 2)
    assert check(b"c2sp.org/tlog-proof@v1\nindex 1\n")[0] == 2
    assert len(receipt(entry)) < 2_000
    assert tlog_proof.parse(receipt(entry)).extra == entry


def test_notes_that_two_readers_could_read_otherwise_are_refused() -> None:
    sound = Owner(*SOUND).told()
    assert notes.parse_checkpoint(notes.parse_note(sound).text).size == len(SOUND)
    for broken in (
        sound.replace(b"\n5\n", b"\n05\n"),
        sound.replace(b"\n5\n", b"\n5\r\n"),
        sound[:-1],
        sound.replace("\u2014 ".encode(), b"- "),
    ):
        with pytest.raises(notes.NoteWrong):
            notes.parse_checkpoint(notes.parse_note(broken).text)
    for key in ("a", "a+b+c", "a+00000000+AQ==", Owner(*SOUND).key.replace("square", "circle")):
        with pytest.raises(notes.NoteWrong):
            notes.parse_key(key)
    with pytest.raises(notes.NoteWrong):
        kept.parse_promise(sound)


def test_every_finding_has_words_in_both_languages() -> None:
    assert ENGLISH.keys() == FRENCH.keys()
    written = "".join(
        one.read_text() for one in FOLDER.glob("*.py") if one.stem not in {"words", "french"}
    )
    for code, text in ENGLISH.items():
        named = [
            sorted(name for _, name, _, _ in Formatter().parse(one) if name)
            for one in (text, FRENCH[code])
        ]
        assert named[0] == named[1], code
        assert f'"{code}"' in written or code.startswith("verdict-"), code
        assert not re.search(r"(?<![\u202f\d])[:;!?»](?=\s|$)", FRENCH[code]), code
        assert "'" not in FRENCH[code] + text, code
    assert say("root-holds", {"size": 17_500_000, "log": "x"}, "fr").count("\u202f") == 2
    told = {"voters": 1, "why": "its time was over"}
    assert "1 voter. " in say("totals-hold", told, "en")
    assert "1 votant. " in say("totals-hold", told, "fr")
    assert "0 votant. " in say("totals-hold", told | {"voters": 0}, "fr")
    assert "0 voters. " in say("totals-hold", told | {"voters": 0}, "en")
    twice = {"voter": "x", "entries": [2, 3_000]}  # a list of places, in both
    assert "2, 3\u202f000" in say("voter-twice", twice, "fr")
    assert "2, 3,000" in say("voter-twice", twice, "en")
    missing = {"why": "a.zip: there is no such file"}
    assert say("unreadable", missing, "fr").endswith("a.zip\u202f: ce fichier n’existe pas.")
    raised = r'(?:NoteWrong|Unreadable|ProofWrong)\(\s*(?:"[a-z-]+", )?f?"([^"]+)"'
    known = re.findall(raised, re.sub(r'"\s*"', "", written))
    assert len(known) > 25
    for why in known:
        reason = why.rpartition(": ")[2]
        assert reason in REASONS or "{" in reason, reason
    assert (quoted("a", "fr"), quoted("a", "en")) == ("«\u202fa\u202f»", "“a”")


def third_parties() -> set[str]:
    found: set[str] = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {one.name.partition(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"parvis_verify"}


def test_it_is_small_and_needs_what_it_declares() -> None:
    declared = tomllib.loads((FOLDER / "pyproject.toml").read_text())["project"]
    optional = {one.replace("-", "_") for one in declared["optional-dependencies"]["draws"]}
    assert declared["dependencies"] == ["cryptography"]
    assert {"cryptography"} | optional == third_parties()
    assert declared["version"] == parvis_verify.__version__
    lines = {path: len(path.read_text().splitlines()) for path in FOLDER.glob("*.py")}
    assert max(lines.values()) <= 400
    words = {FOLDER / "words.py", FOLDER / "french.py"}
    assert sum(count for path, count in lines.items() if path not in words) <= EVERY_LINE


def test_it_runs_where_nothing_else_is_installed(tmp_path: Path) -> None:
    """In isolation, without site packages: beside it lie only cryptography and what that needs."""
    alone = tmp_path / "alone"
    alone.mkdir()
    needed: tuple[ModuleType, ...] = (parvis_verify, cryptography, cffi)
    for one in needed:
        assert one.__file__ is not None
        (alone / one.__name__).symlink_to(Path(one.__file__).parent)
    backend = Path(_cffi_backend.__file__)
    (alone / backend.name).symlink_to(backend)
    saved = Owner(*SOUND, texts=TEXTS).save(tmp_path / "log.zip")
    start = (
        f"import sys; sys.path.append({str(alone)!r});"
        " from parvis_verify.command import main; sys.exit(main())"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-I", "-S", "-c", start, str(saved), "--language", "fr"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Le registre tient" in done.stdout


def test_every_fault_is_explained_to_auditors() -> None:
    """What weighs on the verdict stands in the table of the document, and nothing else does."""
    weighing = re.compile(r'\.(?:wrong|unchecked)\(\s*"([a-z-]+)"')
    named = re.compile(
        r'(?:return None, |return |raise TokenWrong\(|ProofWrong\()"([a-z]+-[a-z-]+)"'
    )
    program = "".join(one.read_text() for one in FOLDER.glob("*.py"))
    codes = (set(weighing.findall(program)) | set(named.findall(program))) & ENGLISH.keys()
    table = (ROOT / "docs" / "auditors.md").read_text().split("### What a finding means")[1]
    rows = [row for row in table.split("## What is where")[0].splitlines() if row.startswith("| `")]
    told = {code for row in rows for code in re.findall(r"`([a-z-]+)`", row.split("|")[1])}
    assert codes - told == set()
    assert told <= ENGLISH.keys()
