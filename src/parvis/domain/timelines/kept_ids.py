"""The newest ids of a timeline kept in process, and pages cut from them with exact cursors."""

import msgspec

from parvis.protocols.paging import Page

KEPT_IDS = 200  # ten pages of twenty


class KeptIds(msgspec.Struct):
    """The newest ids of one timeline, and the slots they rest on: (slot, value) pairs."""

    ids: list[int]
    slots: list[tuple[int, int]]
    is_whole: bool  # there is nothing older

    def is_true(self, values: "memoryview[int]") -> bool:
        return all(values[slot] == value for slot, value in self.slots)

    def cut(self, page: Page) -> list[int] | None:
        return cut(self.ids, page, is_whole=self.is_whole)


def cut(ids: list[int], page: Page, *, is_whole: bool) -> list[int] | None:
    """The page's part of descending `ids`, or None when it may reach below what is kept.

    Exact cursors: `min_id` answers what lies immediately above it, `since_id` the newest above it.
    """
    if page.min_id is not None:
        if not is_whole and (not ids or ids[-1] > page.min_id):
            return None
        above = [id_ for id_ in ids if id_ > page.min_id]
        return [id_ for id_ in above if page.max_id is None or id_ < page.max_id][-page.limit :]
    found = ids if page.max_id is None else [id_ for id_ in ids if id_ < page.max_id]
    if page.since_id is not None:
        newer = [id_ for id_ in found if id_ > page.since_id]
        if is_whole or (ids and ids[-1] <= page.since_id) or len(newer) >= page.limit:
            return newer[: page.limit]
        return None
    # A few more than asked: some may have become invisible since, and a page should still be full.
    return found[: page.limit + 8] if is_whole or len(found) >= page.limit else None
