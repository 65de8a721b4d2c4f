"""Small pieces: a file over 400 lines or a function over 40 wants splitting."""

import ast

from tests.rules.source import ROOT, SOURCE, python_files, tree_of

FILE_LINES = 400
FUNCTION_LINES = 40


def test_files_are_small() -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in (
            *python_files(SOURCE, ROOT / "tests", ROOT / "bench"),
            *(SOURCE / "web" / "js").glob("*.js"),
        )
        if (count := len(path.read_text("utf-8").splitlines())) > FILE_LINES
    }
    assert not long


def test_functions_are_small() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": lines
        for path in python_files(SOURCE)
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (lines := _lines(node)) > FUNCTION_LINES
    }
    assert not long


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its signature and docstring."""
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant) and len(body) > 1:
        body = body[1:]
    return (body[-1].end_lineno or 0) - body[0].lineno + 1
