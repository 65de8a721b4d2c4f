"""A log in one file, to be checked without any network: a zip with these members.

about.json               which log it is, where it was read, when
keys                     the network's keys, as it published them
LOG/checkpoint           as served, also log/checkpoint of the server log
LOG/entries/N            entries N·65,536 and on, each behind its length in two bytes
LOG/leaves/N             their hashes as the log's tiles have them
LOG/openings/N           texts beside them: [{"sha256", "salt", "text"}], erased ones without the two
"""

import contextlib
import json
import time
import zipfile
from pathlib import Path

from parvis_verify.chain import NEXT, paths_of
from parvis_verify.logs import decode
from parvis_verify.notes import NoteWrong, parse_checkpoint, parse_note
from parvis_verify.sources import BLOCK, Erased, Missing, Openings, Source, Unreadable, split
from parvis_verify.verdict import Advance

FORMAT = "parvis log v1"
LEAVES_MOST = (
    2_000_000  # of longer logs the hashes are left out: they only help to name what was altered
)


def save(source: Source, place: str, log: str, path: Path, advance: Advance) -> None:
    """Write everything that checking this log takes. Refused: Missing, Unreadable."""
    about = {"format": FORMAT, "log": log, "from": place, "at": int(time.time())}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        file.writestr("about.json", json.dumps(about))
        with contextlib.suppress(Missing, Erased):
            file.writestr("keys", source.read("log/keys"))
        for one in paths_of(source, log):
            _save_log(source, one, file, advance)
        for one in paths_of(source, "log") if log.partition(NEXT)[0] != "log" else ():
            _save_log(source, one, file, lambda _at, _of: None)


def _save_log(source: Source, log: str, file: zipfile.ZipFile, advance: Advance) -> None:
    checkpoint = source.read(f"{log}/checkpoint")
    file.writestr(f"{log}/checkpoint", checkpoint)
    first, _, name = log.partition(NEXT)
    if "-" in name:  # a successor is looked for by its number
        file.writestr(f"{first}{NEXT}{name.partition('-')[0]}/checkpoint", checkpoint)
    try:
        size = parse_checkpoint(parse_note(checkpoint).text).size
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
