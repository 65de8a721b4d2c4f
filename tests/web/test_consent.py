"""Letting applications in: what is asked, said and answered."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from tests.rig.network import Network
from tests.rig.reader import PageRead, Reader

CALLBACK = "https://app.example/callback?keep=1"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def application(network: Network) -> dict[str, str]:
    said = {
        "client_name": "Tusk <b>",
        "redirect_uris": f"{CALLBACK}\n{OUT_OF_BAND}\ntusk://done",
        "scopes": "read write:statuses write:media follow",
        "website": "https://tusk.example",
    }
    return (await network.anyone.post("/api/v1/apps", said)).ok()


def question(app: dict[str, str], **changed: str) -> str:
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "read write:statuses",
        "state": "a b&c",
        **changed,
    }
    return "/oauth/authorize?" + urlencode(asked)


async def allow(reader: Reader, page: PageRead, answer: str = "allow") -> PageRead:
    return await reader.send("/oauth/authorize", {**page.hidden(), "answer": answer})


async def redeem(network: Network, app: dict[str, str], code: str, redirect_uri: str) -> Any:
    return await network.anyone.post(
        "/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": redirect_uri,
            "code": code,
        },
    )


async def test_visitor_logs_in_and_allows(network: Network) -> None:
    await network.person("alice")
    app = await application(network)
    reader = Reader(network)
    log_in = (await reader.get(question(app))).location
    assert log_in.startswith("/auth/log-in?")
    shown = await reader.get(log_in)
    fields = {**shown.hidden(), "name": "alice", "password": "correct horse battery staple"}
    page = await reader.get((await reader.send("/auth/log-in", fields)).location)
    text = page.ok()
    for words in ("Tusk <b>", "https://tusk.example", "@alice", "See all that you see", "messages"):
        assert words in text
    assert "form-action 'self' https://app.example" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    back = urlsplit((await allow(reader, page)).location)
    given = parse_qs(back.query)
    assert back.netloc == "app.example"
    assert given["state"] == ["a b&c"]
    assert given["keep"] == ["1"]
    token = (await redeem(network, app, given["code"][0], CALLBACK)).ok()
    assert token["scope"] == "read write:statuses"


async def test_refusal_is_told_to_the_application(network: Network) -> None:
    await network.person("alice")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    told = parse_qs(
        urlsplit((await allow(reader, await reader.get(question(app)), "deny")).location).query
    )
    assert told["error"] == ["access_denied"]
    assert told["state"] == ["a b&c"]
    assert "code" not in told


async def test_code_is_shown_when_there_is_nowhere_to_go(network: Network) -> None:
    await network.person("alice")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    page = await reader.get(question(app, redirect_uri=OUT_OF_BAND))
    shown = await allow(reader, page)
    assert "Your code for Tusk" in shown.ok()
    code = shown.html.partition('id="code"')[2].partition(">")[2].partition("<")[0]
    assert (await redeem(network, app, code, OUT_OF_BAND)).ok()["access_token"]
    assert "was given nothing" in (await allow(reader, page, "deny")).ok()


async def test_own_schemes_are_allowed_by_the_policy(network: Network) -> None:
    await network.person("alice")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    page = await reader.get(question(app, redirect_uri="tusk://done"))
    assert page.headers["content-security-policy"].endswith("form-action 'self' tusk:")
    assert (await allow(reader, page)).location.startswith("tusk://done?code=")


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": ""},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_wrong_question_is_answered_here_and_never_elsewhere(
    network: Network, changed: dict[str, str]
) -> None:
    await network.person("alice")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    page = await reader.get(question(app, **changed))
    assert "asks wrongly" in page.refused(400)
    fields = {"client_id": app["client_id"], "redirect_uri": CALLBACK, "response_type": "code"}
    sent = await reader.send("/oauth/authorize", {**fields, **changed, "answer": "allow"})
    assert "location" not in sent.headers
    assert sent.status == 400


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"scope": "admin:write"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": "x", "code_challenge_method": "plain"}, "invalid_request"),
    ],
)
async def test_faults_that_the_application_may_know(
    network: Network, changed: dict[str, str], error: str
) -> None:
    app = await application(network)
    back = urlsplit((await Reader(network).get(question(app, **changed))).location)
    assert back.netloc == "app.example"
    assert parse_qs(back.query)["error"] == [error]


async def test_forced_log_in_asks_again(network: Network) -> None:
    await network.people("alice", "bob")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    log_in = (await reader.get(question(app, force_login="true"))).location
    shown = await reader.get(log_in)
    assert "Password" in shown.ok()
    fields = {**shown.hidden(), "name": "bob", "password": "correct horse battery staple"}
    page = await reader.get((await reader.send("/auth/log-in", fields)).location)
    assert "@bob" in page.ok()


async def test_language_of_the_question(network: Network) -> None:
    await network.person("alice")
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    assert "Autoriser cette application" in (await reader.get(question(app, lang="fr"))).ok()


async def test_who_may_not_act_allows_nothing(network: Network) -> None:
    await network.person("alice", is_approved=False)
    app, reader = await application(network), Reader(network)
    await reader.log_in("alice")
    assert (await reader.get(question(app))).location == "/auth/waiting"
    fields = {"client_id": app["client_id"], "redirect_uri": CALLBACK, "response_type": "code"}
    answer = await reader.send("/oauth/authorize", {**fields, "answer": "allow"})
    assert "waiting for approval" in answer.refused(403)
