"""Routes of the people's door, declared beside the functions that answer them."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

Who = Literal["anyone", "member", "staff", "admin"]
FORM_LIMIT = 256 << 10  # bytes; the longest text of a form and much room
Handler = Callable[..., Awaitable[Any]]
# Sent by forms and scripts, and going on also while the network is for reading only.
GOES_ON = frozenset(
    (
        "/auth/log-in",
        "/auth/log-out",
        "/auth/passkey",
        "/auth/passkey/question",
        "/auth/second-step",
        "/auth/second-step/question",
        "/rooms/{id}/ticket",
        "/rooms/{id}/whip",
        "/rooms/{id}/whip/{session}",
        "/rooms/{id}/whep",
        "/rooms/{id}/whep/{session}",
    )
)


class PageRoute(msgspec.Struct, frozen=True, eq=False):
    """One method of one path. `allows_trouble`: also for who may not act now (suspended).
    `limit`: bytes that a form may have, its files included. `keeps_words`: a form is handed to its function
    also when the session it was written in has ended (`visit.login` None, or `visit.is_stale`), so that
    the answer shows again what was written; the function must then do nothing else. `is_raw`: what scripts
    send that is no form; its function reads it. That it comes from a page of ours is then known by the
    browser's headers alone (same_origin.py).
    """

    method: str
    path: str
    handler: Handler
    who: Who
    allows_trouble: bool
    limit: int
    keeps_words: bool = False
    is_raw: bool = False


class Pages:
    """The pages of one noun."""

    def __init__(self) -> None:
        self.all: list[PageRoute] = []

    def get(
        self, path: str, *, who: Who = "anyone", allows_trouble: bool = False
    ) -> Callable[[Handler], Handler]:
        return self._add("GET", path, who, FORM_LIMIT, allows_trouble=allows_trouble)

    def post(
        self,
        path: str,
        *,
        who: Who = "anyone",
        allows_trouble: bool = False,
        limit: int = FORM_LIMIT,
        keeps_words: bool = False,
    ) -> Callable[[Handler], Handler]:
        return self._add(
            "POST", path, who, limit, allows_trouble=allows_trouble, keeps_words=keeps_words
        )

    def raw(self, method: str, path: str, *, who: Who = "anyone") -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            route = PageRoute(method, path, handler, who, False, FORM_LIMIT, is_raw=True)  # noqa: FBT003 - allows_trouble
            self.all.append(route)
            return handler

        return register

    def _add(
        self,
        method: str,
        path: str,
        who: Who,
        limit: int,
        *,
        allows_trouble: bool,
        keeps_words: bool = False,
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.all.append(
                PageRoute(method, path, handler, who, allows_trouble, limit, keeps_words)
            )
            return handler

        return register
