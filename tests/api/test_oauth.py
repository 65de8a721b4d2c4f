"""OAuth 2 over HTTP: applications, codes, tokens, refusals in the words of RFC 6749."""

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256
from typing import Any

import aiohttp
import pytest
from tests.rig.network import PASSWORD, Answer, Caller, Network, Person

from parvis.domain.access import authorizations, tokens
from parvis.domain.access.refusals import SENTENCES, OAuthRefused

OOB = "urn:ietf:wg:oauth:2.0:oob"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


async def make_app(network: Network, **said: Any) -> dict[str, Any]:
    params = {"client_name": "Elk", "redirect_uris": OOB, "scopes": "read write follow", **said}
    return (await network.anyone.post("/api/v1/apps", params)).ok()


async def code_for(network: Network, app: dict[str, Any], person: Person, **asked: Any) -> str:
    question = await authorizations.check(
        network.db,
        **{
            "client_id": app["client_id"],
            "redirect_uri": OOB,
            "response_type": "code",
            "scope": "read write",
            **asked,
        },
    )
    return await network.db.run(authorizations.allow, question, person.user_id)


async def ask(network: Network, app: dict[str, Any], **params: Any) -> Answer:
    said = {
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": OOB,
        **params,
    }
    return await network.anyone.call(
        "POST", "/oauth/token", data={k: v for k, v in said.items() if v is not None}
    )


def wrong(answer: Answer, status: int, code: str) -> None:
    assert answer.status == status, answer.body
    assert answer.json["error"] == code
    assert answer.json["error_description"]


async def test_app_is_registered_by_form_and_json(network: Network) -> None:
    asked = {
        "client_name": "Phanpy",
        "redirect_uris": f"https://phanpy.example/\n{OOB}",
        "scopes": "read write",
        "website": "https://phanpy.example",
    }
    by_json = (await network.anyone.post("/api/v1/apps", asked)).ok()
    by_form = (await network.anyone.call("POST", "/api/v1/apps", data=asked)).ok()
    assert by_json["redirect_uris"] == ["https://phanpy.example/", OOB]
    assert by_json["redirect_uri"] == asked["redirect_uris"]
    assert by_json["scopes"] == ["read", "write"]
    assert by_json["client_secret_expires_at"] == 0
    assert by_json["vapid_key"] == ""
    assert by_json["website"] == "https://phanpy.example"
    unlike = {"id", "client_id", "client_secret"}
    assert {k: v for k, v in by_json.items() if k not in unlike} == {
        k: v for k, v in by_form.items() if k not in unlike
    }
    assert by_json["client_id"] != by_form["client_id"]


async def test_app_registers_a_list_of_addresses_and_reads_by_default(network: Network) -> None:
    app = (
        await network.anyone.post(
            "/api/v1/apps",
            {"client_name": "x", "redirect_uris": [OOB, "app://done"]},
            headers={"Authorization": "Bearer stale"},
        )
    ).ok()
    assert app["redirect_uris"] == [OOB, "app://done"]
    assert app["scopes"] == ["read"]
    assert app["website"] is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"client_name": " "}, "client_name"),
        ({"client_name": "x" * 61}, "client_name"),
        ({"client_name": "a\0b"}, "client_name"),
        ({"client_name": ["x"]}, "client_name"),
        ({"redirect_uris": ""}, "redirect_uris"),
        ({"redirect_uris": "javascript:alert(1)"}, "redirect_uris"),
        ({"redirect_uris": "relative/path"}, "redirect_uris"),
        ({"scopes": "read everything"}, "scopes"),
        ({"website": "javascript:alert(1)"}, "website"),
    ],
)
async def test_app_with_wrong_parameters_is_refused(
    network: Network, said: dict[str, Any], field: str
) -> None:
    answer = await network.anyone.post(
        "/api/v1/apps", {"client_name": "Elk", "redirect_uris": OOB, **said}
    )
    assert answer.refused(422).startswith("Validation failed: ")
    assert list(answer.json["details"]) == [field]
    assert await network.db.fetchval("select count(*) from apps") == 0


async def test_code_gives_a_token_once_and_reuse_revokes_it(network: Network) -> None:
    alice, app = await network.person("alice"), await make_app(network)
    code = await code_for(network, app, alice)
    given = await ask(network, app, grant_type="authorization_code", code=code)
    token = given.ok()
    assert sorted(token) == ["access_token", "created_at", "scope", "token_type"]
    assert token["token_type"] == "Bearer"
    assert token["scope"] == "read write"
    assert given.headers["cache-control"] == "no-store"
    caller = Caller(network, token["access_token"])
    assert (await caller.get("/api/v1/apps/verify_credentials")).ok()["name"] == "Elk"
    again = await ask(network, app, grant_type="authorization_code", code=code)
    wrong(again, 400, "invalid_grant")
    assert again.json["error_description"] == SENTENCES["invalid_grant"]
    assert (await caller.get("/api/v1/apps/verify_credentials")).refused(401)


@pytest.mark.parametrize(
    "params",
    [
        {"code": "unknown"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"code_verifier": VERIFIER},  # none was announced
    ],
)
async def test_code_that_does_not_fit_is_refused(network: Network, params: dict[str, str]) -> None:
    alice, app = await network.person("alice"), await make_app(network)
    code = await code_for(network, app, alice)
    answer = await ask(network, app, grant_type="authorization_code", **{"code": code, **params})
    wrong(answer, 400, "invalid_grant")
    assert (await ask(network, app, grant_type="authorization_code", code=code)).ok()


async def test_code_of_another_app_or_too_old_is_refused(network: Network) -> None:
    alice, app, other = (
        await network.person("alice"),
        await make_app(network),
        await make_app(network),
    )
    code = await code_for(network, app, alice)
    wrong(
        await ask(network, other, grant_type="authorization_code", code=code), 400, "invalid_grant"
    )
    await network.db.fetch("update authorization_codes set expires_at = now()")
    wrong(await ask(network, app, grant_type="authorization_code", code=code), 400, "invalid_grant")


async def test_pkce_wants_the_verifier(network: Network) -> None:
    alice, app = await network.person("alice"), await make_app(network)
    code = await code_for(
        network, app, alice, code_challenge=CHALLENGE, code_challenge_method="S256"
    )
    for verifier in (None, "x" * 43, VERIFIER[:-1] + "l"):
        answer = await ask(
            network, app, grant_type="authorization_code", code=code, code_verifier=verifier
        )
        wrong(answer, 400, "invalid_grant")
    good = await ask(
        network, app, grant_type="authorization_code", code=code, code_verifier=VERIFIER
    )
    assert good.ok()["access_token"]


async def test_client_proves_itself_by_basic_or_body(network: Network) -> None:
    app = await make_app(network)
    basic = b64encode(f"{app['client_id']}:{app['client_secret']}".encode()).decode()
    answer = await network.anyone.post(
        "/oauth/token",
        {"grant_type": "client_credentials", "scope": "read"},
        headers={"Authorization": f"Basic {basic}"},
    )
    token = Caller(network, answer.ok()["access_token"])
    assert (await token.get("/api/v1/apps/verify_credentials")).ok()["id"] == app["id"]
    assert (await token.get("/api/v1/timelines/home")).refused(401) == (
        "This method requires an authenticated user"
    )
    for secret in ("wrong", None):
        answer = await ask(network, app, grant_type="client_credentials", client_secret=secret)
        wrong(answer, 401, "invalid_client")
        assert answer.headers["www-authenticate"].startswith("Basic")
    for header in ("Basic !", "Basic " + b64encode(b"nocolon").decode()):
        answer = await network.anyone.post(
            "/oauth/token",
            {"grant_type": "client_credentials"},
            headers={"Authorization": header},
        )
        wrong(answer, 401, "invalid_client")


async def test_password_grant_takes_username_or_email(network: Network) -> None:
    await network.person("alice")
    app = await make_app(network)
    for name in ("alice", "ALICE", "Alice@Example.org"):
        answer = await ask(
            network, app, grant_type="password", username=name, password=PASSWORD, scope="read"
        )
        assert answer.ok()["scope"] == "read"
    for name, password in (("alice", "wrong horse"), ("nobody", PASSWORD), ("a\0", PASSWORD)):
        answer = await ask(network, app, grant_type="password", username=name, password=password)
        if "\0" in name:
            wrong(answer, 400, "invalid_request")
        else:
            wrong(answer, 400, "invalid_grant")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "invalid_request"),
        ({"grant_type": "implicit"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "password", "username": "alice"}, "invalid_request"),
        ({"grant_type": "client_credentials", "scope": "push"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "everything"}, "invalid_scope"),
        ({"grant_type": "client_credentials", "scope": "admin:read"}, "invalid_scope"),
    ],
)
async def test_token_request_is_refused(
    network: Network, params: dict[str, str], code: str
) -> None:
    app = await make_app(network)
    wrong(await ask(network, app, **params), 400, code)
    assert await network.db.fetchval("select count(*) from access_tokens") == 0


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"grant_type": 3}', b'{"grant_type": "\\u0000"}'])
async def test_malformed_token_request_is_refused_as_oauth_does(
    network: Network, body: bytes
) -> None:
    answer = await network.anyone.call(
        "POST", "/oauth/token", data=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status == 400
    assert answer.json["error"] in {"invalid_request", "unsupported_grant_type"}


async def test_narrower_scope_is_given(network: Network) -> None:
    app = await make_app(network, scopes="read")
    answer = await ask(network, app, grant_type="client_credentials", scope="read:accounts")
    assert answer.ok()["scope"] == "read:accounts"
    writer = await make_app(network, scopes="write")
    assert (await ask(network, writer, grant_type="client_credentials")).ok()["scope"] == "write"


async def test_revoked_token_works_no_more(network: Network) -> None:
    alice, app, other = (
        await network.person("alice"),
        await make_app(network),
        await make_app(network),
    )
    token = await network.db.run(tokens.issue, int(app["id"]), alice.user_id, ["read"])
    caller = Caller(network, token)
    (await caller.get("/api/v1/timelines/home")).ok()
    said = {"client_id": other["client_id"], "client_secret": other["client_secret"]}
    foreign = await network.anyone.post("/oauth/revoke", {**said, "token": token})
    wrong(foreign, 403, "unauthorized_client")
    assert foreign.json["error_description"] == "You are not authorized to revoke this token"
    (await caller.get("/api/v1/timelines/home")).ok()
    said = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    for _ in range(2):
        answer = await network.anyone.call("POST", "/oauth/revoke", data={**said, "token": token})
        assert answer.ok() == {}
    assert (await caller.get("/api/v1/timelines/home")).refused(
        401
    ) == "The access token is invalid"
    kinds = await network.db.fetch("select kind from outbox where kind = 'TokenRevoked'")
    assert len(kinds) == 1
    unknown = await network.anyone.post("/oauth/revoke", {"client_id": "x", "client_secret": "y"})
    wrong(unknown, 403, "unauthorized_client")


async def test_userinfo_needs_its_scope(network: Network) -> None:
    alice = await network.person("alice", scopes=("profile",))
    me = (await alice.get("/oauth/userinfo")).ok()
    described = (await network.anyone.get("/.well-known/oauth-authorization-server")).ok()
    assert me["iss"] == described["issuer"] == f"{network.base}/"
    assert me["sub"] == f"{network.base}/users/alice"
    assert me["preferred_username"] == "alice"
    assert me["profile"] == f"{network.base}/@alice"
    assert set(me) == {"iss", "sub", "name", "preferred_username", "profile", "picture"}
    bob = await network.person("bob", scopes=("read",))
    assert (await bob.get("/oauth/userinfo")).refused(403)
    assert (await network.anyone.get("/oauth/userinfo")).refused(401)


async def test_server_describes_itself(network: Network) -> None:
    described = (await network.anyone.get("/.well-known/oauth-authorization-server")).ok()
    assert described["token_endpoint"] == f"{network.base}/oauth/token"
    assert described["code_challenge_methods_supported"] == ["S256"]
    assert "authorization_code" in described["grant_types_supported"]
    assert "write:statuses" in described["scopes_supported"]


@pytest.mark.parametrize(
    ("asked", "reason", "may_redirect"),
    [
        ({"client_id": "unknown"}, "invalid_client", False),
        ({"client_id": None}, "invalid_request", False),
        ({"redirect_uri": "https://evil.example/"}, "invalid_redirect_uri", False),
        ({"redirect_uri": None}, "invalid_request", False),
        ({"response_type": "token"}, "unsupported_response_type", True),
        ({"response_type": None}, "invalid_request", True),
        ({"scope": "admin:write"}, "invalid_scope", True),
        ({"code_challenge": CHALLENGE}, "invalid_request", True),
        (
            {"code_challenge": CHALLENGE, "code_challenge_method": "plain"},
            "invalid_request",
            True,
        ),
    ],
)
async def test_unsound_question_is_refused(
    network: Network, asked: dict[str, Any], reason: str, *, may_redirect: bool
) -> None:
    alice, app = await network.person("alice"), await make_app(network)
    with pytest.raises(OAuthRefused) as refused:
        await code_for(network, app, alice, **asked)
    assert refused.value.reason == reason
    assert refused.value.may_redirect is may_redirect


async def test_attempts_are_limited(network: Network) -> None:
    await network.person("alice")
    app = await make_app(network)
    network.db.limits.is_on = True
    codes = [
        (await ask(network, app, grant_type="password", username="alice", password="wrong")).status
        for _ in range(26)
    ]
    assert codes == [400] * 25 + [429]


async def test_preflight_is_answered(network: Network) -> None:
    async with aiohttp.ClientSession() as http:
        answer = await http.options(network.base + "/oauth/token")
        assert answer.headers["access-control-allow-origin"] == "*"
        allowed = answer.headers["access-control-allow-headers"].split(", ")
        assert {"Authorization", "*"} <= set(allowed)  # whatever an app's library adds
