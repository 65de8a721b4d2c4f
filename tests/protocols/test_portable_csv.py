"""Files that people carry between servers: what is written is read, and nothing else is guessed at."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import portable_csv
from parvis.protocols.portable_csv import (
    COLUMNS,
    KINDS,
    Fault,
    FileInvalid,
    Kind,
    Line,
    read,
    write,
)

OWN = "square.example"
HEAD = "Account address,Show boosts,Notify on new posts,Languages\n"


def fails(kind: Kind, content: bytes | str) -> list[tuple[int, str]]:
    raw = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(FileInvalid) as refused:
        read(kind, raw, OWN)
    return [(fault.line, fault.reason) for fault in refused.value.faults]


def test_follows_as_mastodon_writes_them() -> None:
    lines = read(
        "follows",
        (
            HEAD + 'Alice@Square.Example,true,false,\nbob@other.example,false,true,"en, fr"\n'
        ).encode(),
        OWN,
    )
    assert [(one.line, one.username, one.domain) for one in lines] == [
        (2, "alice", ""),
        (3, "bob", "other.example"),
    ]
    assert lines[0].options == {"shows_reblogs": True, "notifies": False}
    assert lines[1].options["languages"] == ["en", "fr"]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("follows", "alice\n@bob@x.example\r\n", [("alice", ""), ("bob", "x.example")]),
        ("follows", "Account address\nalice\n", [("alice", "")]),
        ("blocks", "\ufeffAccount address\nalice\n\n\n", [("alice", "")]),
        ("blocks", "alice@x.example", [("alice", "x.example")]),
        ("mutes", "Account address,Hide notifications\nalice,\n", [("alice", "")]),
        ("blocks", "alice\nALICE\nalice@square.example\n", [("alice", "")]),
        ("domain_blocks", "#domain\nEvil.Example\n", [(None, "evil.example")]),
        ("domain_blocks", "évil.example\n", [(None, "xn--vil-9la.example")]),
    ],
)
def test_what_is_meant_is_understood(kind: Kind, text: str, expected: list[Any]) -> None:
    assert [(one.username, one.domain) for one in read(kind, text.encode(), OWN)] == expected


def test_lists_and_bookmarks() -> None:
    (line,) = read("lists", b'"Friends, old",alice@x.example\n', OWN)
    assert (line.list, line.username, line.domain) == ("Friends, old", "alice", "x.example")
    (line,) = read("bookmarks", b"https://x.example/users/a/statuses/1\n", OWN)
    assert line.uri == "https://x.example/users/a/statuses/1"


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("follows", b"", (0, "empty")),
        ("follows", b" \n\n", (0, "empty")),
        ("follows", HEAD.encode(), (0, "empty")),
        ("follows", b"alice\n" * 400_000, (349_526, "too_large")),
        (
            "follows",
            b"a\n" * (portable_csv.MAX_LINES + 1),
            (portable_csv.MAX_LINES + 1, "too_many_lines"),
        ),
        ("follows", "alice\n".encode("utf-16"), (1, "not_utf8")),
        ("follows", b"alice\nbob\nren\xe9e\n", (3, "not_utf8")),
        ("follows", b"alice\nbo\0b\n", (2, "not_text")),
        ("follows", b'alice\n"bob\n', (2, "not_csv")),
        ("follows", b'"alice"x,true\n', (1, "not_csv")),
        ("follows", b"Account address;Show boosts\nalice;true\n", (1, "semicolons")),
        ("follows", b"alice;true;false\n", (1, "semicolons")),
        ("follows", b"Show boosts,Account address\n", (1, "wrong_header")),
        ("blocks", HEAD.encode() + b"alice,true,false,\n", (1, "wrong_kind")),
        ("follows", b"Account address,Hide notifications\nalice,true\n", (1, "wrong_kind")),
        ("follows", b"#domain\nx.example\n", (1, "wrong_kind")),
        ("lists", b"#uri\nx\n", (1, "wrong_kind")),
        ("blocks", b"alice,true\n", (1, "columns")),
        ("lists", b"alice@x.example\n", (1, "columns")),
        ("follows", b"=HYPERLINK(1)\n", (1, "formula")),
        ("lists", b"@SUM(1),alice\n", (1, "formula")),
        ("lists", b"\t=1,alice\n", (1, "formula")),
        ("follows", b"alice\nbob smith\n", (2, "address")),
        ("follows", b"alice@\n", (1, "address")),
        ("follows", b"https://x.example/@alice\n", (1, "address")),
        ("follows", b"alice,maybe\n", (1, "yes_or_no")),
        ("follows", b"alice,true,true,klingon language\n", (1, "language")),
        ("domain_blocks", b"not a domain\n", (1, "domain")),
        ("domain_blocks", b"https://x.example\n", (1, "domain")),
        ("bookmarks", b"x.example/1\n", (1, "uri")),
        ("bookmarks", b"javascript:alert(1)\n", (1, "uri")),
        ("lists", b'"",alice\n', (1, "list_title")),
        ("lists", b'"a\nb",alice\n', (1, "list_title")),
        ("lists", b"a" * 256 + b",alice\n", (1, "list_title")),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    kind: Kind, content: bytes, expected: tuple[int, str]
) -> None:
    assert fails(kind, content)[0] == expected


def test_every_wrong_line_is_named_up_to_a_point() -> None:
    assert fails("blocks", "alice\nb b\nbob\nc c\n") == [(2, "address"), (4, "address")]
    assert len(fails("blocks", "a b\n" * 500)) == portable_csv.FAULTS_MOST


def test_lines_are_counted_as_editors_do() -> None:
    assert fails("lists", '"long\ntitle",alice\n\n\nx,not good\n') == [
        (1, "list_title"),
        (5, "address"),
    ]


username = st.from_regex(r"[a-z0-9_]{1,30}", fullmatch=True)
domain = st.from_regex(r"[a-z]{1,10}(\.[a-z]{2,8}){1,2}", fullmatch=True)
title = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=50).filter(
    lambda text: text.strip() == text and text[0] not in "=+-@" and text.lower() != "list name"
)
flag = st.sampled_from(("true", "false"))
CELLS: dict[Kind, Any] = {
    "follows": st.tuples(
        st.builds("{}@{}".format, username, domain),
        flag,
        flag,
        st.sampled_from(("", "en", "en, fr")),
    ),
    "lists": st.tuples(title, st.builds("{}@{}".format, username, domain)),
    "mutes": st.tuples(st.builds("{}@{}".format, username, domain), flag),
    "blocks": st.tuples(st.builds("{}@{}".format, username, domain)),
    "domain_blocks": st.tuples(domain),
    "bookmarks": st.tuples(st.builds("https://{}/users/{}/statuses/1".format, domain, username)),
}


@pytest.mark.parametrize("kind", KINDS)
@given(content=st.data())
def test_what_is_written_is_read(kind: Kind, content: Any) -> None:
    rows = content.draw(st.lists(CELLS[kind], min_size=1, max_size=20, unique=True))
    text = write(kind, rows, with_header=content.draw(st.booleans()))
    lines = read(kind, text.encode(), OWN)
    keys = {row[:2] if kind == "lists" else row[0] for row in rows}
    assert len(lines) == len(keys)
    for one in lines:
        assert one.line >= 1
        if kind == "lists":
            assert (one.list, f"{one.username}@{one.domain or OWN}") in keys


def read_or_refuse(kind: Kind, content: bytes) -> list[Line] | tuple[Fault, ...]:
    try:
        return read(kind, content, OWN)
    except FileInvalid as refused:
        return refused.faults


@pytest.mark.parametrize("kind", KINDS)
@given(content=st.one_of(st.binary(max_size=300), st.text(max_size=200).map(str.encode)))
def test_any_bytes_are_read_or_refused_in_words(kind: Kind, content: bytes) -> None:
    said = read_or_refuse(kind, content)
    assert said
    assert all("\0" not in repr(one) for one in said if isinstance(one, Line))


@given(rows=st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=5), max_size=10))
def test_any_table_of_a_spreadsheet_is_read_or_refused(rows: list[list[str]]) -> None:
    made = io.StringIO()
    csv.writer(made).writerows(rows)
    for kind in KINDS:
        said = read_or_refuse(kind, made.getvalue().encode("utf-8", "surrogatepass"))
        assert all(one.line >= 0 for one in said)


def test_every_kind_has_its_columns() -> None:
    assert set(COLUMNS) == set(KINDS) == set(portable_csv.FILES)
