"""Routes of the apps' door: declared beside their functions, found by a tree, described by
themselves.

Starlette's router tries one pattern after the other, which costs more than a whole cached answer
with 200 routes; a tree of path parts costs the depth of the path.
"""

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


class _Node:
    __slots__ = ("children", "name", "routes", "wild")

    def __init__(self) -> None:
        self.children: dict[str, _Node] = {}
        self.wild: _Node | None = None
        self.name = ""
        self.routes: dict[str, Route] = {}


class Tree:
    """All routes by path. A literal part wins over a parameter of the same place."""

    def __init__(self, routes: list[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for part in route.path.strip("/").split("/"):
                if part.startswith("{"):
                    if node.wild is None:
                        node.wild = _Node()
                    node = node.wild
                    node.name = part.strip("{}")
                else:
                    node = node.children.setdefault(part, _Node())
            if route.method in node.routes:
                raise ValueError(f"{route.method} {route.path} is declared twice")
            node.routes[route.method] = route

    def find(self, path: str) -> tuple[dict[str, Route], dict[str, str]] | None:
        """The routes of a path by method, and its parameters; a trailing slash is tolerated."""
        return _find(self._root, path.strip("/").split("/"), 0)


def _find(node: _Node, parts: list[str], at: int) -> tuple[dict[str, Route], dict[str, str]] | None:
    if at == len(parts):
        return (node.routes, {}) if node.routes else None
    child = node.children.get(parts[at])
    if child is not None:
        found = _find(child, parts, at + 1)
        if found is not None:
            return found
    if node.wild is not None and parts[at]:
        found = _find(node.wild, parts, at + 1)
        if found is not None:
            found[1][node.wild.name or ""] = parts[at]
            return found
    return None
