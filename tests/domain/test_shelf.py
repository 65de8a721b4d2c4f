"""A shelf answers only what stands, and leaves the oldest when it is full."""

from parvis.domain.shelf import Shelf


def test_full_shelf_leaves_the_oldest() -> None:
    slots = memoryview(bytearray(8 * 8)).cast("Q")
    shelf: Shelf[str] = Shelf(slots, room=8)  # pyright: ignore[reportArgumentType]
    for key in range(9):
        shelf.put(key, slot=0, value=0, row=str(key))
    assert [shelf.get(key) for key in range(9)] == [None, None, *map(str, range(2, 9))]
    slots[0] += 1
    assert shelf.get(8) is None
