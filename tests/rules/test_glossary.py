"""docs/glossary.md names every event, refusal and shared type of the domain, and nothing that is gone."""

import ast
import re

from tests.rules.source import DOMAIN, ROOT, tree_of

LINE = re.compile(r"\| (\w+) \| (type|event|refusal) \| ([^|]+\.) \| ([^|]*)\|")


def written() -> list[tuple[str, str]]:
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    return [(found[1], found[2]) for found in map(LINE.fullmatch, text.splitlines()) if found]


def in_code() -> set[tuple[str, str]]:
    places = {
        "event": [DOMAIN / "events.py"],
        "type": sorted(DOMAIN.glob("*/types.py")),
        "refusal": [DOMAIN / "errors.py", *sorted(DOMAIN.glob("*/refusals.py"))],
    }
    return {
        (node.name, kind)
        for kind, paths in places.items()
        for path in paths
        for node in tree_of(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and _is(kind, node)
    }


def _is(kind: str, node: ast.ClassDef) -> bool:
    """Faults and the like are parts of refusals, not refusals."""
    bases = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
    return kind != "refusal" or bool(bases & {"Refused", "Exception"})


def test_glossary_is_whole_and_true() -> None:
    named = set(written())
    assert in_code() - named == set(), "write what these are in docs/glossary.md"
    assert named - in_code() == set(), "these are gone from the code"


def test_glossary_is_alphabetical_and_names_once() -> None:
    names = [name.lower() for name, _ in written()]
    assert names == sorted(set(names))


def test_every_line_of_the_table_is_read() -> None:
    lines = (ROOT / "docs" / "glossary.md").read_text("utf-8").splitlines()
    assert len([line for line in lines if line.startswith("| ")]) == len(written()) + 1  # the head


def test_the_rule_sees_each_kind() -> None:
    known = in_code()
    assert ("StatusPublished", "event") in known
    assert ("NotFound", "refusal") in known
    assert ("Login", "type") in known
    assert not any(name == "Fault" for name, _ in known)
