"""Polls: their manifest, every ballot once, the count, and whether the last entry says the same.

Each voter counts once. Where votes can be changed the last one counts, which is the one that no other of the
same voter replaces (secret ballots: the one of the highest turn).
"""

import base64
import binascii
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from parvis_verify import ranked, texts
from parvis_verify.auditing import Audit
from parvis_verify.ballots import (
    ISSUED,
    KEYS,
    VOTERS,
    Ballots,
    Cast,
    Counted,
    Watch,
    choices_of,
    manifest_in,
)
from parvis_verify.logs import decode
from parvis_verify.once import Once
from parvis_verify.sources import TILE, split
from parvis_verify.trees import leaf_hash
from parvis_verify.verdict import Verdict


@dataclass(frozen=True)
class Manifest:
    position: int
    leaf: bytes
    said: Mapping[str, object]

    @property
    def options(self) -> list[str]:
        return [str(one) for one in cast("list[object]", self.said.get("options") or [])]

    @property
    def counting(self) -> str:
        return str(self.said.get("counting"))

    @property
    def is_sealed(self) -> bool:
        return "sealed" in str(self.said.get("ballots"))

    @property
    def is_secret(self) -> bool:
        return str(self.said.get("ballots")).startswith("secret")

    @property
    def is_changeable(self) -> bool:
        return self.said.get("votes") == "changeable"

    @property
    def lets_turns_skip(self) -> bool:
        """The voter numbers their secret ballots: one left out, on purpose or unsent, is nobody's fault."""
        return self.is_secret and self.is_changeable

    @property
    def token_key(self) -> bytes | None:
        try:
            key = base64.b64decode(str(self.said.get("token_key")), validate=True)
        except binascii.Error:
            key = b""
        return key if self.is_secret else None


def audit(at: Audit) -> None:
    """The whole poll."""
    Poll(at).run()


class Poll:
    def __init__(self, at: Audit) -> None:
        self.at = at
        self.verdict = at.verdict
        self.manifest = self._peek_manifest()
        self.last = self._peek_last()
        self.choices: Counter[bytes] = Counter()
        self.names: dict[str, Once] = defaultdict(Once)
        self.others: list[tuple[int, bytes]] = []
        self.first: int | None = None
        self.erased = 0
        self.replaced = 0  # ballots that say they take another's place
        self.again = 0  # ballots whose place was taken

    def run(self) -> None:
        is_opened = self.manifest.is_sealed and self.last is not None
        key = self.manifest.token_key
        for counted in self.at.read(Ballots(is_opened, key)):
            self._take(counted)
        self._judge_others()
        self._look_closer(is_opened, key)
        self._judge_choices()
        question = texts.read(self.at, str(self.manifest.said.get("question")))
        options = [texts.read(self.at, one) for one in self.manifest.options]
        texts.tell(self.at, [question, *options])
        self._judge_tokens()
        self._count([one.text for one in options], question.text)

    def _peek_manifest(self) -> Manifest:
        """The last manifest before the first ballot, among the first entries of the log."""
        found = Manifest(0, b"", {})
        place = self.at.parts[0].place
        bundle = self.at.source.bundle(place.log, 0, place.size) if place.size else b""
        for position, entry in enumerate(split(bundle)):
            said = manifest_in(entry)
            if said is None:
                break
            found = Manifest(position, leaf_hash(entry), said)
        return found

    def _peek_last(self) -> Mapping[str, object] | None:
        """What the last entry says if it closes the poll."""
        size = self.at.place.size
        if not size:
            return None
        entries = split(self.at.source.bundle(self.at.place.log, (size - 1) // TILE, size))
        said = decode(entries[-1]) if entries else None
        return said if said is not None and said.get("type") == "closed" else None

    def _take(self, counted: Counted) -> None:
        self.choices.update(counted.choices)
        for name, piles in counted.piles.items():
            self.names[name].add(piles)
        self.others += counted.others
        if self.first is None:
            self.first = counted.first
        self.erased += counted.erased
        self.replaced += counted.replaced
        for code, position in counted.wrong:
            self.verdict.wrong(code, entry=position)

    def _judge_others(self) -> None:
        """Entries that are no ballots: manifests, then the last one; nothing else, and in this order."""
        size = self.at.size
        for position, entry in self.others:
            said = decode(entry)
            what = said.get("type") if said is not None else None
            if what == "poll" and said is not None:
                self._take_manifest(Manifest(position, leaf_hash(entry), said))
            elif what == "closed":
                if position != size - 1:
                    self.verdict.wrong("after-closed", entry=position + 1)
            elif what == "successor":
                self.verdict.tell("successor", why=str((said or {}).get("why")))
            else:
                self.verdict.wrong("entry-unknown", entry=position)

    def _take_manifest(self, manifest: Manifest) -> None:
        if self.first is not None and manifest.position > self.first:
            self.verdict.wrong("manifest-late", entry=manifest.position)
        elif manifest.position > self.manifest.position:
            self.manifest = manifest

    def _look_closer(self, is_opened: bool, key: bytes | None) -> None:  # noqa: FBT001 - as the scan takes it
        """Voters that seem to come twice, and choices that the poll does not have, one by one."""
        suspects = frozenset[int]().union(*(one.suspects() for one in self.names.values()))
        strange = frozenset(text for text in self.choices if self._strange(text))
        if not suspects and not strange and not self.replaced:
            return
        by_who: dict[tuple[bool, str], list[Cast]] = defaultdict(list)
        for some in self.at.read(Watch(suspects, strange, is_opened, key)):
            for one in some:
                by_who[one.is_ballot, one.who].append(one)
                if one.choices in strange:
                    self.verdict.wrong(self._strange(one.choices or b""), entry=one.position)
        for (is_ballot, who), casts in by_who.items():
            if len(casts) > 1:
                self._settle(who, casts, is_ballot=is_ballot)
        if self.replaced != self.again and not self.manifest.lets_turns_skip:
            self.verdict.wrong("replaces-nothing", said=self.replaced, found=self.again)

    def _settle(self, who: str, casts: Sequence[Cast], *, is_ballot: bool) -> None:
        """Of several ballots of one voter one counts."""
        places = [one.position for one in casts]
        if not is_ballot:
            self.verdict.wrong("issued-twice", voter=who, entries=places)
            return
        kept = casts[0]
        if self.manifest.is_changeable and (last := final_of(casts)) is not None:
            kept = last
            self.again += len(casts) - 1
        else:
            self.verdict.wrong("voter-twice", voter=who, entries=places)
        for one in casts:
            if one is not kept and one.choices is not None:
                self.choices[one.choices] -= 1
            elif one is not kept:
                self.erased -= 1

    def _strange(self, text: bytes) -> str:
        """What is wrong with choices, as a finding's code; nothing: they are as the poll takes them."""
        try:
            chosen = choices_of(text)
        except ValueError:
            return "ballot-unreadable"
        if not chosen:
            return "choices-none"
        if len(set(chosen)) < len(chosen):
            return "choice-twice"
        if max(chosen) >= len(self.manifest.options):
            return "choice-unknown"
        return "choices-too-many" if self.manifest.counting == "one" and len(chosen) > 1 else ""

    def _judge_choices(self) -> None:
        for text in [
            one for one, number in self.choices.items() if not number or self._strange(one)
        ]:
            del self.choices[text]
        if self.manifest.counting not in {"one", "several", "ranked"}:
            self.verdict.unchecked("counting-unknown", counting=self.manifest.counting)

    def _judge_tokens(self) -> None:
        if not self.manifest.is_secret:
            return
        issued, keys = self.names[ISSUED].number, self.names[KEYS].distinct
        if keys > issued:
            self.verdict.wrong("more-ballots-than-tokens", ballots=keys, tokens=issued)
        else:
            self.verdict.holds("tokens-hold", ballots=keys, tokens=issued)
        said = (self.last or {}).get("issued")
        if self.last is not None and said != issued:
            self.verdict.wrong("issued-wrong", said=said, counted=issued)

    def _judge_list(self, voters: int) -> None:
        """Where few may vote, and the manifest says how many: not more did."""
        number = self.manifest.said.get("number")
        if not isinstance(number, int):
            return
        if voters > number:
            self.verdict.wrong("more-voters-than-listed", voters=voters, listed=number)
        else:
            self.verdict.holds("list-holds", voters=voters, listed=number)

    def _count(self, options: list[str | None], question: str | None) -> None:
        piles = {tuple(choices_of(text)): number for text, number in self.choices.items()}
        is_ranked = self.manifest.counting == "ranked"
        votes = [0] * len(options)
        for chosen, number in piles.items():
            for one in chosen[:1] if is_ranked else chosen:
                votes[one] += number
        is_hidden = self.manifest.is_sealed and self.last is None
        voters = self._cast() if is_hidden else sum(piles.values()) + self.erased
        self._judge_list(voters)
        counted = {"tallies": votes, "voters": voters}
        result = self.at.verdict.result
        result |= {
            "kind": "poll",
            "question": question,
            "counting": self.manifest.counting,
            "options": [
                {"text": text, "votes": None if is_hidden else number}
                for text, number in zip(options, votes, strict=True)
            ],
            "voters": voters,
            "eligible": self.manifest.said.get("eligible"),
            "rules": self.manifest.said.get("rules") or [],
            "is_closed": self.last is not None,
        }
        if is_ranked and not is_hidden:
            counted |= self._run_off(options, piles)
            result |= counted
        if self.last is None:
            self.verdict.tell("still-open", voters=self._cast())
            if is_hidden:
                self.verdict.tell("choices-sealed")
            return
        judge_totals(self.last, counted, self.erased, self.verdict)

    def _cast(self) -> int:
        return self.names[KEYS if self.manifest.is_secret else VOTERS].distinct

    def _run_off(
        self, options: Sequence[str | None], piles: Mapping[ranked.Ranking, int]
    ) -> dict[str, object]:
        if self.manifest.said.get("ties") != ranked.TIES:
            self.verdict.unchecked("ties-unknown", ties=self.manifest.said.get("ties"))
        rounds = ranked.run_off(len(options), piles, self.manifest.leaf)
        self._tell_winner(rounds, options)
        gone = [one.out for one in rounds if one.out is not None]
        self.at.verdict.result["rounds"] = [
            {"votes": one.votes, "exhausted": one.exhausted, "out": one.out} for one in rounds
        ]
        return {"winner": ranked.winner_of(rounds), "eliminated": gone}

    def _tell_winner(self, rounds: list[ranked.Round], options: Sequence[str | None]) -> None:
        winner = ranked.winner_of(rounds)
        if winner is None or self.last is None:
            return
        votes = rounds[-1].votes
        self.verdict.tell(
            "run-off",
            option=winner + 1,
            text=options[winner] or "…",
            round=len(rounds),
            votes=votes[winner],
            left=sum(votes.values()),
        )


def final_of(casts: Sequence[Cast]) -> Cast | None:
    """The ballot of a voter that no other replaces; None when that is not exactly one."""
    if any(one.turn for one in casts):
        turns = {one.turn for one in casts}
        return max(casts, key=lambda one: one.turn) if len(turns) == len(casts) else None
    if not any(one.replaces for one in casts):
        return None
    replaced = {one.replaces for one in casts if one.replaces is not None}
    left = [one for one in casts if one.leaf not in replaced]
    return left[0] if len(left) == 1 and replaced <= {one.leaf for one in casts} else None


def judge_totals(
    last: Mapping[str, object], counted: Mapping[str, object], erased: int, verdict: Verdict
) -> None:
    """The numbers of the last entry beside ours. Erased ballots may be in any of the totals."""
    said = cast("list[object]", last.get("tallies") or [])
    mine = cast("list[int]", counted["tallies"])
    is_right = len(said) == len(mine)
    for option, (theirs, ours) in enumerate(zip(said, mine, strict=False)):
        if not isinstance(theirs, int) or not ours <= theirs <= ours + erased:
            verdict.wrong("totals-wrong", option=option + 1, said=theirs, counted=ours)
            is_right = False
    if len(said) != len(mine):
        verdict.wrong("totals-many", said=len(said), counted=len(mine))
    for name, code in (
        ("voters", "voters-wrong"),
        ("winner", "winner-wrong"),
        ("eliminated", "rounds-wrong"),
    ):
        if (
            name in counted
            and last.get(name) != counted[name]
            and not (erased and name != "voters")
        ):
            verdict.wrong(code, said=last.get(name), counted=counted[name])
            is_right = False
    if erased:
        verdict.tell("ballots-erased", number=erased)
    if is_right:
        verdict.holds("totals-hold", voters=counted["voters"], why=str(last.get("why")))
