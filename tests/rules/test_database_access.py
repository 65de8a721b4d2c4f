"""SQL is read from files, and a transaction asks on its own connection alone.

The accident behind the second: a command asked for a second connection while it held the first. With as
many commands at once as the pool has connections (one, for commands of the terminal), all wait forever.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.rules.source import SOURCE, python_files, tree_of

SQL = re.compile(
    r"\s*(?:select\b(?!ed)|insert\s+into\b|update\s+\w+\s+set\b|delete\s+from\b|with\s+\w+\s+as\s*\("
    r"|(?:create|alter|drop|truncate|lock)\s+(?:table|index|database|extension|sequence|function)\b"
    r"|(?:listen|notify|set\s+local)\s)",
    re.IGNORECASE,
)

# Module → why its SQL is no file of a noun's folder.
ALLOWED = {
    "infra/postgres.py": "writing events is what a transaction is",
    "infra/jobs.py": "the queue is no noun of the domain; its table is its own",
    "infra/lease.py": "a lock on a connection of its own is no statement on tables",
    "infra/bus.py": "ringing is no statement on tables",
    "infra/migrate.py": "migrations are files; what was applied is written beside them",
    "infra/embedded_postgres.py": "the engine's database is made before there are tables",
    "worker.py": "leasing events and the floor of ids belong to the dispatcher alone",
    "cli/public_url.py": "compared before a Db may be opened, on a plain connection",
    "mastodon_api/routes/well_known.py": "whether the database answers at all",
}


def name_of(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


def texts(tree: ast.Module) -> Iterator[str]:
    """String literals that are not docstrings."""
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in silent
        ):
            yield node.value


def is_sql(text: str) -> bool:
    return SQL.match(text) is not None and len(text.split()) > 1


def with_sql() -> set[str]:
    return {
        name_of(path) for path in python_files(SOURCE) if any(map(is_sql, texts(tree_of(path))))
    }


def test_sql_stands_in_files() -> None:
    assert with_sql() - ALLOWED.keys() == set(), "put the statement into the noun's sql folder"


def test_allowed_modules_still_need_it() -> None:
    assert ALLOWED.keys() - with_sql() == set()


def transactions(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs inside a transaction: functions that take one, and blocks that open one."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
            if any(one.arg == "tx" for one in arguments):
                yield node
        elif isinstance(node, ast.AsyncWith) and any(_opens(one) for one in node.items):
            yield ast.Module(body=node.body, type_ignores=[])


def _opens(one: ast.withitem) -> bool:
    call = one.context_expr
    return (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "tx"
    )


def waits_for_pool(tree: ast.Module) -> set[int]:
    """Lines inside transactions that wait for something asked of a `db`."""
    waits = (ast.Await, ast.AsyncWith, ast.AsyncFor)
    lines: set[int] = set()
    for inside in transactions(tree):
        for node in ast.walk(inside):
            if isinstance(node, waits):
                asked = [node.value] if isinstance(node, ast.Await) else _asked(node)
                if any(_names_db(part) for one in asked for part in ast.walk(one)):
                    lines.add(node.lineno)
    return lines


def _asked(node: ast.AsyncWith | ast.AsyncFor) -> list[ast.expr]:
    if isinstance(node, ast.AsyncFor):
        return [node.iter]
    return [one.context_expr for one in node.items]


def _names_db(node: ast.AST) -> bool:
    return (isinstance(node, ast.Name) and node.id == "db") or (
        isinstance(node, ast.Attribute) and node.attr in ("db", "_db")
    )


def test_transactions_ask_on_their_own_connection() -> None:
    wrong = {
        f"{name_of(path)}:{line}"
        for path in python_files(SOURCE)
        for line in waits_for_pool(tree_of(path))
    }
    assert wrong == set()


def test_the_rules_see_what_they_forbid() -> None:
    assert is_sql("\nselect 1")
    assert is_sql("WITH a AS (select 1) select")
    for body in (
        "async def f(tx):\n await tx.db.fetch(Q.x)",
        "async def f(tx):\n db = tx.db\n await read(db)",
        "async def f(self, tx, means):\n await means.db.kept(X).read()",
        "async def f(tx, db):\n async with db.tx() as other: ...",
        "async def f(db):\n async with db.tx() as tx:\n  await db.fetch(Q.x)",
        "async def f(tx):\n async for x in tx.db.rows(): ...",
    ):
        assert waits_for_pool(ast.parse(body)), body
    for body in (
        "async def f(tx):\n await tx.fetch(Q.x)\n tx.db.limits.take(1)",
        "async def f(db):\n await db.fetch(Q.x)\n async with db.tx() as tx:\n  await g(tx)",
    ):
        assert not waits_for_pool(ast.parse(body)), body
