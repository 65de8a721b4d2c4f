"""`parvis-verify`: reads what it is asked, says what was found, and ends with 0, 1 or 2."""

import argparse
import json
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from parvis_verify import __version__, receipts, saving
from parvis_verify.audit import Trusted, Whole
from parvis_verify.kept import Kept, parse_kept
from parvis_verify.logs import Ended
from parvis_verify.notes import Key, NoteWrong, parse_checkpoint, parse_key, parse_note
from parvis_verify.sources import Erased, Missing, Source, Unreadable, open_source
from parvis_verify.trees import ProofWrong
from parvis_verify.verdict import Verdict
from parvis_verify.witnesses import find
from parvis_verify.words import language, quoted, say, shown

MARKS = {"holds": "✓", "wrong": "✗", "unchecked": "?", "told": "·"}
_LOCAL = ("localhost", "127.0.0.1", "[::1]")
_SPOKEN = ("en", "fr")
_PAGE = re.compile(r"^((polls|petitions|draws)/[0-9]+)(/.*)?$")  # people have its page open


@dataclass(frozen=True)
class Target:
    """What is to be checked: a log at a place, or a file that somebody kept."""

    place: str
    log: str | None = None
    kept: Kept | None = None
    leaf: bytes | None = None


def read_arguments(arguments: Sequence[str] | None, program: str) -> argparse.Namespace:
    reading = argparse.ArgumentParser(
        program,
        description="Check the public log of a poll, petition or draw, a receipt, or a promise. Ends with"
        " 0: it holds, 1: something is wrong, 2: it could not be checked.",
    )
    reading.add_argument(
        "target",
        help="the address of a poll, petition or draw (https://example.org/polls/12) or of a log, a saved"
        " log, a folder of log files, a receipt (.tlog-proof or .json) or a promise",
    )
    reading.add_argument(
        "--key",
        action="append",
        default=[],
        help="a key you trust (name+id+key), or a file of keys",
    )
    reading.add_argument(
        "--witness", action="append", default=[], help="the key of a witness you trust"
    )
    reading.add_argument(
        "--with", action="append", default=[], dest="beside", metavar="FILE",
        help="a receipt, promise or checkpoint that you kept: the log has to agree with it",
    )  # fmt: skip
    reading.add_argument("--entry", help="the entry that a receipt is about, or its file")
    reading.add_argument("--save", metavar="FILE", help="keep the log in one file, and check that")
    reading.add_argument("--from", dest="place", help="ask this address for keys and proofs")
    reading.add_argument("--json", action="store_true", help="say it as JSON")
    reading.add_argument("--language", choices=_SPOKEN, default=language())
    reading.add_argument("--version", action="version", version=__version__)
    return reading.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, program: str = "parvis-verify") -> int:
    asked = read_arguments(arguments, program)
    verdict = Verdict()
    began = time.perf_counter()
    try:
        Command(asked, verdict).run()
    except Ended:
        pass
    except (Missing, Erased, Unreadable) as why:
        verdict.unchecked("unreadable", why=str(why))
    except (NoteWrong, ProofWrong) as why:
        _refuse(verdict, why)
    except OSError as why:
        where = f"{why.filename}: " if why.filename else ""
        verdict.unchecked("unreadable", why=f"{where}{why.strerror or why}")
    except (ValueError, TypeError, KeyError, BrokenProcessPool) as why:
        verdict.unchecked("file-bad", why=f"{type(why).__name__}: {why}")
    except KeyboardInterrupt:
        verdict.unchecked("broken-off")
    verdict.end()
    tell(verdict, asked, time.perf_counter() - began)
    return verdict.exit_code


def _refuse(verdict: Verdict, why: Exception) -> None:
    """A file that is none; a proof of a wrong size is one, and wrong."""
    code = why.code if isinstance(why, ProofWrong) else "file-bad"
    weigh = verdict.unchecked if code == "file-bad" else verdict.wrong
    weigh(code, why=str(why))


class Command:
    def __init__(self, asked: argparse.Namespace, verdict: Verdict) -> None:
        self.asked = asked
        self.verdict = verdict

    def run(self) -> None:
        target = self._find(cast("str", self.asked.target))
        if target.kept is not None:
            self._check_kept(target, target.kept)
        else:
            self._check_log(target)

    def _find(self, text: str) -> Target:
        if text.startswith(("https://", "http://")):
            return _on_the_web(text)
        path = Path(text)
        if path.is_dir():
            return _in_folder(path)
        if not path.exists():
            raise Unreadable(f"{text}: there is no such file")
        if saving.is_saved(path):
            with closing(open_source(text)) as source:
                log = saving.about(source)
            if log is None:
                raise NoteWrong("this is no saved log")
            return Target(text, log)
        kept = parse_kept(path.read_bytes(), self._entry())
        return Target(self._home_of(kept), kept=kept)

    def _entry(self) -> bytes | None:
        said = cast("str | None", self.asked.entry)
        if said is None:
            return None
        path = Path(said)
        return path.read_bytes().removesuffix(b"\n") if not said.startswith("{") else said.encode()

    def _home_of(self, kept: Kept) -> str:
        """Where the network of a kept file is, by the name of its log."""
        if kept.promise is not None:
            origin = kept.promise.origin
        else:
            content = kept.receipt.checkpoint if kept.receipt is not None else kept.content or b""
            origin = parse_checkpoint(parse_note(content).text).origin
        host = origin.partition("/")[0]
        scheme = "http" if host.startswith(_LOCAL) else "https"
        return cast("str | None", self.asked.place) or f"{scheme}://{host}"

    def _check_log(self, target: Target) -> None:
        place, log = target.place, target.log or "log"
        bar = Bar()
        save = cast("str | None", self.asked.save)
        keys = self._keys(place)
        witnesses = [parse_key(one) for one in self.asked.witness]
        if save is not None:
            with closing(open_source(place)) as source:

                def prove(source: Source, entries: Sequence[bytes]) -> tuple[str, bytes] | None:
                    proved = find(source, entries, keys, witnesses, is_awaited=True)
                    return (proved.path, proved.content) if proved is not None else None

                saving.save(source, (place, log), Path(save), prove, bar.advance)
            place = save
        trusted = Trusted(keys, witnesses, self._beside())
        Whole(place, log, trusted, self.verdict, bar.advance).run()
        bar.end()

    def _check_kept(self, target: Target, kept: Kept) -> None:
        keys = self._keys(target.place)
        verdict = self.verdict
        if kept.receipt is not None:
            receipts.judge_receipt(kept.receipt, keys, verdict, target.leaf)
        if kept.promise is not None:
            receipts.judge_promise(kept.promise, keys, verdict)
            if kept.receipt is None:
                with closing(open_source(target.place)) as source:
                    receipts.ask(source, kept.promise, keys, verdict)
            else:
                verdict.holds("promise-kept")
        if kept.content is not None:
            receipts.open_checkpoint(kept.content, keys, verdict)

    def _beside(self) -> list[tuple[Kept, str]]:
        return [(parse_kept(Path(one).read_bytes()), one) for one in self.asked.beside]

    def _keys(self, place: str) -> list[Key]:
        """Those that were given, else what the network itself publishes, which is said."""
        given = cast("list[str]", self.asked.key)
        if given:
            keys = [key for one in given for key in _read_keys(one)]
            self.verdict.holds("key-given", key=", ".join(str(one) for one in keys))
            return keys
        with closing(open_source(place)) as source:
            keys = _published(source, self.verdict)
        self.verdict.tell("key-published", key=", ".join(str(one) for one in keys))
        return keys


def _published(source: Source, verdict: Verdict) -> list[Key]:
    try:
        return _parse_keys(source.read("log/keys"))
    except (Missing, Erased):
        pass
    try:
        return _parse_keys(source.read("keys"))
    except (Missing, Erased):
        verdict.unchecked("key-missing")
        raise Ended from None


def _read_keys(text: str) -> list[Key]:
    if "+" in text and not Path(text).exists():
        return [parse_key(text)]
    return _parse_keys(Path(text).read_bytes())


def _parse_keys(content: bytes) -> list[Key]:
    """Keys of logs; a list may hold a witness's key as well."""
    keys = [parse_key(line) for line in content.decode().splitlines() if line.strip()]
    return [key for key in keys if key.algorithm == 1]


def _on_the_web(text: str) -> Target:
    parts = urlsplit(text)
    place, path = f"{parts.scheme}://{parts.netloc}", parts.path.strip("/")
    log, found, name = path.partition("/proofs/")
    if found:
        leaf = bytes.fromhex(name.removesuffix(".tlog-proof"))
        with closing(open_source(place)) as source:
            return Target(place, kept=parse_kept(source.read(path)), leaf=leaf)
    log = _PAGE.sub(r"log/\1", path).removesuffix("/checkpoint") or "log"
    if log.split("/")[0] != "log":
        raise NoteWrong(
            "this is not the address of a poll, petition, draw or log, such as"
            " https://example.org/polls/12 or https://example.org/log/polls/12"
        )
    return Target(place, log)


def _in_folder(path: Path) -> Target:
    """A folder of a log's files: …/log/polls/12, below which the server log's lie too."""
    parts = path.resolve().parts
    if "log" not in parts:
        return Target(str(path), "log")
    at = len(parts) - 1 - parts[::-1].index("log")
    return Target(str(Path(*parts[:at])), "/".join(parts[at:]))


class Bar:
    """How far it is, on a terminal; nothing anywhere else."""

    WIDTH = 30

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()
        self._began = time.monotonic()

    def advance(self, at: int, whole: int) -> None:
        if not self._is_shown or not whole:
            return
        done = self.WIDTH * at // whole
        left = (time.monotonic() - self._began) * (whole - at) / max(at, 1)
        bar = "█" * done + "░" * (self.WIDTH - done)
        sys.stderr.write(f"\r{bar} {at:,} / {whole:,}  {left:,.0f} s \x1b[K")
        sys.stderr.flush()

    def end(self) -> None:
        if self._is_shown:
            sys.stderr.write("\r\x1b[K")


def tell(verdict: Verdict, asked: argparse.Namespace, seconds: float) -> None:
    spoken = cast("str", asked.language)
    if asked.json:
        said = verdict.as_json(spoken) | {"target": asked.target, "seconds": round(seconds, 3)}
        sys.stdout.write(json.dumps(said, ensure_ascii=False, indent=2) + "\n")
        return
    lines = [f"{MARKS[one.weight]} {one.words(spoken)}" for one in verdict.findings]
    lines += ["", *_counted(verdict, spoken), say(verdict.code, {}, spoken)]
    sys.stdout.write("\n".join(lines) + "\n")


def _counted(verdict: Verdict, spoken: str) -> list[str]:
    """What was counted, as a small table."""
    options = cast("list[dict[str, object]] | None", verdict.result.get("options"))
    if not options:
        return []
    votes = [one["votes"] for one in options]
    numbers = ["–" if one is None else shown(one, spoken) for one in votes]
    width = max(len(one) for one in numbers)
    question = verdict.result.get("question")
    rows = [
        f"  {number.rjust(width)}  {one['text'] or f'({at + 1})'}"
        for at, (number, one) in enumerate(zip(numbers, options, strict=True))
    ]
    return [*([quoted(str(question), spoken)] if question else []), *rows, ""]
