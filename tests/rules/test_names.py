"""Names are the field's terms; words that say nothing, or say two things, are not names here."""

import ast
import re

from tests.rules.source import ROOT, SOURCE, python_files, tree_of

BANNED = {
    "post", "toot", "boost", "like", "profile", "data", "info", "item", "obj", "helper", "manager",
    "util", "utils", "common", "misc", "base", "core", "services", "lib",
}  # fmt: skip

# A name that must be what it is, and why.
MEANT = {
    "post": "the HTTP method, beside get and put",
    "data_received": "what asyncio calls a protocol with",
    "Profile": "an entity of the API, by its name there",
    "profile_url": "the page of an account, as ActivityPub and Mastodon call it",
}
# Words of the outside that may be part of a name, and why.
OUTSIDE = re.compile(r"data_?folder|default_data", re.IGNORECASE)  # the setting --data


def words(name: str) -> set[str]:
    name = OUTSIDE.sub("", name)
    return set(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().strip("_").split("_"))


def test_names_say_something() -> None:
    silent: list[str] = []
    for path in python_files(SOURCE):
        names = [path.stem] + [
            node.name
            for node in ast.walk(tree_of(path))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        ]
        silent += [
            f"{path.relative_to(ROOT)}: {name}"
            for name in names
            if words(name) & BANNED and name not in MEANT
        ]
    assert not silent
