"""Scopes, PKCE and redirect addresses."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols.oauth import (
    DEFAULT_SCOPES,
    MAX_REDIRECT_URI,
    MAX_REDIRECT_URIS,
    OUT_OF_BAND,
    SCOPES,
    PkceInvalid,
    RedirectUriInvalid,
    ScopeInvalid,
    covers,
    is_subset,
    join_scopes,
    matches_redirect_uri,
    parse_challenge,
    parse_redirect_uris,
    parse_scopes,
    redirect_with,
    verify_pkce,
)

# RFC 7636 appendix B
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_reads_scopes() -> None:
    assert parse_scopes("read  write:statuses\npush") == {"read", "write:statuses", "push"}
    assert parse_scopes(" ") == DEFAULT_SCOPES
    assert parse_scopes(" ".join(SCOPES)) == set(SCOPES)


@pytest.mark.parametrize(
    "text", ["reads", "read,write", "READ", "write:search", "read:", "x" * 9999]
)
def test_refuses_scopes(text: str) -> None:
    with pytest.raises(ScopeInvalid):
        parse_scopes(text)


@given(st.text())
def test_any_scope_is_read_or_refused(text: str) -> None:
    with suppress(ScopeInvalid):
        assert parse_scopes(text) <= set(SCOPES)


def test_scopes_have_one_order() -> None:
    assert join_scopes({"push", "write", "read"}) == "read write push"


@pytest.mark.parametrize(
    ("granted", "needed", "expected"),
    [
        ("read", ["read:accounts"], True),
        ("read", ["read"], True),
        ("read:accounts", ["read"], False),
        ("read:accounts", ["read:accounts"], True),
        ("read:accounts", ["profile", "read", "read:accounts"], True),
        ("write", ["read:accounts"], False),
        ("follow", ["write:blocks"], True),
        ("follow", ["read:mutes"], True),
        ("follow", ["read:accounts"], False),
        ("admin:read", ["admin:read:accounts"], True),
        ("admin:read", ["admin:write:accounts"], False),
        ("admin", ["admin:write:accounts"], True),
        ("read write", ["admin:read:accounts"], False),
        ("read", ["profile"], False),
    ],
)
def test_covers(granted: str, needed: list[str], *, expected: bool) -> None:
    assert covers(parse_scopes(granted), *needed) is expected


def test_an_application_may_ask_for_less() -> None:
    assert is_subset({"read:accounts", "push"}, {"read", "push"})
    assert not is_subset({"read", "write"}, {"read"})


@given(st.sets(st.sampled_from(SCOPES)), st.sets(st.sampled_from(SCOPES)))
def test_what_is_a_subset_opens_no_new_door(asked: set[str], held: set[str]) -> None:
    if is_subset(asked, held):
        assert all(covers(held, scope) for scope in SCOPES if covers(asked, scope))


def test_pkce_of_the_rfc() -> None:
    assert parse_challenge(CHALLENGE, "S256") == CHALLENGE
    assert verify_pkce(CHALLENGE, "S256", VERIFIER)


@pytest.mark.parametrize(
    ("challenge", "method"),
    [
        (CHALLENGE, "plain"),
        (CHALLENGE, None),
        (CHALLENGE, "s256"),
        (CHALLENGE + "=", "S256"),
        ("", "S256"),
    ],
)
def test_challenges_refused(challenge: str, method: str | None) -> None:
    with pytest.raises(PkceInvalid):
        parse_challenge(challenge, method)


@pytest.mark.parametrize(
    ("challenge", "method", "verifier"),
    [
        (CHALLENGE, "S256", VERIFIER[:-1] + "j"),
        (CHALLENGE, "S256", None),
        (CHALLENGE, "S256", "short"),
        (CHALLENGE, "S256", "é" * 43),
        (VERIFIER, "plain", VERIFIER),
        ("é", "S256", VERIFIER),
    ],
)
def test_verifiers_refused(challenge: str, method: str, verifier: str | None) -> None:
    assert not verify_pkce(challenge, method, verifier)


@pytest.mark.parametrize(
    "uri",
    [
        OUT_OF_BAND,
        "https://app.example/callback?x=1",
        "http://localhost:3000/cb",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
        "com.tapbots.ivory:/request_token",
        "icecubesapp://",
        "mastodon-android-auth://callback",
    ],
)
def test_redirect_uris_accepted(uri: str) -> None:
    assert parse_redirect_uris(uri) == (uri,)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("", "At least one"),
        ("/callback", "absolute"),
        ("callback", "absolute"),
        ("app:", "absolute"),
        ("javascript:alert(1)", "scheme javascript"),
        ("JavaScript:alert(1)", "scheme javascript"),
        ("data:text/html,x", "scheme data"),
        ("vbscript:x", "scheme vbscript"),
        ("file:///etc/passwd", "scheme file"),
        ("urn:ietf:wg:oauth:2.0:oob:auto", "scheme urn"),
        ("https://app.example/#x", "fragment"),
        ("https://app.example/é", "percent-encoded"),
        ("https://app.example\\@evil.example/", "percent-encoded"),
        ("https:///callback", "not a web address"),
        ("https:callback", "not a web address"),
        ("https://[::1/", "not a web address"),
        ("https://a.example:99999/", "not a web address"),
        ("https://bank.example@evil.example/", "user name"),
        ("https://a.example/" + "a" * MAX_REDIRECT_URI, "longer than"),
        ("\n".join(f"app:/{n}" for n in range(MAX_REDIRECT_URIS + 1)), "more than"),
    ],
)
def test_redirect_uris_refused(uri: str, words: str) -> None:
    with pytest.raises(RedirectUriInvalid, match=words):
        parse_redirect_uris(uri)


def test_lists_of_redirect_uris() -> None:
    assert parse_redirect_uris("app:/a\r\napp:/b app:/a") == ("app:/a", "app:/b")
    assert parse_redirect_uris(["app:/a", "app:/b"]) == ("app:/a", "app:/b")
    with pytest.raises(RedirectUriInvalid):
        parse_redirect_uris(["https://a.example/ b"])


@given(st.text() | st.text(alphabet="https:/@[]#?a.\\ "))
def test_any_redirect_uri_is_read_or_refused(text: str) -> None:
    with suppress(RedirectUriInvalid):
        assert all(":" in uri for uri in parse_redirect_uris(text))


def test_redirect_uris_match_exactly() -> None:
    registered = ("http://127.0.0.1:3000/cb", "app:/cb")
    assert matches_redirect_uri(registered, "app:/cb")
    assert not matches_redirect_uri(registered, "app:/cb/")
    assert not matches_redirect_uri(registered, "http://127.0.0.1:3001/cb")


def test_the_answer_is_added_to_the_address() -> None:
    assert (
        redirect_with("app:/cb", [("code", "a b"), ("state", "&")]) == "app:/cb?code=a+b&state=%26"
    )
    assert redirect_with("app:/cb?x=1", [("code", "c")]) == "app:/cb?x=1&code=c"
