"""A bounded map of rows kept in process, each trusted only while its slot stands still."""

from collections.abc import Iterable
from typing import Generic, TypeVar

T = TypeVar("T")


class Shelf(Generic[T]):
    """id → row. `get` answers what is still true; `put` needs the slot's value from *before*
    loading.
    """

    def __init__(self, values: "memoryview[int]", room: int = 50_000) -> None:
        self._values = values
        self._rows: dict[int, tuple[int, int, T]] = {}
        self._room = room

    def get(self, key: int) -> T | None:
        found = self._rows.get(key)
        if found is None or self._values[found[0]] != found[1]:
            return None
        return found[2]

    def put(self, key: int, slot: int, value: int, row: T) -> None:
        if len(self._rows) >= self._room:
            # The oldest first: dicts keep the order of insertion.
            for old in list(self._rows)[: self._room // 4]:
                del self._rows[old]
        self._rows[key] = (slot, value, row)

    def mark(self, key: int, row: T) -> tuple[int, int] | None:
        """The slot and value that `row` rests on; None when this very row is not kept."""
        found = self._rows.get(key)
        return (found[0], found[1]) if found is not None and found[2] is row else None

    def missing(self, keys: Iterable[int]) -> list[int]:
        return [key for key in dict.fromkeys(keys) if self.get(key) is None]
