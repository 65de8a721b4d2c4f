"""Sign-up by registration mode, confirmation, and the owner's set-up."""

import asyncio

import pytest
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.access import links, owner
from parvis.domain.network import settings
from parvis.infra.limits import Limits

NEWCOMER = {
    "username": "carol",
    "email": "carol@example.org",
    "password": PASSWORD,
    "agreement": "true",
}


async def test_open_network_lets_in_at_once(network: Network) -> None:
    await network.db.run(settings.change, registrations="open")
    reader = Reader(network, "fr")
    assert "Pourquoi" not in (await reader.get("/auth/sign-up")).ok()
    answer = await reader.send("/auth/sign-up", {**NEWCOMER, "next": "/about"})
    assert answer.location == "/about"
    assert "Se déconnecter" in (await reader.get("/")).ok()
    assert await network.db.fetchval("select locale from users") == "fr"


async def test_approval_asks_for_a_reason_and_waits(network: Network) -> None:
    reader = Reader(network)
    assert "Why would you like to join?" in (await reader.get("/auth/sign-up")).ok()
    blank = await reader.send("/auth/sign-up", NEWCOMER)
    assert "why you would like to join" in blank.refused(422)
    answer = await reader.send("/auth/sign-up", {**NEWCOMER, "reason": "I live there"})
    assert answer.location == "/auth/waiting"
    assert "with the moderators" in (await reader.get("/auth/waiting")).ok()
    assert (await reader.get("/oauth/authorize")).status == 400
    assert await network.db.fetchval("select reason from users") == "I live there"
    assert (await Reader(network).get("/@carol")).refused(404)


async def test_closed_network_says_so(network: Network) -> None:
    message = "Come back in spring"
    await network.db.run(settings.change, registrations="closed", registrations_message=message)
    assert message in (await Reader(network).get("/auth/sign-up")).ok()
    answer = await Reader(network).send("/auth/sign-up", NEWCOMER)
    assert "does not take new members" in answer.refused(403)
    assert await network.db.fetchval("select count(*) from users") == 0


async def test_faults_stand_beside_their_fields_and_nothing_typed_is_lost(network: Network) -> None:
    await network.person("alice")
    await network.db.run(settings.change, registrations="open")
    said = {"username": "Alice", "email": "nowhere", "password": "short"}
    answer = await Reader(network).send("/auth/sign-up", said)
    text = answer.refused(422)
    for words in ("is taken", "whole address", "at least 8", "Agree to the rules"):
        assert words in text
    assert 'value="Alice"' in answer.html
    assert 'value="nowhere"' in answer.html
    assert "short" not in answer.html
    assert answer.html.count('aria-invalid="true"') == 3
    assert await network.db.fetchval("select count(*) from users") == 1


async def test_address_is_confirmed_by_a_button(network: Network) -> None:
    await network.db.run(settings.change, registrations="open", confirm_email=True)
    reader = Reader(network)
    assert (await reader.send("/auth/sign-up", NEWCOMER)).location == "/auth/waiting"
    assert "Open the link" in (await reader.get("/auth/waiting")).ok()
    assert (await reader.get("/settings/account")).status == 200
    again = await reader.send("/auth/waiting", {"email": "other@example.org"})
    assert "on its way" in again.ok()
    user_id, email = await network.db.fetchrow("select id, email from users")
    assert email == "other@example.org"
    path = links.PATHS["confirm"] + await network.db.run(links.make, "confirm", user_id)
    anyone = Reader(network)
    await anyone.get(path)  # a mail program looks at the link
    assert await network.db.fetchval("select confirmed_at from users") is None
    assert "Address confirmed" in (await anyone.send(path)).ok()
    assert "Address confirmed" in (await anyone.send(path)).ok()  # a double click
    assert (await reader.get("/auth/waiting")).location == "/home"
    assert "has ended" in (await anyone.send(path, **{"user-agent": "another"})).refused(404)


@pytest.mark.parametrize("secret", ["x", "%00", "x" * 3_000])
async def test_wrong_links_have_ended(network: Network, secret: str) -> None:
    for purpose in ("confirm", "password", "owner"):
        answer = await Reader(network).get(links.PATHS[purpose] + secret)
        assert answer.status in {400, 404}


async def test_owner_founds_the_network_once(network: Network) -> None:
    path = links.PATHS["owner"] + await network.db.run(owner.issue_owner_link)
    reader = Reader(network)
    assert "Found your network" in (await reader.get(path)).ok()
    said = {"title": "", "username": "", "email": "x", "password": "short"}
    bad = await reader.send(path, said)
    assert bad.refused(422)
    assert bad.html.count('aria-invalid="true"') == 4
    said = {
        "title": "La Place",
        "username": "anouk",
        "email": "anouk@example.org",
        "password": PASSWORD,
    }
    assert (await reader.send(path, said)).location == "/home"
    text = (await reader.get("/")).ok()
    assert "La Place" in text
    assert "Administration" in text
    assert "anouk" in text
    assert "has ended" in (await Reader(network).get(path)).refused(404)
    other = {**said, "email": "other@example.org"}
    assert "has ended" in (await Reader(network).send(path, other)).refused(404)


async def test_joining_by_a_double_click_is_joining_once(network: Network) -> None:
    await network.db.run(settings.change, registrations="open")
    reader, impatient = Reader(network), Reader(network)
    once, twice = await asyncio.gather(
        reader.send("/auth/sign-up", NEWCOMER), impatient.send("/auth/sign-up", NEWCOMER)
    )
    assert once.location == twice.location == "/home"
    assert "Log out" in (await impatient.get("/home")).ok()
    assert "is taken" in (await Reader(network).send("/auth/sign-up", {**NEWCOMER, "x": "y"})).text
    assert await network.db.fetchval("select count(*) from users") == 1


async def test_member_does_once_what_a_page_sent_twice(network: Network) -> None:
    await network.person("anouk", role="owner")
    reader = await logged_in(network, "anouk")
    page = await reader.get("/admin/announcements")

    async def announce(text: str) -> str:
        form = {"text": text, "do": "publish", "token": page.hidden()["token"]}
        return (await reader.send("/admin/announcements", form)).location

    await asyncio.gather(announce("We meet"), announce("We meet"))
    assert await network.db.fetchval("select count(*) from announcements") == 1
    for text in ("In the park", "We meet"):  # in turns: done each time
        await announce(text)
    assert await network.db.fetchval("select count(*) from announcements") == 3


async def test_owner_sets_a_new_password(network: Network) -> None:
    await network.person("alice", role="owner")
    path = links.PATHS["owner"] + await network.db.run(owner.issue_owner_link)
    reader = Reader(network)
    assert "A new password for the owner" in (await reader.get(path)).ok()
    assert (await reader.send(path, {"password": "a new sentence"})).location == "/home"
    assert (await Reader(network).log_in("alice")).status == 422
    assert (await Reader(network).log_in("alice", "a new sentence")).location == "/home"


async def test_who_asks_too_often_is_told_how_long_to_wait(network: Network) -> None:
    network.db.limits = Limits(is_on=True)
    reader = Reader(network, "fr")
    for number in range(5):
        said = {**NEWCOMER, "username": f"carol_{number}", "email": f"{number}@example.org"}
        await Reader(network).send("/auth/sign-up", {**said, "reason": "I live there"})
    last = await reader.send("/auth/sign-up", {**NEWCOMER, "reason": "I live there"})
    assert "Trop de demandes. Réessayez dans 6 minutes." in last.refused(429)
    assert int(last.headers["retry-after"]) > 5 * 60
