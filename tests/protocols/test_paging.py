"""Cursors in, Link headers out."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.ids import MAX_ID
from parvis.protocols.paging import Page, PageInvalid, link_header, parse_page
from parvis.protocols.parameters import parse_query

URL = "https://parvis.example/api/v1/timelines/home"


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, Page(20)),
        ({"limit": "5"}, Page(5)),
        ({"limit": "0"}, Page(1)),
        ({"limit": "-3"}, Page(1)),
        ({"limit": 9000}, Page(40)),
        ({"limit": ""}, Page(20)),
        ({"max_id": "12", "since_id": 3, "min_id": None}, Page(20, 12, 3)),
        ({"min_id": "0"}, Page(20, min_id=0)),
        ({"max_id": "9" * 30}, Page(20, MAX_ID)),
    ],
)
def test_reads(params: dict[str, object], expected: Page) -> None:
    assert parse_page(params) == expected


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"max_id": "abc"}, "max_id must be a whole number"),
        ({"min_id": "1.5"}, "min_id must be a whole number"),
        ({"since_id": ["1"]}, "since_id must be a whole number"),
        ({"since_id": "-1"}, "since_id must not be negative"),
        ({"max_id": "9" * 5_000}, "max_id"),
        ({"max_id": "١"}, "max_id"),
        ({"limit": True}, "limit"),
        ({"limit": "many"}, "limit"),
    ],
)
def test_refuses(params: dict[str, object], words: str) -> None:
    with pytest.raises(PageInvalid, match=words):
        parse_page(params)


@given(st.dictionaries(st.sampled_from(["max_id", "min_id", "limit"]), st.text() | st.integers()))
def test_anything_is_read_or_refused(params: dict[str, object]) -> None:
    with suppress(PageInvalid):
        page = parse_page(params)
        assert 1 <= page.limit <= 40
        assert page.max_id is None or 0 <= page.max_id <= MAX_ID


def test_the_plain_form() -> None:
    assert link_header(URL, {}, 9, 5) == (
        f'<{URL}?max_id=5>; rel="next", <{URL}?min_id=9>; rel="prev"'
    )


def test_keeps_the_other_parameters_and_drops_old_cursors() -> None:
    params = parse_query(b"limit=2&types[]=mention&types[]=poll&max_id=7&q=a+b%3E&f[a]=1")
    kept = "f%5Ba%5D=1&limit=2&{}&q=a+b%3E&types%5B%5D=mention&types%5B%5D=poll"
    assert link_header(URL, params, 9, 5) == (
        f'<{URL}?{kept.format("max_id=5")}>; rel="next", '
        f'<{URL}?{kept.format("min_id=9")}>; rel="prev"'
    )


def test_values_of_json_bodies_are_written_as_rails_does() -> None:
    assert link_header(URL, {"local": True, "b": False, "limit": 2, "x": None}, None, 5) == (
        f'<{URL}?b=false&limit=2&local=true&max_id=5>; rel="next"'
    )


def test_ends() -> None:
    assert link_header(URL, {}, None, None) == ""
    assert link_header(URL, {}, 9, None) == f'<{URL}?min_id=9>; rel="prev"'
    assert link_header(URL, {}, 9, None, prev="since_id") == f'<{URL}?since_id=9>; rel="prev"'


@given(
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"])),
        st.text(st.characters(exclude_categories=["Cs"])),
    )
)
def test_a_link_never_breaks_out_of_its_brackets(params: dict[str, object]) -> None:
    header = link_header(URL, params, 9, None)
    assert header.startswith("<")
    assert header.count(">") == 1
    assert "\n" not in header
