"""What an address says beside its words: an id, a place in a list, and whether somebody reads at all."""

from typing import Any
from urllib.parse import quote, urlencode

from parvis.domain.errors import NotFound
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.paging import Page
from parvis.web.visit import Visit

DEEPEST = 10_000  # places of a list counted from its start; nobody reads further


def id_of(visit: Visit, name: str = "id") -> int:
    """The id in the path; what is none is not found."""
    return as_id(visit.path[name])


def as_id(text: str) -> int:
    """An id somebody sent; what is none is not found."""
    try:
        return parse_id(text)
    except IdInvalid:
        raise NotFound from None


def offset_of(visit: Visit) -> int:
    """How many of a list to pass over; 0 for what is no number."""
    text = visit.ask("offset")
    if not (text.isascii() and text.isdigit()):
        return 0
    return min(int(text[:9]), DEEPEST)


def is_reading(visit: Visit) -> bool:
    """Whether a person opened this page; a browser that fetches ahead has read nothing."""
    headers = visit.request.headers
    ahead = headers.get("sec-purpose", "") + headers.get("purpose", "")
    return visit.request.method == "GET" and "prefetch" not in ahead and "prerender" not in ahead


def by_cursor(
    visit: Visit, ids: list[int], page: Page, *, path: str = "", **kept: str
) -> dict[str, Any]:
    """Addresses of the pages before and after. `ids` are the page's cursors, newest first."""
    path = path or quote(visit.request.scope["path"], safe="/@:")
    said = {name: value for name, value in kept.items() if value}
    full = len(ids) >= page.limit
    older = newer = None
    if ids and (full or page.min_id is not None):
        older = f"{path}?{urlencode({**said, 'max_id': ids[-1]})}"
    if ids and (page.max_id is not None or (page.min_id is not None and full)):
        newer = f"{path}?{urlencode({**said, 'min_id': ids[0]})}"
    return {"older": older, "newer": newer}


def by_offset(
    visit: Visit, offset: int, size: int, *, has_more: bool, **kept: str
) -> dict[str, Any]:
    """Addresses of the pages before and after in a list that has an order of its own."""
    path = quote(visit.request.scope["path"], safe="/@:")
    said = {name: value for name, value in kept.items() if value}
    older = newer = None
    if has_more and offset + size <= DEEPEST:
        older = f"{path}?{urlencode({**said, 'offset': offset + size})}"
    if offset:
        before = max(offset - size, 0)
        newer = f"{path}?{urlencode({**said, 'offset': before} if before else said)}"
    return {"older": older, "newer": newer}
