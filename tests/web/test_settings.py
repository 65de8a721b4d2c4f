"""One's own settings: the language, and the applications that act for one."""

import asyncio
import re

import aiohttp
import pytest
from tests.rig.network import PASSWORD, Network, Person, SqlBudget
from tests.rig.reader import PageRead, Reader, logged_in

from parvis.domain.access import apps, authorizations, tokens
from parvis.domain.access.credentials import change_locale
from parvis.domain.errors import Invalid

APPLICATIONS = "/settings/applications"
LANGUAGE = "/settings/account/language"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


async def application(network: Network, name: str = "Tusk") -> apps.AppCreated:
    return await network.db.run(
        apps.create_app, name, [OUT_OF_BAND], ["read", "write"], "https://tusk.example"
    )


def offered(page: PageRead) -> list[str]:
    """The ids of the applications that the page offers to revoke."""
    form = page.html.partition("Applications that act for you")[2]
    return re.findall(r'name="id" value="(\d+)"', form)


async def is_known(network: Network, token: str) -> bool:
    headers = {"Authorization": f"Bearer {token}"}
    path = "/api/v1/accounts/verify_credentials"
    return (await network.anyone.call("GET", path, headers=headers)).status == 200


async def test_language_is_followed_at_once_and_everywhere(network: Network) -> None:
    alice = await network.person("alice")
    here, there = await logged_in(network), await logged_in(network)
    assert "Log out" in (await here.get("/?lang=en")).ok()  # kept by this browser's cookie
    page = await here.submit(LANGUAGE, {"locale": "fr"})
    assert "Désormais, ces pages" in page.ok()
    assert 'lang="fr"' in page.html
    assert page.headers["content-language"] == "fr"
    assert "Se déconnecter" in (await here.get("/about")).ok()
    assert "Se déconnecter" in (await there.get("/about")).ok()
    kept = await network.db.fetchval("select locale from users where id = $1", alice.user_id)
    assert kept == "fr"


@pytest.mark.parametrize("locale", ["", "de", "FR", "fr\u202e", "x" * 5_000])
async def test_language_that_is_not_spoken_is_refused(network: Network, locale: str) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    assert (await reader.send(LANGUAGE, {"locale": locale})).refused(422)
    with pytest.raises(Invalid):
        await network.db.run(change_locale, alice.user_id, locale)
    assert "Log out" in (await reader.get("/about")).ok()


async def test_visitors_change_nothing(network: Network) -> None:
    await network.person("alice")
    for path in (LANGUAGE, APPLICATIONS):
        assert (await Reader(network).send(path, {"locale": "fr", "id": "1"})).refused(401)
        reader = await logged_in(network)
        forged = await reader.send(path, {"locale": "fr"}, origin="https://evil.example")
        assert forged.refused(403)
    assert "Log out" in (await reader.get("/about")).ok()


async def test_applications_are_listed_once_with_all_they_may_do(network: Network) -> None:
    alice = await network.person("alice")
    bob = await network.person("bob")
    app = await application(network)
    for scopes in (["read:lists"], ["write:media", "read:lists"]):
        await network.db.run(tokens.issue, app.id, alice.user_id, scopes)
    await network.db.run(tokens.issue, app.id, None, ["read"])  # the application's own
    theirs = await application(network, "Of Bob")
    await network.db.run(tokens.issue, theirs.id, bob.user_id, ["read"])
    page = await (await logged_in(network)).get(APPLICATIONS)
    text = page.ok()
    assert text.count("Tusk") == 1
    assert "See: your lists" in text
    assert "Change: your pictures and sounds" in text
    assert "https://tusk.example" in text
    assert "Of Bob" not in text
    assert str(app.id) in offered(page)
    french = (await (await logged_in(network, language="fr")).get(f"{APPLICATIONS}?lang=fr")).ok()
    assert "Voir : vos listes" in french.replace("\u202f", " ")


async def test_revoked_application_is_out_at_once(network: Network) -> None:
    alice = await network.person("alice")
    app = await application(network)
    given = [
        await network.db.run(tokens.issue, app.id, alice.user_id, ["read", "write"])
        for _ in range(2)
    ]
    own = await network.db.run(tokens.issue, app.id, None, ["read"])
    assert all([await is_known(network, token) for token in given])
    reader = await logged_in(network)
    stream = f"{network.base}/api/v1/streaming?stream=user&access_token={given[0]}"
    async with network.http.ws_connect(stream) as socket:
        await asyncio.sleep(0.02)
        assert "may do nothing" in (await reader.submit(APPLICATIONS, {"id": str(app.id)})).ok()
        await network.settle()
        assert (await socket.receive(timeout=60)).type is aiohttp.WSMsgType.CLOSE
    assert not any([await is_known(network, token) for token in given])
    assert alice.token is not None
    assert await is_known(network, alice.token)  # the other application's stays
    headers = {"Authorization": f"Bearer {own}"}
    path = "/api/v1/apps/verify_credentials"
    assert (await network.anyone.call("GET", path, headers=headers)).ok()["name"] == "Tusk"
    page = await reader.get(APPLICATIONS)
    assert "Tusk" not in page.ok()
    assert (await reader.send(APPLICATIONS, {"id": str(app.id)})).refused(404)


@pytest.mark.parametrize("said", ["", "0", "-1", "12345", "9" * 30, "x", "1\0"])
async def test_application_that_may_do_nothing_cannot_be_revoked(
    network: Network, said: str
) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert (await reader.send(APPLICATIONS, {"id": said})).status in {400, 404, 422}


async def test_nobody_revokes_for_others(network: Network) -> None:
    alice, _ = await network.people("alice", "bob")
    app = await application(network)
    token = await network.db.run(tokens.issue, app.id, alice.user_id, ["read"])
    bob = await logged_in(network, "bob")
    assert (await bob.send(APPLICATIONS, {"id": str(app.id)})).refused(404)
    assert await is_known(network, token)


async def test_code_that_was_not_redeemed_yet_gives_nothing_any_more(network: Network) -> None:
    alice = await network.person("alice")
    created = await application(network)
    assert await redeemed(network, created, await allowed(network, alice, created))
    code = await allowed(network, alice, created)
    reader = await logged_in(network)
    (await reader.submit(APPLICATIONS, {"id": str(created.id)})).ok()
    assert not await redeemed(network, created, code)


async def test_new_password_ends_codes_too(network: Network) -> None:
    alice = await network.person("alice")
    created = await application(network)
    code = await allowed(network, alice, created)
    reader = await logged_in(network)
    fields = {"current": PASSWORD, "password": "a new sentence"}
    (await reader.submit("/settings/account/password", fields)).ok()
    assert not await redeemed(network, created, code)


async def allowed(network: Network, person: Person, created: apps.AppCreated) -> str:
    """The code that an application gets for a person's yes."""
    asked = await authorizations.check(
        network.db, created.client_id, OUT_OF_BAND, "code", "read write"
    )
    return await network.db.run(authorizations.allow, asked, person.user_id)


async def redeemed(network: Network, created: apps.AppCreated, code: str) -> bool:
    """Whether the application gets a token for its code."""
    said = {
        "grant_type": "authorization_code",
        "client_id": created.client_id,
        "client_secret": created.client_secret,
        "redirect_uri": OUT_OF_BAND,
        "code": code,
    }
    answer = await network.anyone.post("/oauth/token", said)
    assert answer.status in {200, 400}
    return answer.status == 200


@pytest.mark.parametrize(
    "path", ["/settings", "/settings/account", "/settings/sessions", APPLICATIONS]
)
async def test_settings_cost_at_most_three_statements(
    network: Network, sql_budget: SqlBudget, path: str
) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    await reader.get("/about")
    with sql_budget(3):
        (await reader.get(path)).ok()


async def test_what_was_done_is_said_once(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert "in this language" in (await reader.submit(LANGUAGE, {"locale": "en"})).ok()
    assert "in this language" not in (await reader.get("/settings/account")).ok()


async def test_every_other_browser_is_logged_out_at_once(network: Network) -> None:
    await network.people("alice", "bob")
    here, there, bob = (
        await logged_in(network),
        await logged_in(network),
        await logged_in(network, "bob"),
    )
    said = await here.submit("/settings/sessions/others")
    assert "Every other browser is logged out" in said.ok()
    assert (await here.get("/settings")).status == 200
    assert (await there.get("/settings")).status == 303
    assert (await bob.get("/settings")).status == 200
    assert "everywhere else" not in (await here.get("/settings/sessions")).ok()
