"""What people type in the search box."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.search_queries import (
    MAX_QUERY,
    MAX_TERMS,
    Filter,
    SearchInvalid,
    SearchQuery,
    Term,
    parse_search,
)


def terms(*words: str) -> SearchQuery:
    return SearchQuery(tuple(map(Term, words)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", SearchQuery()),
        (" \0\n", SearchQuery()),
        ('- + -- "" “ ”', SearchQuery()),
        ("été plage", terms("été", "plage")),
        ("+must", terms("must")),
        ("-not", SearchQuery((Term("not", is_negated=True),))),
        ('"a  b" c', SearchQuery((Term("a b", is_phrase=True), Term("c")))),
        ("«x» “a b”", SearchQuery((Term("«x»"), Term("a b", is_phrase=True)))),
        ('-"a b"', SearchQuery((Term("a b", is_phrase=True, is_negated=True),))),
        ('"unclosed x', SearchQuery((Term("unclosed x", is_phrase=True),))),
        ("from:@Alice", SearchQuery(filters=(Filter("from", "alice"),))),
        ("FROM:bob@R.example", SearchQuery(filters=(Filter("from", "bob@r.example"),))),
        ("-from:me", SearchQuery(filters=(Filter("from", "me", is_negated=True),))),
        (
            "has:Media -is:reply language:fra",
            SearchQuery(
                filters=(
                    Filter("has", "media"),
                    Filter("is", "reply", is_negated=True),
                    Filter("language", "fr"),
                )
            ),
        ),
        ("has:cheese from:é language:xx", terms("has:cheese", "from:é", "language:xx")),
        ("https://a.example/x:y a:b", terms("https://a.example/x:y", "a:b")),
        ("in:library", SearchQuery(scope="library")),
        ("in:Paris", terms("in:Paris")),
        ("before:2026-01-02", SearchQuery(until=date(2026, 1, 1))),
        ("after:2026-01-02", SearchQuery(since=date(2026, 1, 3))),
        ("during:2026-01-02", SearchQuery(since=date(2026, 1, 2), until=date(2026, 1, 2))),
        (
            "after:2026-01-02 after:2025-01-01 before:2026-03-01 before:2026-04-01",
            SearchQuery(since=date(2026, 1, 3), until=date(2026, 2, 28)),
        ),
        (
            "before:today after:20260102 during:2026-13-01",
            terms("before:today", "after:20260102", "during:2026-13-01"),
        ),
        ("before:0001-01-01 after:9999-12-31", terms("before:0001-01-01", "after:9999-12-31")),
        ("-before:2026-01-02", SearchQuery((Term("before:2026-01-02", is_negated=True),))),
    ],
)
def test_reads(text: str, expected: SearchQuery) -> None:
    assert parse_search(text) == expected


def test_words_for_people_and_tags() -> None:
    assert parse_search('alice -bob "c d" has:poll').words == "alice c d"


@pytest.mark.parametrize("text", ["a" * (MAX_QUERY + 1), "a " * (MAX_TERMS + 1)])
def test_refuses_too_much(text: str) -> None:
    with pytest.raises(SearchInvalid, match="at most"):
        parse_search(text)


@given(
    st.text(max_size=MAX_QUERY)
    | st.lists(
        st.sampled_from(["from:", "has:", "-", '"', " ", "before:", "2026-01-01", "a", ":", "@"])
    ).map("".join)
)
def test_nothing_else_is_refused(text: str) -> None:
    with suppress(SearchInvalid):
        query = parse_search(text)
        assert all(term.text.strip() for term in query.terms)
        return
    assert len(text) > MAX_TERMS
