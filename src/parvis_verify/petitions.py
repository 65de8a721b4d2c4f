"""Petitions: each person once, for one version of the text; what is in force, and what the last entry says.

A person's name in the log is a pseudonym. Signing again is right after withdrawing, or for a later version.

Most sign once and that is all. A first pass finds who comes more than once; a second tells the story in
order, in which these alone are kept by name, and everybody else is a number: by version, day and place.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from parvis_verify import once, texts
from parvis_verify.auditing import Audit
from parvis_verify.logs import decode
from parvis_verify.once import Once
from parvis_verify.reading import Place
from parvis_verify.sayings import Said, list_in, number_in, part
from parvis_verify.sources import Source

SIGNED, WITHDRAWN, REMOVED = "signed", "withdrawn", "removed"
COUNTED = ("version", "signatures", "earlier", "withdrawn", "removed")
# A signature as it is written in the one way; whatever else there is is told entry by entry.
PLAIN = re.compile(
    rb'\{"day":"(\d{4}-\d\d-\d\d)","name":(?:null|"[0-9a-f]{64}"),"person":"([0-9a-f]{32})",'
    rb'"place":(null|0|[1-9]\d{0,5}),"type":"signature","version":([1-9]\d{0,5})\}'
)
Key = tuple[int, str, int]  # version, day, place (-1: none)


@dataclass(slots=True)
class Person:
    state: str
    key: Key


def persons(source: Source, place: Place, number: int, entries: list[bytes]) -> list[bytes]:
    """The first pass: whom the entries of a block name, in the piles of `once`."""
    del source, place, number
    names: list[bytes] = []
    numbers: list[int] = []
    for entry in entries:
        if found := PLAIN.fullmatch(entry):
            names.append(found[2])
        elif "person" in (said := decode(entry) or {}):
            numbers.append(once.number_of(str(said["person"])))
    raw = bytes.fromhex(b"".join(names).decode())
    return once.piles_of(numbers + once.suspects_of(raw, once.PSEUDONYM_BYTES))


@dataclass(frozen=True)
class Story:
    """The second pass: signatures of people who come once as what they add to, all else as it stands."""

    suspects: frozenset[int]

    def __call__(
        self, source: Source, place: Place, number: int, entries: list[bytes]
    ) -> tuple[int, list[Key | bytes]]:
        del source
        told: list[Key | bytes] = []
        keys: dict[tuple[bytes, bytes, bytes], Key] = {}
        for entry in entries:
            found = PLAIN.fullmatch(entry)
            if found is None or once.number_of(found[2].decode()) in self.suspects:
                told.append(entry)
                continue
            day, _, at, version = raw = found.groups()
            key = keys.get((day, at, version))
            if key is None:
                key = keys[day, at, version] = key_of(raw)
            told.append(key)
        return place.first(number), told


def key_of(raw: tuple[bytes, ...]) -> Key:
    day, _, place, version = raw
    return int(version), day.decode(), -1 if place == b"null" else int(place)


def audit(at: Audit) -> None:
    Petition(at).run()


class Petition:
    def __init__(self, at: Audit) -> None:
        self.at = at
        self.verdict = at.verdict
        self.persons: dict[str, Person] = {}  # who come more than once
        self.signed: Counter[Key] = Counter()  # what is in force, whose it may be
        self.in_force: Counter[int] = Counter()  # by version
        self.most = 0  # ever in force for the newest version
        self.version = 0
        self.places = 0
        self.manifest: Said = {}
        self.newest: Said = {}
        self.answers: list[str] = []
        self.last: Said | None = None

    def run(self) -> None:
        tell = {
            "petition": self._begin,
            "version": self._rewrite,
            "goal": self._aim,
            "signature": self._sign,
            "withdrawn": self._leave,
            "removed": self._leave,
            "milestone": self._reach,
            "answer": self._answer,
            "closed": self._close,
        }
        several = Once()
        for piles in self.at.read(persons):
            several.add(piles)
        for first, some in self.at.read(Story(several.suspects())):
            for position, one in enumerate(some, first):
                if not isinstance(one, bytes):
                    self._add(position, one)
                elif (said := decode(one)) is None:
                    self.verdict.wrong("entry-unknown", entry=position)
                else:
                    self._tell(position, said, tell.get(str(said.get("type"))))
        self._judge()

    def _tell(self, position: int, said: Said, tell: Callable[[int, Said], None] | None) -> None:
        if self.last is not None and said.get("type") != "answer":
            self.verdict.wrong("after-closed", entry=position)
        elif tell is not None:
            tell(position, said)
        elif said.get("type") == "successor":
            self.verdict.tell("successor", why=str(said.get("why")))
        else:
            self.verdict.wrong("entry-unknown", entry=position)

    def _begin(self, position: int, said: Said) -> None:
        if position:
            self.verdict.wrong("manifest-late", entry=position)
            return
        self.manifest = self.newest = said
        self.version = 1
        self.places = len(list_in(said, "places"))

    def _rewrite(self, position: int, said: Said) -> None:
        if number_in(said, "version") != self.version + 1:
            self.verdict.wrong("version-wrong", entry=position)
        self.version = max(self.version, number_in(said, "version"))
        self.newest = said
        self.most = self.in_force[self.version]

    def _aim(self, position: int, said: Said) -> None:
        """Another number is hoped for: neither text nor signatures change."""
        del position, said

    def _sign(self, position: int, said: Said) -> None:
        who, version = str(said.get("person")), number_in(said, "version")
        key = version, str(said.get("day")), number_in(said, "place")
        before = self.persons.get(who)
        if before is not None and before.state == REMOVED:
            self.verdict.wrong("signed-removed", person=who, entry=position)
            return
        if before is not None and before.state == SIGNED:
            if before.key[0] >= version:
                self.verdict.wrong("signed-twice", person=who, entry=position)
                return
            self._take_off(before)
        self.persons[who] = Person(SIGNED, key)
        self._add(position, key)

    def _add(self, position: int, key: Key) -> None:
        """One signature more in force."""
        if self.last is not None:
            self.verdict.wrong("after-closed", entry=position)
            return
        version, _, place = key
        if not 1 <= version <= self.version:
            self.verdict.wrong("version-wrong", entry=position)
        if place >= self.places:
            self.verdict.wrong("place-wrong", entry=position)
        self.signed[key] += 1
        self.in_force[version] += 1
        self.most = max(self.most, self.in_force[self.version])

    def _take_off(self, person: Person) -> None:
        self.signed[person.key] -= 1
        self.in_force[person.key[0]] -= 1

    def _leave(self, position: int, said: Said) -> None:
        who = str(said.get("person"))
        person = self.persons.get(who)
        if person is None or person.state != SIGNED:
            self.verdict.wrong("not-signed", person=who, entry=position)
            return
        self._take_off(person)
        person.state = str(said["type"])

    def _reach(self, position: int, said: Said) -> None:
        if number_in(said, "signatures") > self.most:
            self.verdict.wrong("milestone-wrong", entry=position, counted=self.most)

    def _answer(self, position: int, said: Said) -> None:
        self.answers.append(str(said.get("text")))
        if len(self.answers) > 1:
            self.verdict.wrong("answer-twice", entry=position)

    def _close(self, position: int, said: Said) -> None:
        del position
        self.last = said

    def _counts(self) -> dict[str, int]:
        states = Counter(one.state for one in self.persons.values())
        return {
            "version": self.version,
            "signatures": self.in_force[self.version],
            "earlier": sum(number for one, number in self.in_force.items() if one < self.version),
            "withdrawn": states[WITHDRAWN],
            "removed": states[REMOVED],
        }

    def _tell_issuer(self) -> None:
        """Whose word it was that somebody may sign: nothing in the log can show that it was given."""
        who = part(self.manifest, "eligible")
        if who.get("verifier") == "openid":
            claim, value = who.get("claim"), who.get("value")
            rule = f"{claim} = {value}" if value else str(claim) if claim else "-"
            self.verdict.tell("petition-issuer", issuer=str(who.get("issuer")), rule=rule)

    def _judge(self) -> None:
        counts = self._counts()
        hashes = [str(self.newest.get(one)) for one in ("title", "text")]
        found = [texts.read(self.at, one) for one in [*hashes, *self.answers]]
        texts.tell(self.at, found)
        days: Counter[str] = Counter()
        places: Counter[int] = Counter()
        for (_, day, place), number in self.signed.items():
            if number:
                days[day] += number
                places[place] += number
        names = list_in(self.manifest, "places")
        self.verdict.result |= {
            "kind": "petition",
            "title": found[0].text,
            **counts,
            "days": dict(sorted(days.items())),
            "places": {
                str(names[at]): number for at, number in places.items() if 0 <= at < len(names)
            },
            "is_closed": self.last is not None,
            "eligible": self.manifest.get("eligible"),
        }
        self._tell_issuer()
        if self.last is None:
            self.verdict.tell("petition-open", **counts)
            return
        wrong = [one for one in COUNTED if self.last.get(one) != counts[one]]
        for one in wrong:
            self.verdict.wrong(
                "petition-wrong", what=one, said=self.last.get(one), counted=counts[one]
            )
        if not wrong:
            self.verdict.holds("petition-holds", **counts, why=str(self.last.get("why")))
