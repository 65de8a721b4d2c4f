"""How a request carries a ticket."""

import re
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl

COOKIE = "ticket"
_SCHEME = "Ticket "
_LIKELY = re.compile(rb"(?:[?&]t=|icket[ =])([A-Za-z0-9_-]{62})(?![A-Za-z0-9_-])")


def is_browsers(destination: str) -> bool:
    """Whether a browser asks for its own player, and not a script (Sec-Fetch-Dest, Fetch Metadata §2.1)."""
    return destination in ("audio", "video")


def ticket_of(query: str, authorization: str, cookie: str) -> str | None:
    """The ticket a request carries: `?t=`, else `Authorization: Ticket …`, else a cookie."""
    if "t=" in query:
        for name, value in parse_qsl(query):
            if name == "t":
                return value
    if authorization.startswith(_SCHEME):
        return authorization.removeprefix(_SCHEME).strip()
    if f"{COOKIE}=" in cookie:
        try:
            found = SimpleCookie(cookie).get(COOKIE)
        except CookieError:
            return None
        return found.value if found is not None else None
    return None


def likely_ticket(head: bytes) -> str | None:
    """What looks like a ticket anywhere in a head, without reading the head."""
    found = _LIKELY.search(head)
    return found[1].decode() if found is not None else None
