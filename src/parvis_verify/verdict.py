"""What was found: each finding has a code, says something in words, and weighs on the verdict or not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from parvis_verify.words import say

Weight = Literal["holds", "told", "wrong", "unchecked"]
HOLDS, WRONG, UNCHECKED = 0, 1, 2
MOST_OF_A_CODE = 20  # of a thousand altered ballots the first are named, the others counted


@dataclass(frozen=True)
class Finding:
    code: str
    weight: Weight
    values: dict[str, object]

    def words(self, language: str) -> str:
        where = f" ({self.values['in_log']})" if "in_log" in self.values else ""
        return say(self.code, self.values, language) + where


@dataclass
class Verdict:
    """Findings in the order in which they came, and what was counted."""

    findings: list[Finding] = field(default_factory=list[Finding])
    result: dict[str, object] = field(default_factory=dict[str, object])
    _more: dict[str, int] = field(default_factory=dict[str, int])
    # Of logs that are counted as one: where each begins among all entries, and its path.
    logs: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])

    def holds(self, code: str, **values: object) -> None:
        """Something was checked and is as it should be."""
        self._add(code, "holds", values)

    def tell(self, code: str, **values: object) -> None:
        """What a reader should know, and what speaks neither for the log nor against it."""
        self._add(code, "told", values)

    def wrong(self, code: str, **values: object) -> None:
        self._add(code, "wrong", values)

    def unchecked(self, code: str, **values: object) -> None:
        """Something that should have been checked could not be."""
        self._add(code, "unchecked", values)

    def _add(self, code: str, weight: Weight, values: dict[str, object]) -> None:
        found = sum(one.code == code for one in self.findings)
        if found >= MOST_OF_A_CODE:
            self._more[code] = self._more.get(code, 0) + 1
            return
        self.findings.append(Finding(code, weight, self._located(values)))

    def _located(self, values: dict[str, object]) -> dict[str, object]:
        """A place among all entries, as that of a log."""
        at = values.get("entry")
        if len(self.logs) < 2 or "log" in values or not isinstance(at, int):  # noqa: PLR2004 - one is the rule
            return values
        before, log = max(one for one in self.logs if one[0] <= at)
        return values | {"entry": at - before, "in_log": log}

    def end(self) -> None:
        """What was too much to name is counted."""
        for code, number in self._more.items():
            self.findings.append(Finding("more-of", "told", {"number": number, "of": code}))
        self._more.clear()

    @property
    def exit_code(self) -> int:
        weights = {one.weight for one in self.findings}
        if "wrong" in weights:
            return WRONG
        return UNCHECKED if "unchecked" in weights else HOLDS

    @property
    def word(self) -> str:
        return ("holds", "wrong", "unchecked")[self.exit_code]

    @property
    def code(self) -> str:
        """Of the sentence at the end: where nothing at all could be checked, it does not praise."""
        nothing = self.word == "unchecked" and not any(
            one.weight == "holds" and one.code != "key-given" for one in self.findings
        )
        return f"verdict-{'nothing' if nothing else self.word}"

    def as_json(self, language: str) -> dict[str, object]:
        return {
            "verdict": self.word,
            "findings": [
                {"code": one.code, "weight": one.weight, "says": one.words(language), **one.values}
                for one in self.findings
            ],
            "result": self.result,
        }


Advance = Callable[[int, int], None]  # entries that were read, of how many
