"""Petitions: each person once, for one version of the text; what is in force, and what the last entry says.

A person's name in the log is a pseudonym. Signing again is right after withdrawing, or for a later version.
"""

from collections import Counter
from dataclasses import dataclass

from parvis_verify import texts
from parvis_verify.auditing import Audit
from parvis_verify.sayings import Said, list_in, number_in, part, read

SIGNED, WITHDRAWN, REMOVED = "signed", "withdrawn", "removed"
COUNTED = ("version", "signatures", "earlier", "withdrawn", "removed")


@dataclass
class Person:
    state: str
    version: int
    day: str
    place: int


def audit(at: Audit) -> None:
    Petition(at).run()


class Petition:
    def __init__(self, at: Audit) -> None:
        self.at = at
        self.verdict = at.verdict
        self.persons: dict[str, Person] = {}
        self.in_force: Counter[int] = Counter()  # by version
        self.most = 0  # ever in force for the newest version
        self.version = 0
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
        for position, said, _ in read(self.at):
            what = str(said.get("type"))
            if self.last is not None and what != "answer":
                self.verdict.wrong("after-closed", entry=position)
            elif what in tell:
                tell[what](position, said)
            elif what == "successor":
                self.verdict.tell("successor", why=str(said.get("why")))
            else:
                self.verdict.wrong("entry-unknown", entry=position)
        self._judge()

    def _begin(self, position: int, said: Said) -> None:
        if position:
            self.verdict.wrong("manifest-late", entry=position)
            return
        self.manifest = self.newest = said
        self.version = 1

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
        place = number_in(said, "place")
        if not 1 <= version <= self.version:
            self.verdict.wrong("version-wrong", entry=position)
        if place >= len(list_in(self.manifest, "places")):
            self.verdict.wrong("place-wrong", entry=position)
        before = self.persons.get(who)
        if before is not None and before.state == REMOVED:
            self.verdict.wrong("signed-removed", person=who, entry=position)
            return
        if before is not None and before.state == SIGNED:
            if before.version >= version:
                self.verdict.wrong("signed-twice", person=who, entry=position)
                return
            self.in_force[before.version] -= 1
        self.persons[who] = Person(SIGNED, version, str(said.get("day")), place)
        self.in_force[version] += 1
        self.most = max(self.most, self.in_force[self.version])

    def _leave(self, position: int, said: Said) -> None:
        who = str(said.get("person"))
        person = self.persons.get(who)
        if person is None or person.state != SIGNED:
            self.verdict.wrong("not-signed", person=who, entry=position)
            return
        self.in_force[person.version] -= 1
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
        signed = [one for one in self.persons.values() if one.state == SIGNED]
        places = Counter(one.place for one in signed if one.place >= 0)
        names = list_in(self.manifest, "places")
        self.verdict.result |= {
            "kind": "petition",
            "title": found[0].text,
            **counts,
            "days": dict(sorted(Counter(one.day for one in signed).items())),
            "places": {str(names[at]): number for at, number in places.items() if at < len(names)},
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
