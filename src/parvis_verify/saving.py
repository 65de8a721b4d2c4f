"""A log in one file, to be checked without any network: a zip with these members.

about.json               which log it is, where it was read, when
keys                     the network's keys, as it published them
LOG/checkpoint           as served, also log/checkpoint of the server log
LOG/later                the same once more when all was saved: while entries come, it is a newer one
log/proofs/HASH.tlog-proof   of LOG/checkpoint in the server log, under a checkpoint that witnesses cosigned,
                         where they did
LOG/entries/N            entries N·65,536 and on, each behind its length in two bytes
LOG/leaves/N             their hashes as the log's tiles have them
LOG/openings/N           texts beside them: [{"sha256", "salt", "text"}], erased ones without the two
"""

import contextlib
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from parvis_verify.chain import NEXT, paths_of
from parvis_verify.logs import decode
from parvis_verify.notes import NoteWrong, parse_checkpoint, parse_note
from parvis_verify.serverlog import entries_for, first_entry
from parvis_verify.sources import BLOCK, Erased, Missing, Openings, Source, Unreadable, split
from parvis_verify.verdict import Advance

FORMAT = "parvis log v1"
LATER = "later"
LEAVES_MOST = (
    2_000_000  # of longer logs the hashes are left out: they only help to name what was altered
)


# A file that proves one of these entries of the server log, and its path there; None: there is none.
Prove = Callable[[Source, Sequence[bytes]], tuple[str, bytes] | None]


def save(source: Source, at: tuple[str, str], path: Path, prove: Prove, advance: Advance) -> None:
    """Write everything that checking a log takes. `at`: where it is, and its path there. Refused: Missing,
    Unreadable.
    """
    place, log = at
    about = {"format": FORMAT, "log": log, "from": place, "at": int(time.time())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        file.writestr("about.json", json.dumps(about))
        with contextlib.suppress(Missing, Erased):
            file.writestr("keys", source.read("log/keys"))
        paths, last = paths_of(source, log), ""
        for one in paths:
            last = _save_log(source, one, file, advance)
        is_server = log.partition(NEXT)[0] == "log"
        _save_proof(source, [first_entry(source)] if is_server else entries_for(last), prove, file)
        if is_server:
            return
        for one in paths_of(source, "log"):
            _save_log(source, one, file, lambda _at, _of: None)
        for one in paths:
            file.writestr(f"{one}/{LATER}", source.read(f"{one}/checkpoint"))


def _save_proof(
    source: Source, entries: Sequence[bytes], prove: Prove, file: zipfile.ZipFile
) -> None:
    """Before the server log is read, which then has at least as many entries as the proof says."""
    proof = prove(source, entries)
    if proof is not None:
        file.writestr(*proof)


def _save_log(source: Source, log: str, file: zipfile.ZipFile, advance: Advance) -> str:
    """Answers what was signed."""
    checkpoint = source.read(f"{log}/checkpoint")
    file.writestr(f"{log}/checkpoint", checkpoint)
    first, _, name = log.partition(NEXT)
    if "-" in name:  # a successor is looked for by its number
        file.writestr(f"{first}{NEXT}{name.partition('-')[0]}/checkpoint", checkpoint)
    try:
        text = parse_note(checkpoint).text
        size = parse_checkpoint(text).size
    except NoteWrong as why:
        raise Unreadable(f"{log}/checkpoint: {why}") from None
    has_texts = False
    for block in range(-(-size // BLOCK)):
        entries = source.entries(log, block, size)
        file.writestr(f"{log}/entries/{block}", entries)
        if size <= LEAVES_MOST:
            _try(file, f"{log}/leaves/{block}", source, log, size)
        if log.partition(NEXT)[0] != "log":
            has_texts = has_texts or _has_texts(entries)
            if block == 0 or has_texts:
                _try(file, f"{log}/openings/{block}", source, log, size)
        advance(min(size, (block + 1) * BLOCK), size)
    return text


def _has_texts(entries: bytes) -> bool:
    """Whether hashes of texts are all through the log; of a poll with plain ballots only at its beginning."""
    first = decode((split(entries) or [b""])[0]) or {}
    return first.get("type") != "poll" or "sealed" in str(first.get("ballots"))


def _try(file: zipfile.ZipFile, name: str, source: Source, log: str, size: int) -> None:
    """What helps, and may not be there."""
    _, what, block = name.rsplit("/", 2)
    try:
        if what == "leaves":
            file.writestr(name, source.leaves(log, int(block), size))
        else:
            file.writestr(name, dump(source.openings(log, int(block), size)))
    except (Missing, Erased):
        return


def dump(openings: Openings) -> str:
    return json.dumps(
        [
            {"sha256": hashed} | ({"salt": one[0], "text": one[1]} if one is not None else {})
            for hashed, one in openings.items()
        ]
    )


def about(source: Source) -> str | None:
    """Which log a saved file holds."""
    try:
        said = json.loads(source.read("about.json"))
        return str(said["log"]) if said["format"] == FORMAT else None
    except (Missing, Erased, ValueError, KeyError, TypeError):
        return None


def is_saved(path: Path) -> bool:
    return zipfile.is_zipfile(path)
