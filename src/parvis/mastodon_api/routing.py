"""Routes of the apps' door: declared beside their functions, described by themselves."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import msgspec

# Who must be asking. public: whoever it is; open: likewise, and no token is looked at.
Auth = Literal["open", "public", "app", "user", "staff"]
Handler = Callable[..., Awaitable[Any]]


class Route(msgspec.Struct, frozen=True, eq=False):
    """One method of one path. `scopes`: any of these suffices; a token without them is refused."""

    method: str
    path: str  # as in OpenAPI: /api/v1/statuses/{id}
    handler: Handler
    auth: Auth
    scopes: tuple[str, ...]
    params: type[msgspec.Struct] | None
    returns: str  # an entity's name, "[Entity]" for a list of it, "" for an empty object
    paged: bool
    allows_trouble: bool  # also open to people who may not act now (unconfirmed, suspended)
    body_limit: int | None  # bytes; None: the door's own
    summary: str  # what it does, in a sentence; "": its function says it


class Routes:
    """The routes of one noun."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def add(  # noqa: PLR0913 - all that can be said of a route, by name
        self,
        method: str,
        path: str,
        *,
        auth: Auth = "user",
        scopes: str = "",
        params: type[msgspec.Struct] | None = None,
        returns: str = "",
        paged: bool = False,
        allows_trouble: bool = False,
        body_limit: int | None = None,
        summary: str = "",
    ) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.all.append(
                Route(
                    method,
                    path,
                    handler,
                    auth,
                    tuple(scopes.split()),
                    params,
                    returns,
                    paged,
                    allows_trouble,
                    body_limit,
                    summary,
                )
            )
            return handler

        return register

    def get(self, path: str, **how: Any) -> Callable[[Handler], Handler]:
        return self.add("GET", path, **how)

    def post(self, path: str, **how: Any) -> Callable[[Handler], Handler]:
        return self.add("POST", path, **how)

    def put(self, path: str, **how: Any) -> Callable[[Handler], Handler]:
        return self.add("PUT", path, **how)

    def patch(self, path: str, **how: Any) -> Callable[[Handler], Handler]:
        return self.add("PATCH", path, **how)

    def delete(self, path: str, **how: Any) -> Callable[[Handler], Handler]:
        return self.add("DELETE", path, **how)
