"""Requests to other machines go through infra/outgoing_http.py alone, where addresses are checked.

The accident behind it: a preview of links fetched the machine's own metadata service.
"""

import ast

from tests.rules.source import SOURCE, python_files, tree_of

CLIENTS = {"aiohttp", "httpx", "requests", "urllib3", "pycurl", "http.client", "urllib.request"}
SERVER = "aiohttp.web"  # answers on sockets, and asks nobody
OWN = {"infra/outgoing_http.py"}


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{one.name}" for one in node.names}
    return names


def is_client(name: str) -> bool:
    return name != SERVER and any(name == one or name.startswith(f"{one}.") for one in CLIENTS)


def test_only_the_one_way_out_has_a_client() -> None:
    using = {
        path.relative_to(SOURCE).as_posix()
        for path in python_files(SOURCE)
        if any(map(is_client, imported(tree_of(path))))
    }
    assert using == OWN


def test_the_rule_sees_each_way_of_importing() -> None:
    for text in (
        "import aiohttp",
        "from aiohttp import ClientSession",
        "import http.client",
        "from urllib import request",
    ):
        assert any(map(is_client, imported(ast.parse(text)))), text
    assert not any(map(is_client, imported(ast.parse("from aiohttp import web"))))
