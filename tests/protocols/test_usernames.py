"""Names of people."""

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from parvis.protocols.usernames import (
    RESERVED,
    UsernameInvalid,
    is_reserved,
    parse_acct,
    parse_domain,
    parse_username,
    skeleton,
)


@given(st.from_regex(r"[A-Za-z0-9_]{1,30}", fullmatch=True))
def test_reads(username: str) -> None:
    assert parse_username(username) == username


@pytest.mark.parametrize(
    ("username", "words"),
    [
        ("", "needed"),
        ("a" * 31, "at most 30"),
        ("é", "only letters"),
        ("a b", "only letters"),
        ("a.b", "only letters"),
        ("alice\n", "only letters"),
        ("а", "only letters"),
    ],
)
def test_refuses(username: str, words: str) -> None:
    with pytest.raises(UsernameInvalid, match=words):
        parse_username(username)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("paypaI", "paypal"),
        ("PaypaI", "PAYPAL"),
        ("admin0", "admino"),
        ("a1ice", "alice"),
        ("rnary", "mary"),
        ("vvendy", "wendy"),
        ("Bob", "b0b"),
    ],
)
def test_look_alikes_share_a_skeleton(left: str, right: str) -> None:
    assert skeleton(left) == skeleton(right)


def test_different_names_differ() -> None:
    assert len({skeleton(name) for name in ("alice", "bob", "carol", "ali_ce", "bob2")}) == 5


@given(st.from_regex(r"[a-z0-9_]{1,30}", fullmatch=True))
def test_a_skeleton_is_its_own(username: str) -> None:
    assert skeleton(skeleton(username)) == skeleton(username)


@pytest.mark.parametrize(
    "username",
    ["admin", "Admin", "ADMIN", "adm1n", "admin_", "_admin", "admin2", "R00T", "AP1", "no_reply"],
)
def test_reserved(username: str) -> None:
    assert is_reserved(username)


@pytest.mark.parametrize("username", ["alice", "bob", "administrata", "rooted", "x"])
def test_not_reserved(username: str) -> None:
    assert not is_reserved(username)


def test_every_reserved_word_could_be_a_username() -> None:
    for word in RESERVED:
        assert parse_username(word) == word == word.lower()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("alice", ("alice", None)),
        (" @Alice ", ("Alice", None)),
        ("bob@R.example.", ("bob", "r.example")),
        ("@b.o-b@münchen.example", ("b.o-b", "xn--mnchen-3ya.example")),
        ("bob@XN--MNCHEN-3YA.example", ("bob", "xn--mnchen-3ya.example")),
        ("bob@ｅｘａｍｐｌｅ。org", ("bob", "example.org")),
        ("bob@localhost:3001", ("bob", "localhost:3001")),
    ],
)
def test_reads_addresses(text: str, expected: tuple[str, str | None]) -> None:
    assert parse_acct(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@",
        "@@a",
        "é@r.example",
        "bob@",
        "bob@r@r.example",
        "bob@r..example",
        "bob@-r.example",
        "bob@r_r.example",
        "bob@xn--a",
        "bob@ab--cd.example",
        "bob@" + "a" * 64 + ".example",
        "bob@" + "a." * 200 + "example",
        "bob@r.example/x",
        "bob@r.example:0",
        "bob@r.example:99999",
        "bob@r.example:٣٣",
        "a" * 700,
    ],
)
def test_refuses_addresses(text: str) -> None:
    with pytest.raises(UsernameInvalid):
        parse_acct(text)


@given(st.text() | st.text(alphabet="a@.-:1é。"))
@example("0@0。")  # a final dot that only folding shows
def test_any_address_is_read_or_refused(text: str) -> None:
    with suppress(UsernameInvalid):
        _, domain = parse_acct(text)
        assert domain is None or parse_domain(domain) == domain
