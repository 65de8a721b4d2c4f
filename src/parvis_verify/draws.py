"""Draws: the manifest and its drawings, who was in when each list was frozen, the round, and who wins by it.

The log is gone through once in its order, and every entry has to follow from those before it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from parvis_verify import beacon, texts, tickets
from parvis_verify.auditing import Audit
from parvis_verify.logs import decode
from parvis_verify.reading import Place
from parvis_verify.sources import Source
from parvis_verify.tickets import Drawn
from parvis_verify.trees import leaf_hash

_CAME = re.compile(rb'\{"entrant":"([0-9a-f]{32})","type":"(entry|left)"\}')
Said = Mapping[str, object]


@dataclass
class Drawing:
    """One drawing as far as the log has come. `won`: who was called in before its list was frozen."""

    terms: bytes
    said: Said
    state: str = "open"
    entrants: dict[bytes, str] = field(default_factory=dict[bytes, str])
    root: bytes = b""
    at: int = 0
    called: set[str] = field(default_factory=set[str])
    winners: list[str] = field(default_factory=list[str])
    waiting: list[str] = field(default_factory=list[str])
    asked: set[int] = field(default_factory=set[int])
    empty: set[int] = field(
        default_factory=set[int]
    )  # places whose winner declined, was silent, is gone


def audit(at: Audit) -> None:
    """The whole draw."""
    Draw(at).run()


def as_it_stands(_: Source, __: Place, ___: int, entries: list[bytes]) -> list[bytes]:
    return entries


def number(said: Said, name: str) -> int:
    value = said.get(name)
    return value if isinstance(value, int) else -1


def names(said: Said, name: str) -> list[str]:
    value = said.get(name)
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def maps(said: Said, name: str) -> list[Said]:
    return cast("list[Said]", said.get(name) or [])


class Draw:
    def __init__(self, at: Audit) -> None:
        self.at = at
        self.verdict = at.verdict
        self.manifest: Said = {}
        self.leaf = b""
        self.drawings: list[Drawing] = []
        self.inside: set[str] = set()
        self.stage = 0  # drawings whose lists are frozen
        self.called: set[str] = set()
        self.is_over = False

    def run(self) -> None:
        position = 0
        for block in self.at.read(as_it_stands):
            for entry in block:
                self._take(position, entry)
                position += 1
        self._judge_promised()
        found = [
            texts.read(self.at, str(self.manifest.get(name)))
            for name in ("title", "prizes", "organiser")
        ]
        texts.tell(self.at, found)
        self.verdict.result.update(
            kind="draw",
            title=found[0].text,
            method=self.manifest.get("method"),
            drawings=[
                {"state": one.state, "entrants": len(one.entrants), "winners": one.winners}
                for one in self.drawings
            ],
        )

    def _take(self, position: int, entry: bytes) -> None:
        came = _CAME.fullmatch(entry)
        if came is not None:
            self._move(position, came[1].decode(), is_coming=came[2] == b"entry")
            return
        said = decode(entry)
        kind = str(said.get("type")) if said is not None else ""
        if said is None or self.is_over:
            self.verdict.wrong("entry-unknown", entry=position)
        elif kind == "draw":
            self._take_manifest(position, entry, said)
        elif kind in ("drawing", "selection"):
            self._take_terms(position, entry, said)
        elif kind in ACTS:
            ACTS[kind](self, position, said)
        else:
            self.verdict.wrong("entry-unknown", entry=position)

    def _move(self, position: int, who: str, *, is_coming: bool) -> None:
        if self.stage >= len(self.drawings) or self.is_over:
            self.verdict.wrong("draw-moved-late", entry=position)
        if is_coming == (who in self.inside):
            code = "draw-entered-twice" if is_coming else "draw-left-wrong"
            self.verdict.wrong(code, entry=position, who=who)
        (self.inside.add if is_coming else self.inside.discard)(who)

    def _take_manifest(self, position: int, entry: bytes, said: Said) -> None:
        if position:
            self.verdict.wrong("draw-terms-wrong", entry=position)
            return
        self.manifest, self.leaf = said, leaf_hash(entry)

    def _take_terms(self, position: int, entry: bytes, said: Said) -> None:
        self.drawings.append(Drawing(entry, said))
        is_right = (
            said.get("manifest") == self.leaf.hex()
            and number(said, "number") == len(self.drawings) == position
            and self._fits(said)
        )
        if not is_right:
            self.verdict.wrong("draw-terms-wrong", entry=position)

    def _fits(self, said: Said) -> bool:
        if said.get("type") == "selection":
            return self.manifest.get("method") == "selected"
        terms = cast("Said", said.get("draw"))
        same = ("winners", "reserves", "again")
        return self.manifest.get("method") == "drawn" and all(
            terms.get(one) == self.manifest.get(one) for one in same
        )

    def _judge_promised(self) -> None:
        """Everything that was announced is there, and what waits is said."""
        if number(self.manifest, "drawings") != len(self.drawings):
            self.verdict.wrong("draw-terms-wrong", entry=len(self.drawings))
        waits = [at for at, one in enumerate(self.drawings, 1) if one.state in ("open", "frozen")]
        if waits and not self.is_over:
            self.verdict.tell("draw-waits", number=waits[0])

    def _find(self, position: int, said: Said, state: str) -> Drawing | None:
        at = number(said, "number")
        if 1 <= at <= len(self.drawings) and self.drawings[at - 1].state == state:
            return self.drawings[at - 1]
        self.verdict.wrong("draw-order-wrong", entry=position, what=said.get("type"))
        return None

    def take_freeze(self, position: int, said: Said) -> None:
        found = self._find(position, said, "open")
        if found is None:
            return
        if number(said, "number") != self.stage + 1:
            self.verdict.wrong("draw-order-wrong", entry=position, what="freeze")
            return
        self.stage += 1
        found.state, found.called = "freezing", set(self.called)
        found.entrants = tickets.list_of(self.inside)

    def take_frozen(self, position: int, said: Said) -> None:
        found = self._find(position, said, "freezing")
        if found is None:
            return
        found.root = tickets.root_of(list(found.entrants))
        found.state, found.at = "frozen", number(said, "at")
        is_right = said.get("root") == found.root.hex()
        if not is_right or number(said, "entrants") != len(found.entrants):
            self.verdict.wrong("draw-list-wrong", number=said.get("number"))

    def take_void(self, position: int, said: Said) -> None:
        found = self._find(position, said, "frozen")
        if found is not None:
            found.state = "void"
            self.verdict.tell("draw-void", number=said.get("number"), why=said.get("why"))

    def take_drawn(self, position: int, said: Said) -> None:
        found = self._find(position, said, "frozen")
        if found is None:
            return
        found.state = "drawn"
        terms = cast("Said", found.said.get("draw"))
        randomness = self._judge_round(found, terms, said)
        if randomness is None:
            return
        at = number(said, "number")
        before: set[str] = set()
        if terms.get("again") == "may not":
            before = found.called.union(*(one.winners for one in self.drawings[: at - 1]))
        numbers = number(terms, "winners"), number(terms, "reserves")
        right = tickets.draw(found.terms, found.entrants, found.root, randomness, numbers, before)
        self._compare(found, said, right)

    def _compare(self, found: Drawing, said: Said, right: Drawn) -> None:
        at, before = said.get("number"), len(self.verdict.findings)
        for other_number, other_one, told, ours in (
            ("draw-winners-many", "draw-winner-wrong", names(said, "winners"), right.winners),
            ("draw-reserves-many", "draw-reserve-wrong", names(said, "reserves"), right.reserves),
        ):
            if len(told) != len(ours):
                self.verdict.wrong(other_number, number=at, said=len(told), right=len(ours))
            for place, (one, other) in enumerate(zip(told, ours, strict=False), 1):
                if one != other:
                    self.verdict.wrong(other_one, number=at, place=place, said=one, right=other)
        if number(said, "left_out") != right.left_out:
            self.verdict.wrong("draw-left-out", number=at, right=right.left_out)
        if len(self.verdict.findings) == before:
            self.verdict.holds(
                "draw-holds", number=at, winners=len(right.winners), entrants=len(found.entrants)
            )
        self._offer(found, right.winners, right.reserves)

    def _offer(self, found: Drawing, winners: list[str], reserves: list[str]) -> None:
        found.winners, found.waiting = winners, list(reserves)
        found.asked = set(range(len(winners)))

    def _judge_round(self, found: Drawing, terms: Said, said: Said) -> bytes | None:
        """The randomness that decides; None when there is none to go by."""
        at, place = said.get("number"), number(said, "source")
        sources = maps(terms, "sources")
        told = cast("Said", said.get("beacon"))
        try:
            chains = self._chains()
            self._judge_times(found, terms, chains, at)
            source = sources[place if place >= 0 else len(sources)]
            chain, round_ = chains[str(source.get("chain"))], number(source, "round")
            decides = beacon.randomness(told, round_)
            is_checked = beacon.check(told, chain, round_)
        except (beacon.BeaconWrong, KeyError, IndexError) as why:
            self.verdict.wrong("draw-beacon-wrong", number=at, why=str(why))
            return None
        if not is_checked:
            self.verdict.unchecked("draw-beacon-unchecked", number=at)
            return decides
        if chain.hash not in beacon.NAMED:
            self.verdict.tell("draw-chain-unknown", chain=chain.name)
        if place:
            self.verdict.tell("draw-fallback", number=at, round=number(sources[0], "round"))
        self.verdict.holds("draw-round-holds", round=round_, chain=chain.name)
        return decides

    def _judge_times(
        self, found: Drawing, terms: Said, chains: Mapping[str, beacon.Chain], at: object
    ) -> None:
        frozen = max(found.at, number(terms, "frozen_at"))
        for one in maps(terms, "sources"):
            round_ = number(one, "round")
            if chains[str(one.get("chain"))].due_at(round_) < frozen + tickets.LEAST_WAIT_S:
                self.verdict.wrong("draw-late", number=at, round=round_)

    def _chains(self) -> dict[str, beacon.Chain]:
        said = maps(self.manifest, "chains")
        return {chain.hash: chain for chain in map(beacon.read_chain, said)}

    def take_selected(self, position: int, said: Said) -> None:
        found = self._find(position, said, "frozen")
        if found is None:
            return
        found.state = "selected"
        self.verdict.tell("draw-selected")
        told = names(said, "winners")
        if not set(told) <= set(found.entrants.values()) or len(set(told)) < len(told):
            self.verdict.wrong("draw-selected-wrong")
        self._offer(found, told, [])

    def take_answer(self, position: int, said: Said) -> None:
        found = self._answered(position, said)
        if found is not None:
            place = number(said, "place")
            found.asked.discard(place)
            if said.get("answer") != "accepted":
                found.empty.add(place)

    def _answered(self, position: int, said: Said) -> Drawing | None:
        at, place = number(said, "number"), number(said, "place")
        found = self.drawings[at - 1] if 1 <= at <= len(self.drawings) else None
        if found is None or place not in (found.asked if said["type"] == "answer" else found.empty):
            self.verdict.wrong("draw-order-wrong", entry=position, what=said.get("type"))
            return None
        return found

    def take_called(self, position: int, said: Said) -> None:
        found = self._answered(position, said)
        if found is None:
            return
        place = number(said, "place")
        right = self._next(found)
        if said.get("entrant") != right:
            self.verdict.wrong(
                "draw-called-wrong", entry=position, said=said.get("entrant"), right=right
            )
        found.empty.discard(place)
        if right is not None:
            found.waiting.remove(right)
            found.asked.add(place)
            self.called.add(right)

    def _next(self, found: Drawing) -> str | None:
        """The first in reserve; who has won something may not again where the manifest says so."""
        won: set[str] = set()
        if self.manifest.get("again") == "may not":
            won = self.called.union(*(one.winners for one in self.drawings))
        return next((one for one in found.waiting if one not in won), None)

    def take_cancelled(self, _: int, said: Said) -> None:
        why = texts.read(self.at, str(said.get("why")))
        self.verdict.tell("draw-cancelled", why=why.text)
        self.stage = len(self.drawings)
        for one in self.drawings:
            if one.state == "open":
                one.state = "cancelled"

    def take_closed(self, position: int, said: Said) -> None:
        self.is_over = True
        waits = any(one.state in ("open", "freezing", "frozen") for one in self.drawings)
        if waits or any(one.asked or one.empty for one in self.drawings):
            self.verdict.wrong("draw-order-wrong", entry=position, what=said.get("type"))


ACTS: dict[str, Callable[[Draw, int, Said], None]] = {
    "freeze": Draw.take_freeze,
    "frozen": Draw.take_frozen,
    "void": Draw.take_void,
    "drawn": Draw.take_drawn,
    "selected": Draw.take_selected,
    "answer": Draw.take_answer,
    "called": Draw.take_called,
    "cancelled": Draw.take_cancelled,
    "closed": Draw.take_closed,
}
