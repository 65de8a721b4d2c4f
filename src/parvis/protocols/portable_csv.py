"""The CSV files by which people carry follows, lists, mutes, blocks and bookmarks between servers.

Columns and headers are Mastodon's: follows and mutes have a header, the others none; a header that is
there is understood for all. Reading is strict: a file with a line that cannot be meant is refused whole,
each such line named, since half an import is worse than none.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Literal, get_args

import msgspec

from parvis.protocols.languages import LanguageInvalid, parse_language
from parvis.protocols.usernames import UsernameInvalid, parse_acct, parse_domain

Kind = Literal["follows", "lists", "mutes", "blocks", "domain_blocks", "bookmarks"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_BY_WORD: dict[str, Kind] = {kind: kind for kind in KINDS}

MAX_BYTES = 2 << 20
MAX_LINES = 20_000
MAX_LIST_TITLE = 255
MAX_URI = 2_048
FAULTS_MOST = 20  # told at once; who has more sees the pattern

_COLUMNS: dict[Kind, str] = {
    "follows": "Account address,Show boosts,Notify on new posts,Languages",
    "lists": "List name,Account address",
    "mutes": "Account address,Hide notifications",
    "blocks": "Account address",
    "domain_blocks": "#domain",
    "bookmarks": "#uri",
}
COLUMNS: dict[Kind, tuple[str, ...]] = {k: tuple(v.split(",")) for k, v in _COLUMNS.items()}
NEEDED: dict[Kind, int] = {"lists": 2}  # the other columns may be missing
WITH_HEADER: frozenset[Kind] = frozenset(("follows", "mutes"))
# A column that only files of one kind have: a list of followed people is no list of blocked ones.
TELLING: dict[str, Kind] = {
    name.lower(): kind
    for kind, names in COLUMNS.items()
    for name in names
    if name != COLUMNS["blocks"][0]
}
FILES: dict[Kind, str] = {
    "follows": "following_accounts.csv",
    "lists": "lists.csv",
    "mutes": "muted_accounts.csv",
    "blocks": "blocked_accounts.csv",
    "domain_blocks": "blocked_domains.csv",
    "bookmarks": "bookmarks.csv",
}

# Stable words; pages say them in the reader's language.
Reason = Literal[
    "empty", "too_large", "too_many_lines", "not_utf8", "not_text", "not_csv", "semicolons",
    "wrong_header", "wrong_kind", "columns", "formula", "address", "domain", "yes_or_no",
    "language", "list_title", "uri",
]  # fmt: skip
_FORMULA = re.compile(r"\s*(?:=|[+\-@].*[(|!])", re.DOTALL)
_YES = {"true": True, "false": False, "1": True, "0": False, "": None}
_SEPARATORS = re.compile("[;\t]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_URI = re.compile(r"https?://[^\s\"<>\x00-\x20\x7f-\x9f]+", re.IGNORECASE)


class Fault(msgspec.Struct, frozen=True):
    """What is wrong, and in which line of the file; 0: in the file as a whole."""

    line: int
    reason: Reason
    said: str = ""  # what stands there, cut short


class FileInvalid(ValueError):
    """The file is not taken; `faults` has at least one."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"line {one.line}: {one.reason}" for one in faults))
        self.faults = faults


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line, understood. `domain` "" is the server that reads."""

    line: int
    username: str | None = None  # lower-case
    domain: str | None = None
    list: str | None = None
    uri: str | None = None
    options: dict[str, object] = {}


def kind_of(word: str) -> Kind | None:
    """A kind by its word; None for another word."""
    return _BY_WORD.get(word)


def write(kind: Kind, rows: Iterable[Sequence[str]], *, with_header: bool = False) -> str:
    """Lines as Mastodon writes them."""
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    if with_header and kind in WITH_HEADER:
        writer.writerow(COLUMNS[kind])
    writer.writerows(rows)
    return made.getvalue()


def write_flag(flag: bool) -> str:  # noqa: FBT001 - a value, not a switch
    return "true" if flag else "false"


def read(kind: Kind, content: bytes, own_domain: str) -> list[Line]:
    """Every line of a file, or FileInvalid with what to change. What is named twice counts once."""
    rows = _rows(_text(content))
    if rows and _is_header(kind, *rows[0]):
        rows = rows[1:]
    if not rows:
        raise FileInvalid(Fault(0, "empty"))
    if len(rows) > MAX_LINES:
        raise FileInvalid(Fault(rows[MAX_LINES][0], "too_many_lines"))
    lines, faults = _lines(kind, rows, own_domain)
    if faults:
        raise FileInvalid(*faults)
    return list(
        {(one.username, one.domain, one.list, one.uri): one for one in lines[::-1]}.values()
    )[::-1]


def _lines(
    kind: Kind, rows: list[tuple[int, list[str]]], own_domain: str
) -> tuple[list[Line], list[Fault]]:
    lines: list[Line] = []
    faults: list[Fault] = []
    for number, cells in rows:
        try:
            lines.append(_line(kind, number, cells, own_domain))
        except _CellInvalid as wrong:
            faults.append(Fault(number, wrong.reason, wrong.said[:100]))
            if len(faults) >= FAULTS_MOST:
                break
    return lines, faults


def _text(content: bytes) -> str:
    if not content.strip():
        raise FileInvalid(Fault(0, "empty"))
    if len(content) > MAX_BYTES:
        raise FileInvalid(Fault(content.count(b"\n", 0, MAX_BYTES) + 1, "too_large"))
    try:
        text = content.decode("utf-8-sig")  # programs of one maker begin files with a mark
    except UnicodeDecodeError as wrong:
        number = content.count(b"\n", 0, wrong.start) + 1
        raise FileInvalid(Fault(number, "not_utf8")) from None
    if "\0" in text:
        raise FileInvalid(Fault(text[: text.index("\0")].count("\n") + 1, "not_text"))
    return text


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows with the lines they begin on; empty lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    number = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((number, [cell.strip() for cell in cells]))
            number = reader.line_num + 1
    except csv.Error:
        raise FileInvalid(Fault(max(reader.line_num, 1), "not_csv")) from None
    return rows


def _is_header(kind: Kind, number: int, cells: list[str]) -> bool:
    """Whether the first row names columns; refused when they are another kind's."""
    names = [cell.lower() for cell in cells]
    known = {name.lower() for columns in COLUMNS.values() for name in columns}
    if _SEPARATORS.split(names[0])[0] in known - {names[0]}:
        raise FileInvalid(Fault(number, "semicolons"))
    if not set(names) & known:
        return False
    others = [TELLING[name] for name in names if name in TELLING and TELLING[name] != kind]
    if others:
        raise FileInvalid(Fault(number, "wrong_kind", others[0]))
    expected = [name.lower() for name in COLUMNS[kind]]
    if names != expected[: len(names)] or len(names) < NEEDED.get(kind, 1):
        raise FileInvalid(Fault(number, "wrong_header", ",".join(cells)[:100]))
    return True


class _CellInvalid(ValueError):
    def __init__(self, reason: Reason, said: str) -> None:
        super().__init__(reason)
        self.reason: Reason = reason
        self.said = said


def _line(kind: Kind, number: int, cells: list[str], own_domain: str) -> Line:
    for cell in cells:
        if _FORMULA.match(cell):
            raise _CellInvalid("formula", cell)
    most, least = len(COLUMNS[kind]), NEEDED.get(kind, 1)
    while len(cells) > most and not cells[-1]:  # spreadsheets fill lines up
        cells = cells[:-1]
    if not least <= len(cells) <= most:
        raise _CellInvalid(_unless_separated(cells[0], "columns"), ",".join(cells))
    cells = [*cells, *([""] * (most - len(cells)))]
    if kind == "domain_blocks":
        return Line(line=number, domain=_domain(cells[0]))
    if kind == "bookmarks":
        return Line(line=number, uri=_uri(cells[0]))
    username, domain = _address(cells[1 if kind == "lists" else 0], own_domain)
    return Line(
        line=number,
        username=username,
        domain=domain,
        list=_title(cells[0]) if kind == "lists" else None,
        options=_options(kind, cells),
    )


def _options(kind: Kind, cells: list[str]) -> dict[str, object]:
    if kind == "mutes":
        return _said(hides_notifications=_flag(cells[1]))
    if kind == "follows":
        languages = [_language(one) for one in cells[3].split(",") if one.strip()]
        return _said(
            shows_reblogs=_flag(cells[1]),
            notifies=_flag(cells[2]),
            languages=sorted(set(languages)) or None,
        )
    return {}


def _said(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}


def _flag(cell: str) -> bool | None:
    try:
        return _YES[cell.lower()]
    except KeyError:
        raise _CellInvalid("yes_or_no", cell) from None


def _language(text: str) -> str:
    try:
        return parse_language(text.strip())
    except LanguageInvalid:
        raise _CellInvalid("language", text) from None


def _address(cell: str, own_domain: str) -> tuple[str, str]:
    try:
        username, domain = parse_acct(cell)
    except UsernameInvalid:
        raise _CellInvalid(_unless_separated(cell, "address"), cell) from None
    return username.lower(), "" if domain in (None, own_domain) else domain


def _unless_separated(cell: str, otherwise: Reason) -> Reason:
    """What is wrong, when it is not that other signs than commas separate the cells."""
    return "semicolons" if _SEPARATORS.search(cell) else otherwise


def _domain(cell: str) -> str:
    try:
        return parse_domain(cell)
    except UsernameInvalid:
        raise _CellInvalid("domain", cell) from None


def _title(cell: str) -> str:
    if not cell or len(cell) > MAX_LIST_TITLE or _CONTROL.search(cell):
        raise _CellInvalid("list_title", cell)
    return cell


def _uri(cell: str) -> str:
    if len(cell) > MAX_URI or not _URI.fullmatch(cell):
        raise _CellInvalid("uri", cell)
    return cell
