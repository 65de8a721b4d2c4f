"""Registering from an application over HTTP: modes, faults, confirmation."""

from typing import Any

import pytest
from tests.rig.network import PASSWORD, Answer, Caller, Network

from parvis.domain.access import confirmations, links
from parvis.domain.errors import NotFound
from parvis.domain.network import settings

ALICE = {
    "username": "alice",
    "email": "alice@example.org",
    "password": PASSWORD,
    "agreement": True,
    "locale": "fr-CA",
    "date_of_birth": "2000-01-01",
}


async def an_app(network: Network, scopes: str = "read write") -> Caller:
    """A caller with an application's own token."""
    app = (
        await network.anyone.post(
            "/api/v1/apps",
            {"client_name": "Tusky", "redirect_uris": "app://back", "scopes": scopes},
        )
    ).ok()
    said = {k: app[k] for k in ("client_id", "client_secret")}
    token = await network.anyone.post(
        "/oauth/token", {**said, "grant_type": "client_credentials", "scope": scopes}
    )
    return Caller(network, token.ok()["access_token"])


async def mode(network: Network, registrations: str, *, confirm_email: bool = False) -> None:
    await network.db.run(settings.change, registrations=registrations, confirm_email=confirm_email)


async def register(app: Caller, **said: Any) -> Answer:
    return await app.post("/api/v1/accounts", {**ALICE, **said})


async def count(network: Network) -> int:
    return await network.db.fetchval("select count(*) from users")


async def test_newcomer_publishes_at_once_where_registration_is_open(
    network: Network, sql_budget: Any
) -> None:
    await mode(network, "open")
    app = await an_app(network)
    await app.get("/api/v1/apps/verify_credentials")
    await settings.read(network.db)
    with sql_budget(4):  # what is taken; the account, its token, its events
        token = (await register(app)).ok()
    assert token["token_type"] == "Bearer"
    assert token["scope"] == "read write"
    alice = Caller(network, token["access_token"])
    assert (await alice.post("/api/v1/statuses", {"status": "bonjour"})).ok()
    row = await network.db.fetchrow("select locale, email from users")
    assert tuple(row) == ("fr", "alice@example.org")


async def test_newcomer_registers_by_form(network: Network) -> None:
    await mode(network, "open")
    app = await an_app(network)
    form = {**ALICE, "agreement": "true"}
    assert (await app.call("POST", "/api/v1/accounts", data=form)).ok()["access_token"]


async def test_newcomer_waits_where_approval_is_needed(network: Network) -> None:
    await mode(network, "approval")
    token = (await register(await an_app(network), reason="I bake bread")).ok()
    alice = Caller(network, token["access_token"])
    answer = await alice.post("/api/v1/statuses", {"status": "bonjour"})
    assert answer.refused(403) == "Your login is currently pending approval"
    assert await network.db.fetchval("select reason from users") == "I bake bread"


async def test_nobody_registers_where_it_is_closed(network: Network) -> None:
    await mode(network, "closed")
    answer = await register(await an_app(network))
    assert answer.refused(403) == "This action is not allowed"
    assert await count(network) == 0


async def test_newcomer_confirms_their_address_first(network: Network) -> None:
    await mode(network, "open", confirm_email=True)
    token = (await register(await an_app(network))).ok()
    alice = Caller(network, token["access_token"])
    answer = await alice.get("/api/v1/timelines/home")
    assert answer.refused(403) == "Your login is missing a confirmed e-mail address"
    assert (await alice.get("/api/v1/emails/check_confirmation")).json is False
    user_id = await network.db.fetchval("select id from users")
    told = await network.db.fetchval("select payload from outbox where kind = 'MailWanted'")
    assert told == {"user_id": user_id, "letter": "confirm", "argument": ""}
    old = await network.db.run(links.make, "confirm", user_id)
    secret = await network.db.run(links.make, "confirm", user_id)
    with pytest.raises(NotFound):  # a newer letter was sent
        await network.db.run(confirmations.confirm, old)
    assert await network.db.run(confirmations.confirm, secret) == user_id
    (await alice.get("/api/v1/timelines/home")).ok()
    assert (await alice.get("/api/v1/emails/check_confirmation")).json is True
    with pytest.raises(NotFound):  # it works once
        await network.db.run(confirmations.confirm, secret)


async def test_unconfirmed_address_is_corrected_where_one_registered(network: Network) -> None:
    await mode(network, "open", confirm_email=True)
    await network.person("bob")
    app, other = await an_app(network), await an_app(network)
    token = (await register(app)).ok()["access_token"]
    alice = Caller(network, token)
    url = "/api/v1/emails/confirmations"
    assert (await alice.post(url, {"email": "new@example.org"})).ok() == {}
    assert (await alice.post(url)).ok() == {}
    assert await network.db.fetchval("select count(*) from outbox where kind = 'MailWanted'") == 3
    emails = "select email from users order by id desc limit 1"
    assert await network.db.fetchval(emails) == "new@example.org"
    for email in ("nonsense", "a\0@example.org"):
        assert (await alice.post(url, {"email": email})).refused(422)
    taken = await alice.post(url, {"email": "BOB@example.org"})
    assert taken.json["details"]["email"][0]["error"] == "ERR_TAKEN"
    assert await network.db.fetchval(emails) == "new@example.org"
    grant = {"grant_type": "password", "username": "alice", "password": PASSWORD}
    made = (
        await other.post(
            "/api/v1/apps", {"client_name": "x", "redirect_uris": "app://x", "scopes": "write"}
        )
    ).ok()
    said = {k: made[k] for k in ("client_id", "client_secret")}
    elsewhere = (
        await network.anyone.post("/oauth/token", {**said, **grant, "scope": "write"})
    ).ok()
    foreign = Caller(network, elsewhere["access_token"])
    assert "originally signed-up with" in (await foreign.post(url)).refused(403)
    await network.db.fetch("update users set confirmed_at = now()")
    assert "awaiting confirmation" in (await alice.post(url)).refused(403)


async def test_every_fault_is_told_at_once(network: Network) -> None:
    await mode(network, "open")
    app = await an_app(network)
    answer = await app.post(
        "/api/v1/accounts",
        {"username": "é", "email": "no", "password": "short", "reason": "x" * 421},
    )
    assert answer.refused(422) == (
        "Validation failed: Username must contain only letters, numbers and underscores, "
        "E-mail address is invalid, Password is too short (minimum is 8 characters), "
        "Service agreement must be accepted, Reason is too long (maximum is 420 characters)"
    )
    codes = {field: faults[0]["error"] for field, faults in answer.json["details"].items()}
    assert codes == {
        "username": "ERR_INVALID",
        "email": "ERR_INVALID",
        "password": "ERR_TOO_SHORT",
        "agreement": "ERR_ACCEPTED",
        "reason": "ERR_TOO_LONG",
    }
    assert await count(network) == 0


async def test_taken_name_and_address_are_told_at_once(network: Network) -> None:
    await mode(network, "open")
    await network.person("alice")
    answer = await register(await an_app(network), username="ALICE", email="Alice@Example.org")
    assert answer.refused(422) == (
        "Validation failed: Username has already been taken, E-mail address has already been taken"
    )
    assert answer.json["details"] == {
        "username": [{"error": "ERR_TAKEN", "description": "has already been taken"}],
        "email": [{"error": "ERR_TAKEN", "description": "has already been taken"}],
    }
    assert await count(network) == 1


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"username": ""}, "username", "ERR_BLANK"),
        ({"username": "a" * 31}, "username", "ERR_TOO_LONG"),
        ({"username": "a b"}, "username", "ERR_INVALID"),
        ({"username": "al\0ice"}, "username", "ERR_INVALID"),
        ({"username": "admin"}, "username", "ERR_RESERVED"),
        ({"username": "Adm1n"}, "username", "ERR_RESERVED"),
        ({"username": "aIice"}, "username", "ERR_TAKEN"),  # looks like alice
        ({"username": 3}, "username", "ERR_INVALID"),
        ({"email": ""}, "email", "ERR_BLANK"),
        ({"email": "a\0@example.org"}, "email", "ERR_INVALID"),
        ({"email": '"<script>"@example.org'}, "email", "ERR_INVALID"),
        ({"email": "a@b." + "c" * 260}, "email", "ERR_TOO_LONG"),
        ({"password": ""}, "password", "ERR_BLANK"),
        ({"password": "x" * 257}, "password", "ERR_TOO_LONG"),
        ({"agreement": False}, "agreement", "ERR_ACCEPTED"),
        ({"agreement": "perhaps"}, "agreement", "ERR_INVALID"),
        ({"reason": "a\0b"}, "reason", "ERR_INVALID"),
    ],
)
async def test_wrong_field_is_refused(
    network: Network, said: dict[str, Any], field: str, code: str
) -> None:
    await mode(network, "open")
    await network.person("alice")
    answer = await register(
        await an_app(network), **{"username": "carol", "email": "carol@example.org", **said}
    )
    assert answer.refused(422).startswith("Validation failed: ")
    assert {f: faults[0]["error"] for f, faults in answer.json["details"].items()} == {field: code}
    assert await count(network) == 1


async def test_only_an_app_with_the_scope_registers_people(network: Network) -> None:
    await mode(network, "open")
    assert (await register(network.anyone)).refused(401)
    reader = await an_app(network, "read")
    assert (await register(reader)).refused(403) == "This action is outside the authorized scopes"
    narrow = await an_app(network, "write:accounts")
    assert (await register(narrow)).ok()["scope"] == "write:accounts"


async def test_registrations_from_one_address_are_limited(network: Network) -> None:
    await mode(network, "open")
    app = await an_app(network)
    network.db.limits.is_on = True
    codes = [
        (await register(app, username=f"u{n}x", email=f"u{n}@example.org")).status for n in range(6)
    ]
    assert codes == [200] * 5 + [429]
    assert await count(network) == 5
