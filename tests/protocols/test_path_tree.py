"""Finding what stands at a path."""

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.path_tree import Tree


class One(NamedTuple):
    method: str
    path: str


ROUTES = [
    One("GET", "/"),
    One("GET", "/about"),
    One("GET", "/@{acct}"),
    One("GET", "/@{acct}.rss"),
    One("GET", "/@{acct}/{id}"),
    One("GET", "/api/v1/statuses/{id}"),
    One("POST", "/api/v1/statuses/{id}"),
    One("GET", "/api/v1/statuses/new"),
    One("GET", "/{word}/deep/er"),
]


@pytest.mark.parametrize(
    ("path", "declared", "parameters"),
    [
        ("/", "/", {}),
        ("/about", "/about", {}),
        ("/about/", "/about", {}),
        ("/@alice", "/@{acct}", {"acct": "alice"}),
        ("/@alice@other.example/12", "/@{acct}/{id}", {"acct": "alice@other.example", "id": "12"}),
        ("/api/v1/statuses/new", "/api/v1/statuses/new", {}),
        ("/api/v1/statuses/7", "/api/v1/statuses/{id}", {"id": "7"}),
        ("/about/deep/er", "/{word}/deep/er", {"word": "about"}),  # the literal leads nowhere
        ("/@alice/deep/er", "/{word}/deep/er", {"word": "@alice"}),
        ("/@alice.rss", "/@{acct}.rss", {"acct": "alice"}),
        ("/@alice@other.example", "/@{acct}", {"acct": "alice@other.example"}),
        ("/@.rss", "/@{acct}", {"acct": ".rss"}),
    ],
)
def test_finds(path: str, declared: str, parameters: dict[str, str]) -> None:
    found = Tree(ROUTES).find(path)
    assert found is not None
    assert found[0]["GET"].path == declared
    assert found[1] == parameters


@pytest.mark.parametrize("path", ["/@", "/nothing", "/api", "/api/v1/statuses", "/@a/1/2", "/a//b"])
def test_finds_nothing(path: str) -> None:
    assert Tree(ROUTES).find(path) is None


def test_declared_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Tree([*ROUTES, One("GET", "/about")])


def test_one_place_has_one_name() -> None:
    with pytest.raises(ValueError, match="is called"):
        Tree([*ROUTES, One("GET", "/@{username}/followers")])


@given(st.text(max_size=60))
def test_any_path_is_answered(path: str) -> None:
    Tree(ROUTES).find(path)
