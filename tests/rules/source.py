"""The project's own source as the rule tests read it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "parvis"
DOMAIN = SOURCE / "domain"

WRITES = re.compile(
    r"\b(?:insert\s+into|update|delete\s+from)\s+(?:only\s+)?([a-z_]+)", re.IGNORECASE
)

INSERTS = re.compile(r"\binsert\s+into\s+([a-z_]+)", re.IGNORECASE)


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(folder.rglob("*.py"))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def nouns() -> list[str]:
    """The folders of the domain that hold SQL."""
    return sorted(path.parent.name for path in DOMAIN.glob("*/sql"))


def tables_inserted(sql: str) -> set[str]:
    """Tables that a statement puts new rows into."""
    return {found[1].lower() for found in INSERTS.finditer(re.sub(r"--[^\n]*", "", sql))}


def tables_written(sql: str) -> set[str]:
    """Tables that a statement inserts into, updates or deletes from (`on conflict … do update` and
    `for update` name no table).
    """
    text = re.sub(r"--[^\n]*", "", sql)
    text = re.sub(r"\b(?:do|for(?:\s+no\s+key)?)\s+update\b", "", text, flags=re.IGNORECASE)
    return {found[1].lower() for found in WRITES.finditer(text)}


class Command(msgspec.Struct):
    """A function of a domain module that takes a transaction."""

    path: Path
    name: str
    calls: set[str]  # names called, in it and in what it calls of its own module
    statements: set[str]  # names of SQL files it executes

    @property
    def noun(self) -> str:
        return self.path.relative_to(DOMAIN).parts[0]


def commands() -> Iterator[Command]:
    """Public functions of the domain whose first parameter is a transaction."""
    for path in python_files(DOMAIN):
        functions = {
            node.name: node
            for node in tree_of(path).body
            if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef))
        }
        for name, node in functions.items():
            arguments = node.args.posonlyargs + node.args.args
            if name.startswith("_") or not arguments or arguments[0].arg != "tx":
                continue
            calls, statements = _closure(name, functions)
            yield Command(path, name, calls, statements)


def _closure(
    name: str, functions: dict[str, ast.AsyncFunctionDef | ast.FunctionDef]
) -> tuple[set[str], set[str]]:
    calls: set[str] = set()
    statements: set[str] = set()
    todo, seen = [name], set[str]()
    while todo:
        one = todo.pop()
        if one in seen or one not in functions:
            continue
        seen.add(one)
        for node in ast.walk(functions[one]):
            if isinstance(node, ast.Call):
                called = node.func
                word = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
                calls.add(word)
                todo.append(word)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                statements |= {node.attr} if node.value.id == "Q" else set()
            if isinstance(node, ast.Name):
                todo.append(node.id)  # functions handed on by name
    return calls, statements
