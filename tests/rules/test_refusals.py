"""Each refusal of the domain has a code at each door: none becomes an accidental 500."""

import inspect

from parvis.domain import errors
from parvis.mastodon_api import door


def refusals() -> list[type[Exception]]:
    return [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.Refused)
    ]


def test_the_apps_door_knows_every_refusal() -> None:
    assert {kind for kind in refusals() if kind not in door.CODES} == set()


def test_more_special_refusals_come_first() -> None:
    """The first match decides: a kind must not stand behind one of its own bases."""
    kinds = list(door.CODES)
    hidden = [
        kind.__name__
        for place, kind in enumerate(kinds)
        if any(issubclass(kind, before) for before in kinds[:place])
    ]
    assert not hidden
