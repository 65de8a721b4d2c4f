"""Finding what stands at a path: a tree of path parts, so that a look-up costs the path's depth.

Routers that try one pattern after the other cost more than a whole cached answer with 200 routes.
"""

from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar


class Declared(Protocol):
    """One method of one path: `/api/v1/statuses/{id}`, `/@{acct}`, `/@{acct}.rss`."""

    @property
    def method(self) -> str: ...

    @property
    def path(self) -> str: ...


R = TypeVar("R", bound=Declared)


class _Node(Generic[R]):
    __slots__ = ("children", "routes", "wild")

    def __init__(self) -> None:
        self.children: dict[str, _Node[R]] = {}
        # prefix, suffix, name, node; what is longer around the name comes first
        self.wild: list[tuple[str, str, str, _Node[R]]] = []
        self.routes: dict[str, R] = {}

    def below(self, part: str) -> "_Node[R]":
        """The node of one part of a declared path, made if it is not there."""
        prefix, brace, name = part.partition("{")
        if not brace:
            return self.children.setdefault(part, _Node())
        name, _, suffix = name.partition("}")
        for *around, named, node in self.wild:
            if around == [prefix, suffix]:
                if named != name:
                    raise ValueError(f"{part} is called {{{named}}} in another path")
                return node
        node: _Node[R] = _Node()
        self.wild.append((prefix, suffix, name, node))
        self.wild.sort(key=lambda one: (-len(one[0]), -len(one[1])))
        return node


class Tree(Generic[R]):
    """All routes by path. A literal part wins over a parameter of the same place."""

    def __init__(self, routes: Iterable[R]) -> None:
        self._root: _Node[R] = _Node()
        for route in routes:
            node = self._root
            for part in route.path.strip("/").split("/"):
                node = node.below(part)
            if route.method in node.routes:
                raise ValueError(f"{route.method} {route.path} is declared twice")
            node.routes[route.method] = route

    def find(self, path: str) -> tuple[dict[str, R], dict[str, str]] | None:
        """The routes of a path by method, and its parameters; a trailing slash is tolerated. A NUL is in no
        name of anything.
        """
        if "\0" in path:
            return None
        return _find(self._root, path.strip("/").split("/"), 0)


def _find(node: _Node[R], parts: list[str], at: int) -> tuple[dict[str, R], dict[str, str]] | None:
    if at == len(parts):
        return (node.routes, {}) if node.routes else None
    part = parts[at]
    child = node.children.get(part)
    if child is not None:
        found = _find(child, parts, at + 1)
        if found is not None:
            return found
    for prefix, suffix, name, wild in node.wild:
        is_named = len(part) > len(prefix) + len(suffix)
        if is_named and part.startswith(prefix) and part.endswith(suffix):
            found = _find(wild, parts, at + 1)
            if found is not None:
                found[1][name] = part[len(prefix) : len(part) - len(suffix)]
                return found
    return None
