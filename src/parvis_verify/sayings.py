"""What entries say, piece by piece: a field that is not as it should be is none."""

from typing import cast

Said = dict[str, object]


def number_in(said: Said, name: str) -> int:
    """A whole number, or -1."""
    found = said.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else -1


def list_in(said: Said, name: str) -> list[object]:
    found = said.get(name)
    return cast("list[object]", found) if isinstance(found, list) else []


def part(said: Said, name: str) -> Said:
    found = said.get(name)
    return cast("Said", found) if isinstance(found, dict) else {}
