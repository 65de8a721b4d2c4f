"""Query strings and forms, as Rails reads them."""

from contextlib import suppress
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.parameters import (
    MAX_NAME,
    MAX_PAIRS,
    ParametersInvalid,
    as_list,
    merge,
    nest,
    parse_query,
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (b"", {}),
        (b"&&", {}),
        (b"=x", {}),
        (b"limit=40&max_id=123", {"limit": "40", "max_id": "123"}),
        (b"a", {"a": ""}),
        (b"a=", {"a": ""}),
        (b"a=b=c", {"a": "b=c"}),
        (b"a=1&a=2", {"a": "2"}),
        (b"a[]=1&a[]=2", {"a": ["1", "2"]}),
        (b"a%5B%5D=1", {"a": ["1"]}),
        (b"a[b]=c", {"a": {"b": "c"}}),
        (b"a[b]=c&a[d]=e&a[b]=f", {"a": {"b": "f", "d": "e"}}),
        (b"poll[options][]=x&poll[options][]=y", {"poll": {"options": ["x", "y"]}}),
        (
            b"fields_attributes[0][name]=x&fields_attributes[0][value]=y",
            {"fields_attributes": {"0": {"name": "x", "value": "y"}}},
        ),
        (
            b"k[][a]=1&k[][b]=2&k[][a]=3",
            {"k": [{"a": "1", "b": "2"}, {"a": "3"}]},
        ),
        (b"k[][a][]=1&k[][a][]=2", {"k": [{"a": ["1", "2"]}]}),
        (b"k[][a][b]=1&k[][a][b]=2", {"k": [{"a": {"b": "1"}}, {"a": {"b": "2"}}]}),
        (b"q=caf%C3%A9+cr%C3%A8me", {"q": "café crème"}),
        ("q=café".encode(), {"q": "café"}),
        (b"q=100%&r=%zz", {"q": "100%", "r": "%zz"}),
        (b"a;b=1", {"a;b": "1"}),
    ],
)
def test_reads(query: bytes, expected: object) -> None:
    assert parse_query(query) == expected


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (b"q=%ff", "'q' is not valid UTF-8"),
        (b"%ff=1", "not valid UTF-8"),
        (b"q=\xff", "not valid UTF-8"),
        (b"q=%ed%a0%80", "not valid UTF-8"),  # a lone surrogate
        (b"q=a%00b", "'q' contains a NUL"),
        (b"q=a\0b", "NUL"),
        (b"a%00=b", "NUL"),
        (b"a=1&a[b]=2", "'a[b]' is given both"),
        (b"a[b]=2&a=1", "'a' is given both"),
        (b"a[]=2&a=1", "'a' is given both"),
        (b"a=1&a[]=2", "'a[]' is given both"),
        (b"a[]=1&a[b]=2", "given both"),
        (b"a[b]=1&a[]=2", "given both"),
        (b"a[]=1&a[][b]=2", "given both"),
        (b"a[][]=1", "list inside a list"),
        (b"a[b=1", "misplaced brackets"),
        (b"a]=1", "misplaced brackets"),
        (b"a[b]c=1", "misplaced brackets"),
        (b"a[b]c[d]=1", "misplaced brackets"),
        (b"a[[b]]=1", "misplaced brackets"),
        (b"[]=1", "misplaced brackets"),
        (b"a[b][c][d][e][f]=1", "nested more than 5"),
        (b"a" * (MAX_NAME + 1) + b"=1", "longer than"),
        (b"%61" * (MAX_NAME + 1) + b"=1", "longer than"),
        (b"a&" * MAX_PAIRS, "more than 1000"),
    ],
)
def test_refuses(query: bytes, words: str) -> None:
    with pytest.raises(ParametersInvalid) as refused:
        parse_query(query)
    assert words in str(refused.value)


def test_nest_counts_the_pairs_of_a_stream() -> None:
    with pytest.raises(ParametersInvalid):
        nest(("a[]", object()) for _ in range(MAX_PAIRS + 1))


def test_nest_keeps_values_that_are_not_text() -> None:
    upload = object()
    assert nest([("file", upload), ("files[]", upload)]) == {"file": upload, "files": [upload]}


def test_merge_prefers_the_body_and_changes_neither() -> None:
    query: dict[str, object] = {"a": 1, "b": 2}
    body: dict[str, object] = {"a": 3}
    assert merge(query, body) == {"a": 3, "b": 2}
    assert merge(query, {}) == query
    assert merge({}, body) == body
    assert (query, body) == ({"a": 1, "b": 2}, {"a": 3})


def test_as_list() -> None:
    assert as_list(None) == []
    assert as_list("x") == ["x"]
    assert as_list(["x"]) == ["x"]
    assert as_list({"10": "c", "2": "b", "0": "a"}) == ["a", "b", "c"]
    with pytest.raises(ParametersInvalid):
        as_list({"name": "x"})


_names = st.text(
    st.characters(exclude_characters="[]\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=MAX_NAME,
)
_values = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@given(st.dictionaries(_names, _values, max_size=10))
def test_what_was_encoded_comes_back(flat: dict[str, str]) -> None:
    query = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in flat.items())
    assert parse_query(query.encode()) == flat


@given(st.binary() | st.text(alphabet="ab[]=&%0+").map(str.encode))
def test_anything_is_read_or_refused(query: bytes) -> None:
    with suppress(ParametersInvalid):
        assert isinstance(parse_query(query), dict)
