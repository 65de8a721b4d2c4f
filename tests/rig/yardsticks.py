"""Responses measured against the documented entities and the recorded shapes of the client API.

The yardsticks lie beside the project (`../shared/yardsticks`), in CI too. Without them these tests
are skipped and say why; in CI they fail, for a comparison that was silently left out is none.
"""

import os
import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest

SHARED = Path(__file__).parents[3] / "shared" / "yardsticks"

# Attributes of features that later issues bring, by the entity they are documented on.
LATER: dict[str, set[str]] = {
    "Account": {"show_media", "show_media_replies", "show_featured", "feature_approval"},
    "Status": {"quote", "card", "text"},  # text: only in the answer to a deletion
    "Search": {"collections"},
    "Instance": {"icon", "configuration[vapid][public_key]"},
    "CredentialAccount": {"source[quote_policy]"},
    # What POST /api/v1/statuses also answers, once statuses can be scheduled.
    "ScheduledStatus": {"params", "scheduled_at"},
}

_SIMPLE = (
    ("String", str),
    ("Boolean", bool),
    ("Integer", int),
    ("integer", int),
    ("Number", (int, float)),
    ("Float", (int, float)),
    ("Hash", dict),
)


ABSENT = "../shared/yardsticks is absent: without it nothing is compared with the documented API"


class YardsticksAbsent(AssertionError):
    """The folder with the yardsticks is not beside the project."""


@cache
def _read(name: str) -> Any:
    path = SHARED / name
    if not path.exists():
        if os.environ.get("CI"):
            raise YardsticksAbsent(ABSENT)
        pytest.skip(ABSENT)
    return msgspec.json.decode(path.read_bytes())


def entity_faults(name: str, value: Any, at: str = "$") -> list[str]:
    """What is missing or of the wrong type in `value`, measured against the documented entity."""
    if not isinstance(value, dict):
        return [f"{at}: {name} is {type(value).__name__}"]
    return [
        fault
        for attribute in _read("mastodon-entities.json")["entities"][name]["attributes"]
        if not attribute["removed"] and attribute["name"] not in LATER.get(name, set())
        for fault in _attribute_faults(attribute, value, at)
    ]


def _attribute_faults(attribute: dict[str, Any], value: dict[str, Any], at: str) -> list[str]:
    found, is_there = _reach(value, attribute["name"].removesuffix("[]"))
    path = f"{at}.{attribute['name']}"
    if not is_there:
        parent = re.match(r"(.+)(?:\.\w+|\[\w*\])$", attribute["name"].removesuffix("[]"))
        is_part = parent is not None and not _reach(value, parent[1])[0]
        if is_part or attribute["optional"] or attribute["deprecated"]:
            return []  # also a part of what is optional, null or empty
        return [f"{path}: missing"]
    if found is None:
        is_right = attribute["nullable"] or _says_null(attribute["type"])
        return [] if is_right else [f"{path}: null"]
    return _type_faults(attribute["type"], found, path)


def _says_null(kind: str) -> bool:
    return "null" in kind.lower()


def _reach(value: Any, name: str) -> tuple[Any, bool]:
    """The value of `a[b][]`-like names; list members are represented by their first."""
    parts = re.findall(r"[^\[\].]+|\[\]", name)
    for part in parts:
        if part == "[]":
            if not isinstance(value, list) or not value:
                return None, False
            value = value[0]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            return None, False
    return value, True


def _type_faults(kind: str, value: Any, at: str) -> list[str]:
    if kind.startswith("Array"):
        if not isinstance(value, list):
            return [f"{at}: {type(value).__name__}, not a list"]
        inner = kind.removeprefix("Array of ")
        return [fault for one in value for fault in _type_faults(inner, one, f"{at}[]")]
    reference = re.match(r"\[([A-Za-z0-9_:]+)\]", kind)
    if reference:
        return entity_faults(_named(reference[1]), value, at)
    for word, types in _SIMPLE:
        if kind.startswith(word):
            is_right = isinstance(value, types) and (types is bool or not isinstance(value, bool))
            return [] if is_right else [f"{at}: {type(value).__name__}, not {word}"]
    return []


def _named(word: str) -> str:
    known = _read("mastodon-entities.json")["entities"]
    for name in (word, f"Account::{word}", f"Status::{word}"):
        if name in known:
            return name
    return word.title()


def optional_of(name: str) -> set[str]:
    """Attributes that an entity need not have."""
    entity = _read("mastodon-entities.json")["entities"].get(name, {"attributes": []})
    return {one["name"] for one in entity["attributes"] if one["optional"] or one["deprecated"]}


def shape_faults(endpoint: str, value: Any, optional: Collection[str] = ()) -> list[str]:
    """Where a response's types are none that were ever recorded for `endpoint`
    ("GET /api/v1/statuses/:id 200"), and recorded keys of its top level that it lacks.
    """
    recorded: dict[str, list[str]] = _read("mastodon-shapes.json")[endpoint]
    found: dict[str, set[str]] = {}
    _walk(value, "$", found)
    faults = [
        f"{path}: {sorted(kinds)}, recorded {recorded[path]}"
        for path, kinds in found.items()
        if path in recorded and not kinds <= _allowed(recorded[path])
    ]
    root = "$[]." if isinstance(value, list) else "$."
    later = set().union(*LATER.values())
    if value:
        faults += [
            f"{path}: missing"
            for path in recorded
            if path.startswith(root)
            and re.fullmatch(r"\w+", path.removeprefix(root))
            and path not in found
            and path.removeprefix(root) not in later.union(optional)
        ]
    return faults


def _allowed(kinds: list[str]) -> set[str]:
    """A recording shows what was seen: null may be a value nobody had, and 1.0 was written 1."""
    allowed = set(kinds) | {"NoneType"}
    if "NoneType" in kinds and len(kinds) == 1:
        return {"NoneType", "str", "int", "float", "bool", "dict", "list"}
    return allowed | {"int", "float"} if allowed & {"int", "float"} else allowed


def _walk(value: Any, at: str, found: dict[str, set[str]]) -> None:
    if at != "$":
        found.setdefault(at, set()).add(type(value).__name__)
    if isinstance(value, dict):
        for key, one in value.items():
            _walk(one, f"{at}.{key}", found)
    elif isinstance(value, list):
        for one in value:
            _walk(one, f"{at}[]", found)


def recorded(method: str, path: str, status: int) -> str | None:
    """The key of the recording of a route's answer, if there is one."""
    pattern = re.sub(r"\{\w+\}", "[^/]+", path.replace(".", r"\."))
    fitting = [
        key
        for key in _read("mastodon-shapes.json")
        if re.fullmatch(rf"{method} {pattern}/? {status}", key)
        and (":id" in key) == ("{" in path and ":id" in key)
    ]
    return min(fitting, key=len) if fitting else None
