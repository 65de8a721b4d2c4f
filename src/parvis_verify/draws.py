"""Draws: who was in when the list was frozen, its root, the round that decided, and who wins by that.

The lowest tickets win (`drawn`). Everything that it takes stands in the log.
"""

import heapq
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, cast

from parvis_verify import beacons, texts
from parvis_verify.auditing import Audit
from parvis_verify.beacons import Chain
from parvis_verify.listing import NAME, RECORD, list_of, root_of, told
from parvis_verify.logs import decode
from parvis_verify.sayings import Said, list_in, number_in, part
from parvis_verify.trees import HASH_BYTES, leaf_hash

_TICKET = b"parvis.draw/ticket/v1\x00"
LEAST_WAIT_S = 60
_PSEUDONYM = re.compile(r"[0-9a-f]{32}")


@dataclass
class Drawing:
    """One drawing of the series, as far as the log has come with it."""

    entry: bytes
    terms: Said
    listed: bytes = b""  # who was in when it was frozen, as `list_of` has them, until it is decided
    entrants: int = 0
    root: bytes = b""
    before: set[str] = field(default_factory=set[str])  # who had won when it was frozen
    frozen: Said | None = None
    winners: list[str] = field(default_factory=list[str])
    reserves: list[str] = field(default_factory=list[str])
    waiting: list[str] = field(default_factory=list[str])  # reserves nobody called yet
    how: str = ""  # drawn, selected, void; "": not decided
    is_frozen: bool = False


def audit(at: Audit) -> None:
    Draw(at).run()


class Draw:
    def __init__(self, at: Audit) -> None:
        self.at = at
        self.verdict = at.verdict
        self.manifest: Said = {}
        self.leaf = ""
        self.chains: dict[str, Chain] = {}
        self.drawings: dict[int, Drawing] = {}
        self.inside: set[bytes] = set()
        self.has_begun = False  # somebody entered once
        self.won: set[str] = set()  # winners, and reserves who were called
        self.is_over = False
        self.is_cancelled = False

    def run(self) -> None:
        tell = {
            "draw": self._begin,
            "drawing": self._announce,
            "selection": self._announce,
            "left": self._leave,
            "freeze": self._freeze,
            "frozen": self._check_list,
            "drawn": self._check_drawn,
            "selected": self._select,
            "void": self._void,
            "called": self._call,
            "answer": self._pass,
            "cancelled": self._cancel,
            "closed": self._close,
        }
        for some in self.at.read(told):
            for position, one, is_run in some:
                if is_run:
                    self._enter_several(position, one)
                elif (said := decode(one)) is None:
                    self.verdict.wrong("entry-unknown", entry=position)
                else:
                    self._tell(position, said, one, tell.get(str(said.get("type"))))
        self._judge()

    def _tell(
        self,
        position: int,
        said: Said,
        entry: bytes,
        tell: Callable[[int, Said, bytes], None] | None,
    ) -> None:
        if self.is_over:
            self.verdict.wrong("after-closed", entry=position)
        elif tell is not None:
            tell(position, said, entry)
        elif said.get("type") == "successor":
            self.verdict.tell("successor", why=str(said.get("why")))
        else:
            self.verdict.wrong("entry-unknown", entry=position)

    def _begin(self, position: int, said: Said, entry: bytes) -> None:
        if position:
            self.verdict.wrong("manifest-late", entry=position)
            return
        self.manifest, self.leaf = said, leaf_hash(entry).hex()
        for one in list_in(said, "chains"):
            chain = beacons.read_chain(cast("Said", one)) if isinstance(one, dict) else None
            if chain is None:
                self.verdict.wrong("chain-wrong")
            else:
                self.chains[chain.hash] = chain

    def _announce(self, position: int, said: Said, entry: bytes) -> None:
        number = number_in(said, "number")
        if said.get("manifest") != self.leaf or number in self.drawings:
            self.verdict.wrong("terms-other", entry=position)
        if self.has_begun:
            self.verdict.wrong("manifest-late", entry=position)
        terms = part(said, "draw")
        same = ("winners", "reserves", "again")
        if said["type"] == "drawing" and any(
            terms.get(one) != self.manifest.get(one) for one in same
        ):
            self.verdict.wrong("terms-other", entry=position)
        self.drawings.setdefault(number, Drawing(entry, terms))

    def _enter_several(self, first: int, names: bytes) -> None:
        """One behind the other: all at once, unless one of them may not."""
        some = [names[at : at + NAME] for at in range(0, len(names), NAME)]
        self.has_begun = True
        is_right = len(set(some)) == len(some) and self.inside.isdisjoint(some)
        if is_right and self._is_open() and not self.is_over:
            self.inside.update(some)
            return
        for position, who in enumerate(some, first):
            if self.is_over:
                self.verdict.wrong("after-closed", entry=position)
                continue
            self._check_open(position)
            if who in self.inside:
                self.verdict.wrong("entered-twice", person=who.hex(), entry=position)
            self.inside.add(who)

    def _leave(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        name = str(said.get("entrant"))
        self._check_open(position)
        who = bytes.fromhex(name) if _PSEUDONYM.fullmatch(name) else b""
        if who not in self.inside:
            self.verdict.wrong("left-unentered", person=name, entry=position)
        self.inside.discard(who)

    def _is_open(self) -> bool:
        return not self.is_cancelled and not all(one.is_frozen for one in self.drawings.values())

    def _check_open(self, position: int) -> None:
        """Nobody comes in or goes out once every list is frozen, or the draw was called off."""
        if not self._is_open():
            self.verdict.wrong("entered-late", entry=position)

    def _find_undecided(self, position: int, said: Said) -> Drawing | None:
        drawing = self._find(position, said)
        if drawing is not None and drawing.how:
            self.verdict.wrong("decided-twice", entry=position)
            return None
        return drawing

    def _find(self, position: int, said: Said) -> Drawing | None:
        found = self.drawings.get(number_in(said, "number"))
        if found is None:
            self.verdict.wrong("terms-other", entry=position)
        return found

    def _freeze(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find(position, said)
        if drawing is None:
            return
        if drawing.is_frozen:
            self.verdict.wrong("decided-twice", entry=position)
            return
        drawing.is_frozen = True
        drawing.listed, drawing.entrants = list_of(self.inside), len(self.inside)
        drawing.root = root_of(drawing.listed)
        drawing.before = set(self.won)

    def _check_list(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find(position, said)
        if drawing is None:
            return
        drawing.frozen = said
        number = number_in(said, "entrants")
        if (said.get("root"), number) != (drawing.root.hex(), drawing.entrants):
            self.verdict.wrong("list-wrong", entry=position, said=number, counted=drawing.entrants)

    def _check_drawn(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find_undecided(position, said)
        if drawing is None:
            return
        drawing.how = "drawn"
        randomness = self._decide(position, said, drawing)
        if drawing.frozen is None or not drawing.is_frozen:
            self.verdict.wrong("not-frozen", entry=position)
        if randomness is None:
            return
        for other in self.drawings.values():  # also those drawn since this list was frozen
            drawing.before |= set(other.winners)
        winners, reserves, left_out = drawn(drawing, randomness)
        drawing.listed = b""  # of a series of drawings the lists are not kept
        for name, code, right in (
            ("winners", "winners-wrong", winners),
            ("reserves", "reserves-wrong", reserves),
        ):
            if list_in(said, name) != right:
                self.verdict.wrong(code, entry=position, counted=right)
        if number_in(said, "left_out") != left_out:
            self.verdict.wrong("left-out-wrong", entry=position, counted=left_out)
        drawing.winners, drawing.reserves, drawing.waiting = winners, reserves, list(reserves)
        self.won |= set(winners)

    def _decide(self, position: int, said: Said, drawing: Drawing) -> bytes | None:
        """The randomness of the round that decides; None: it is not that round's."""
        sources = list_in(drawing.terms, "sources")
        place = number_in(said, "source")
        source = cast("Said", sources[place]) if 0 <= place < len(sources) else {}
        chain, number = self.chains.get(str(source.get("chain"))), number_in(source, "round")
        beacon = part(said, "beacon")
        if chain is None or number_in(beacon, "round") != number or number < 1:
            self.verdict.wrong("beacon-wrong", entry=position)
            return None
        if place:
            self.verdict.tell("beacon-second", entry=position)
        frozen_at = max(
            number_in(drawing.terms, "frozen_at"), number_in(drawing.frozen or {}, "at")
        )
        for one in map(cast_said, sources):
            there, round_ = self.chains.get(str(one.get("chain"))), number_in(one, "round")
            if there is None or there.due_at(round_) < frozen_at + LEAST_WAIT_S:
                self.verdict.wrong("round-early", entry=position, round=round_)
        return self._check_beacon(position, beacon, chain, number)

    def _check_beacon(self, position: int, beacon: Said, chain: Chain, number: int) -> bytes | None:
        try:
            signature = bytes.fromhex(str(beacon.get("signature")))
            previous = bytes.fromhex(str(beacon.get("previous_signature", "")))
        except ValueError:
            signature = previous = b""
        if not beacons.CAN_PAIR:
            self.verdict.unchecked("beacon-unchecked", entry=position)
        elif not beacons.is_signed(chain, number, signature, previous):
            self.verdict.wrong("beacon-forged", entry=position, round=number)
            return None
        else:
            self.verdict.holds(
                "beacon-holds", round=number, chain=beacons.KNOWN.get(chain.hash, chain.hash)
            )
        if chain.hash not in beacons.KNOWN:
            self.verdict.tell("chain-unknown", chain=chain.hash)
        return sha256(signature).digest()

    def _select(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find_undecided(position, said)
        if drawing is None:
            return
        drawing.how, names = "selected", [str(one) for one in list_in(said, "winners")]
        listed = drawing.listed
        strange = set(names).difference(
            listed[at - NAME : at].hex() for at in range(RECORD, len(listed) + 1, RECORD)
        )
        drawing.listed = b""
        if strange:
            self.verdict.wrong("winners-strange", entry=position)
        drawing.winners = names
        self.won |= set(names)
        self.verdict.tell("selected")

    def _void(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find_undecided(position, said)
        if drawing is not None:
            drawing.how = "void"
            self.verdict.tell(
                "drawing-void", number=number_in(said, "number"), why=str(said.get("why"))
            )

    def _call(self, position: int, said: Said, entry: bytes) -> None:
        del entry
        drawing = self._find(position, said)
        if drawing is None:
            return
        is_once = drawing.terms.get("again") == "may not"
        while drawing.waiting and is_once and drawing.waiting[0] in self.won:
            drawing.waiting.pop(0)
        right = drawing.waiting.pop(0) if drawing.waiting else None
        if said.get("entrant") != right:
            self.verdict.wrong("called-wrong", entry=position)
        if right is not None:
            self.won.add(right)

    def _pass(self, position: int, said: Said, entry: bytes) -> None:
        """Answers are told by those who were asked: there is nothing to compute."""

    def _cancel(self, position: int, said: Said, entry: bytes) -> None:
        del position, said, entry
        self.is_cancelled = True
        self.verdict.tell("draw-cancelled")

    def _close(self, position: int, said: Said, entry: bytes) -> None:
        del position, said, entry
        self.is_over = True

    def _judge(self) -> None:
        if number_in(self.manifest, "drawings") != len(self.drawings):
            self.verdict.wrong("terms-other", entry=len(self.drawings))
        found = [
            texts.read(self.at, str(self.manifest.get(one)))
            for one in ("title", "prizes", "organiser")
        ]
        texts.tell(self.at, found)
        self.verdict.result |= {
            "kind": "draw",
            "title": found[0].text,
            "is_closed": self.is_over,
            "drawings": [
                {
                    "number": number,
                    "entrants": one.entrants,
                    "how": one.how,
                    "winners": one.winners,
                    "reserves": one.reserves,
                }
                for number, one in sorted(self.drawings.items())
            ],
        }
        done = [one for one in self.drawings.values() if one.how == "drawn"]
        if self.verdict.exit_code != 1 and done:
            self.verdict.holds("draws-hold", number=len(done))


def cast_said(value: object) -> Said:
    return cast("Said", value) if isinstance(value, dict) else {}


def drawn(drawing: Drawing, randomness: bytes) -> tuple[list[str], list[str], int]:
    """Winners and reserves by their tickets, and how many were left out because they had won."""
    left_out = drawing.before if drawing.terms.get("again") == "may not" else set[str]()
    out = {bytes.fromhex(who) for who in left_out if _PSEUDONYM.fullmatch(who)}
    begun: Any = sha256(_TICKET + sha256(drawing.entry).digest() + drawing.root + randomness)
    listed, skipped = drawing.listed, 0

    def tickets() -> Iterator[bytes]:
        nonlocal skipped
        for at in range(0, len(listed), RECORD):
            record = listed[at : at + RECORD]
            if out and record[HASH_BYTES:] in out:
                skipped += 1
                continue
            ticket = begun.copy()
            ticket.update(record[:HASH_BYTES])
            yield ticket.digest() + record[HASH_BYTES:]

    winners = max(number_in(drawing.terms, "winners"), 0)
    reserves = max(number_in(drawing.terms, "reserves"), 0)
    lowest = heapq.nsmallest(winners + reserves, tickets())
    names = [one[HASH_BYTES:].hex() for one in lowest]
    return names[:winners], names[winners:], skipped
