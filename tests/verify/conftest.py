"""The verifier as a command that tests run."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

from parvis_verify.command import main
from parvis_verify.words import say

# As for the parsers: the machine may be busy with other tests.
settings.register_profile("parvis", deadline=None)
settings.load_profile("parvis")


class Told:
    """What the command said, and how it ended."""

    def __init__(self, code: int, out: str) -> None:
        self.code = code
        self.json: dict[str, Any] = json.loads(out)

    def codes(self, weight: str) -> set[str]:
        return {one["code"] for one in self.json["findings"] if one["weight"] == weight}

    @property
    def wrong(self) -> set[str]:
        return self.codes("wrong")


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., Told]:
    def run(*arguments: object) -> Told:
        code = main([*map(str, arguments), "--json", "--language", "en"])
        told = Told(code, capsys.readouterr().out)
        for one in told.json["findings"]:  # each can be said in the other language too
            assert say(one["code"], one, "fr")
        return told

    return run
