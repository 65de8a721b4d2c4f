"""The ballots of a block of a poll's log, scanned: what was chosen how often, and by whom, in little memory.

Ordinary ballots are read by one pattern, which is also the one way to write them; whatever else there is goes
to the poll as it stands. A second pass (`Watch`) looks at some voters, or at some choices, one by one.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from parvis_verify import once
from parvis_verify.logs import decode
from parvis_verify.reading import Place
from parvis_verify.sources import Erased, Missing, Openings, Source
from parvis_verify.tokens import Tokens
from parvis_verify.trees import leaf_hash

_REPLACES = rb'(?:"replaces":"([0-9a-f]{64})",)?'
_VOTER = rb'"voter":"([0-9a-f]{32})"\}'
PLAIN = re.compile(rb'\{"choices":\[([0-9,]+)\],' + _REPLACES + rb'"type":"ballot",' + _VOTER)
SEALED = re.compile(
    rb"\{" + _REPLACES + rb'"sha256":"([0-9a-f]{64})","type":"sealed ballot",' + _VOTER
)
# A block of nothing else, a line each: a third of the time.
LINES = re.compile(
    rb'^\{"choices":\[([0-9,]+)\],"type":"ballot","voter":"([0-9a-f]{32})"\}$', re.MULTILINE
)
VOTERS, KEYS, ISSUED = "voters", "keys", "issued"


@dataclass(frozen=True)
class Cast:
    """One ballot, for whoever looks at them one by one. `choices` None: its text was erased."""

    position: int
    who: str
    choices: bytes | None
    leaf: str
    replaces: str | None = None
    turn: int = 0
    is_ballot: bool = True  # False: a token that was given


@dataclass
class Counted:
    """A block. `piles` are those of `once`; `wrong` are findings: their code and the entry's place."""

    choices: Counter[bytes] = field(default_factory=Counter[bytes])
    piles: dict[str, list[bytes]] = field(default_factory=dict[str, list[bytes]])
    first: int | None = None  # the first ballot's place
    others: list[tuple[int, bytes]] = field(default_factory=list[tuple[int, bytes]])
    erased: int = 0
    replaced: int = 0
    wrong: list[tuple[str, int]] = field(default_factory=list[tuple[str, int]])
    casts: list[Cast] = field(default_factory=list[Cast])


@dataclass(frozen=True)
class Ballots:
    """How a block is scanned. `is_opened`: sealed ballots are open now. `token_key`: of secret ones."""

    is_opened: bool = False
    token_key: bytes | None = None

    def __call__(self, source: Source, place: Place, number: int, entries: list[bytes]) -> Counted:
        counted = Counted()
        if self.token_key is None and (found := only_plain(entries)):
            counted.first = place.first(number)
            counted.choices.update(choices for choices, _ in found)
            counted.piles[VOTERS] = _piles([voter for _, voter in found])
            return counted
        opened = openings_of(source, place, number) if self.is_opened else None
        voters: list[bytes] = []
        choices: list[bytes] = []
        tokens = Tokens(self.token_key, opened)
        first = place.first(number)
        plain, sealed = PLAIN.fullmatch, SEALED.fullmatch
        for at, entry in enumerate(entries):
            found = plain(entry)
            if found is not None:
                chosen, replaces, voter = found.groups()
                choices.append(chosen)
            else:
                found = sealed(entry)
                if found is None:
                    self._other(counted, tokens, first + at, entry)
                    continue
                replaces, hashed, voter = found.groups()
                self._open(counted, opened, hashed.decode(), first + at)
            voters.append(voter)
            counted.replaced += replaces is not None
            if counted.first is None:
                counted.first = first + at
        counted.choices.update(choices)
        counted.piles[VOTERS] = _piles(voters)
        if self.token_key is not None:
            counted.piles[KEYS] = once.piles_of([once.number_of(one) for one in tokens.keys])
            counted.piles[ISSUED] = once.piles_of([once.number_of(one) for one in tokens.issued])
        return counted

    def _open(self, counted: Counted, opened: Openings | None, hashed: str, position: int) -> None:
        if opened is None:
            return
        choices, wrong = chosen_of(opened, hashed)
        if wrong is not None:
            counted.wrong.append((wrong, position))
        elif choices is None:
            counted.erased += 1
        else:
            counted.choices[choices] += 1

    def _other(self, counted: Counted, tokens: Tokens, position: int, entry: bytes) -> None:
        cast = tokens.read(entry) if self.token_key is not None else None
        if cast is None:
            counted.others.append((position, entry))
            return
        if cast.wrong is not None:
            counted.wrong.append((cast.wrong, position))
        if cast.is_ballot and counted.first is None:
            counted.first = position
        counted.replaced += cast.turn > 1
        counted.erased += cast.is_erased
        if cast.choices is not None:
            counted.choices[cast.choices] += 1


@dataclass(frozen=True)
class Watch:
    """The second pass: every ballot of these suspects, and every ballot with these choices."""

    suspects: frozenset[int]
    choices: frozenset[bytes]
    is_opened: bool = False
    token_key: bytes | None = None

    def __call__(
        self, source: Source, place: Place, number: int, entries: list[bytes]
    ) -> list[Cast]:
        opened = openings_of(source, place, number) if self.is_opened else None
        tokens = Tokens(self.token_key, opened, is_trusting=True)
        found: list[Cast] = []
        for at, entry in enumerate(entries):
            cast = self._read(opened, tokens, place.first(number) + at, entry)
            if cast is not None and (
                once.number_of(cast.who) in self.suspects or cast.choices in self.choices
            ):
                found.append(cast)
        return found

    def _read(
        self, opened: Openings | None, tokens: Tokens, position: int, entry: bytes
    ) -> Cast | None:
        leaf = leaf_hash(entry).hex()
        if found := PLAIN.fullmatch(entry):
            choices, replaces, voter = found.groups()
            return Cast(position, voter.decode(), choices, leaf, _text(replaces))
        if found := SEALED.fullmatch(entry):
            replaces, hashed, voter = found.groups()
            choices = chosen_of(opened or {}, hashed.decode())[0]
            return Cast(position, voter.decode(), choices, leaf, _text(replaces))
        cast = tokens.read(entry) if self.token_key is not None else None
        if cast is None:
            return None
        return Cast(position, cast.who, cast.choices, leaf, None, cast.turn, cast.is_ballot)


def only_plain(entries: list[bytes]) -> list[tuple[bytes, bytes]]:
    """Choices and voter of each entry, if every one is an ordinary ballot; else nothing."""
    lines = b"\n".join(entries)
    if lines.count(b"\n") != len(entries) - 1:
        return []  # an entry with a line's end in it would be two
    found: list[tuple[bytes, bytes]] = LINES.findall(lines)
    return found if len(found) == len(entries) else []


def _piles(voters: list[bytes]) -> list[bytes]:
    raw = bytes.fromhex(b"".join(voters).decode())
    return once.piles_of(once.suspects_of(raw, once.PSEUDONYM_BYTES))


def _text(hashed: bytes | None) -> str | None:
    return hashed.decode() if hashed is not None else None


def openings_of(source: Source, place: Place, number: int) -> Openings:
    try:
        return source.openings(place.log, number, place.size)
    except (Missing, Erased):
        return {}


def chosen_of(opened: Openings, hashed: str) -> tuple[bytes | None, str | None]:
    """What a sealed ballot chose, as between the brackets; or what is wrong with its opening."""
    if hashed not in opened:
        return None, "opening-missing"
    opening = opened[hashed]
    if opening is None:
        return None, None
    if not is_opening(hashed, *opening):
        return None, "opening-wrong"
    text = opening[1]
    if not re.fullmatch(r"\[\d{1,5}(,\d{1,5})*\]", text, re.ASCII):
        return None, "ballot-unreadable"
    return text[1:-1].encode(), None


def is_opening(hashed: str, salt: str, text: str) -> bool:
    """Whether a text with its salt is what a hash in a log stands for."""
    try:
        raw = bytes.fromhex(salt)
    except ValueError:
        return False
    return hashlib.sha256(b"parvis opening\n" + raw + text.encode()).hexdigest() == hashed


def choices_of(text: bytes) -> list[int]:
    return [int(one) for one in text.split(b",")] if text else []


def manifest_in(entry: bytes) -> dict[str, object] | None:
    said = decode(entry)
    return said if said is not None and said.get("type") == "poll" else None
