"""Request parameters as Rails reads them: flat text in, lists and maps out.

Query strings, urlencoded bodies and multipart fields end in the same tree. What a parameter means
is left to the routes.
"""

from collections.abc import Iterable, Mapping
from typing import cast
from urllib.parse import unquote


class ParametersInvalid(ValueError):
    """The parameters cannot be read; the message says which one and why."""


# Room for a filter with hundreds of keywords, three pairs each; hashing more is only heat.
MAX_PAIRS = 1_000
# `poll[options][]` is 3 deep; Rack allows 32, which nobody needs and recursion pays for.
MAX_DEPTH = 5
# The documented names, brackets and all, are far shorter; a refusal quotes the name.
MAX_NAME = 200

Parameters = dict[str, object]


def parse_query(query: bytes) -> Parameters:
    """Read a query string or an urlencoded body. A name given twice keeps its last value."""
    if not query:
        return {}
    if query.count(b"&") >= MAX_PAIRS:
        raise ParametersInvalid(f"There are more than {MAX_PAIRS} parameters")
    try:
        text = query.decode()
    except UnicodeDecodeError:
        raise ParametersInvalid("The query is not valid UTF-8") from None
    if "%" in text or "+" in text or "[" in text or "]" in text:
        return nest(_pairs(text))
    if "\0" in text:
        raise ParametersInvalid("The query contains a NUL character")
    found: Parameters = {}
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if name:
            found[name] = value
        _check_length(name)
    return found


def nest(pairs: Iterable[tuple[str, object]]) -> Parameters:
    """Put `a[b][]`-like names and their values in a tree. Values may be anything, files too."""
    root: Parameters = {}
    for count, (name, value) in enumerate(pairs, 1):
        if count > MAX_PAIRS:
            raise ParametersInvalid(f"There are more than {MAX_PAIRS} parameters")
        _check_length(name)
        if "\0" in name or (isinstance(value, str) and "\0" in value):
            raise ParametersInvalid(f"{_quoted(name)} contains a NUL character")
        if "[" not in name and "]" not in name:
            _set(root, name, value, name)
        else:
            _put(root, _path(name), value, name)
    return root


def merge(query: Parameters, body: Parameters) -> Parameters:
    """One map of both; the body wins, as in Rails. Neither is changed."""
    if not query:
        return body
    return {**query, **body} if body else query


def as_list(value: object) -> list[object]:
    """Give the items of a list however the client wrote it: `a[]=x`, `a[0]=x` or one bare value."""
    if value is None:
        return []
    if isinstance(value, list):
        return cast("list[object]", value)
    if not isinstance(value, dict):
        return [value]
    items = cast("Mapping[str, object]", value)
    if not all(key.isascii() and key.isdigit() for key in items):
        raise ParametersInvalid("A list was expected, with names like [] or [0]")
    return [items[key] for key in sorted(items, key=int)]


def _check_length(name: str) -> None:
    if len(name) > MAX_NAME:
        raise ParametersInvalid(f"{_quoted(name)} is longer than {MAX_NAME} characters")


def _quoted(name: str) -> str:
    """Name a parameter in a refusal: short, and without what could break a log line."""
    return ascii(name[:60])


def _pairs(text: str) -> Iterable[tuple[str, str]]:
    # WHATWG URL §5.1: pairs end at "&", "+" is a space, a "%" without two digits is itself.
    for part in text.split("&"):
        name, _, value = part.partition("=")
        if name:
            name = _decode(name, name)
            yield name, _decode(value, name)


def _decode(text: str, name: str) -> str:
    if "+" in text:
        text = text.replace("+", " ")
    if "%" not in text:
        return text
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise ParametersInvalid(f"{_quoted(name)} is not valid UTF-8") from None


def _path(name: str) -> list[str]:
    head, _, rest = name.partition("[")
    path = [head, *rest[:-1].split("][")]
    if not head or not rest.endswith("]") or any("[" in key or "]" in key for key in path):
        raise ParametersInvalid(f"{_quoted(name)} has misplaced brackets")
    if len(path) > MAX_DEPTH:
        raise ParametersInvalid(f"{_quoted(name)} is nested more than {MAX_DEPTH} levels deep")
    return path


def _put(node: Parameters, path: list[str], value: object, name: str) -> None:
    for depth, key in enumerate(path[1:], 1):
        parent = path[depth - 1]
        if key:
            node = _map(node, parent, name)
            continue
        items = _list(node, parent, name)
        rest = path[depth + 1 :]
        if not rest:
            items.append(value)
        elif not rest[0]:
            raise ParametersInvalid(f"{_quoted(name)} is a list inside a list")
        else:
            _put(_element(items, rest, name), rest, value, name)
        return
    _set(node, path[-1], value, name)


def _set(node: Parameters, key: str, value: object, name: str) -> None:
    if isinstance(node.get(key), (dict, list)):
        raise _conflict(name)
    node[key] = value


def _map(node: Parameters, key: str, name: str) -> Parameters:
    child = node.setdefault(key, {})
    if not isinstance(child, dict):
        raise _conflict(name)
    return cast("Parameters", child)


def _list(node: Parameters, key: str, name: str) -> list[object]:
    child = node.setdefault(key, [])
    if not isinstance(child, list):
        raise _conflict(name)
    return cast("list[object]", child)


def _element(items: list[object], path: list[str], name: str) -> Parameters:
    """Find the map that `a[][b]` speaks of: the last one, unless it has its `b` already (Rack)."""
    if items:
        if not isinstance(items[-1], dict):
            raise _conflict(name)
        last = cast("Parameters", items[-1])
        if not _has(last, path):
            return last
    fresh: Parameters = {}
    items.append(fresh)
    return fresh


def _has(node: Parameters, path: list[str]) -> bool:
    key, *rest = path
    if not key or key not in node:
        return False
    child = node[key]
    return not rest or (isinstance(child, dict) and _has(cast("Parameters", child), rest))


def _conflict(name: str) -> ParametersInvalid:
    return ParametersInvalid(f"{_quoted(name)} is given both as a value and as a list or a map")
