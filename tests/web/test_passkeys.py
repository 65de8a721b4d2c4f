"""Passkeys over HTTP, with a device that can lie: what proves nothing opens nothing."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.rig.authenticator import PRESENT, Authenticator
from tests.rig.network import PASSWORD, Network, serve
from tests.rig.reader import PageRead, Reader, logged_in
from tests.web.test_second_factors import switch_on

from parvis.domain.access import passkeys
from parvis.domain.addresses import Addresses
from parvis.web.cookies import SESSION
from parvis.web.pages.access.log_in import HOME

SECURITY = "/settings/security"
MAKE = "/settings/security/passkeys"
ASK_NEW = "/settings/security/passkeys/question"
REMOVE = "/settings/security/passkeys/remove"
ASK, LOG_IN = "/auth/passkey/question", "/auth/passkey"
STEP, ASK_STEP = "/auth/second-step", "/auth/second-step/question"


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    """With a name: for an address in numbers there are no passkeys."""
    async with serve(dsn, tmp_path, host="localhost") as made:
        yield made


async def question(reader: Reader, path: str, fields: dict[str, str] | None = None) -> Any:
    page = await reader.send(path, fields)
    assert page.status == 200, page.text
    return json.loads(page.html)


async def asked_for_new(reader: Reader, name: str = "My key") -> Any:
    return await question(reader, ASK_NEW, {"name": name, "current": PASSWORD})


async def with_passkey(network: Network, name: str = "alice") -> tuple[Reader, Authenticator]:
    await network.person(name)
    reader, device = Reader(network), Authenticator(network.base)
    await reader.log_in(name)
    answer = device.make(await asked_for_new(reader))
    kept = await reader.submit(MAKE, {"name": "My key", "answer": answer})
    assert "passkey is kept" in kept.ok()
    return reader, device


async def enter(reader: Reader, device: Authenticator, onward: str = "") -> PageRead:
    asked = await question(reader, ASK)
    return await reader.send(LOG_IN, {"answer": device.prove(asked), "next": onward})


async def test_passkey_logs_in_without_a_name(network: Network) -> None:
    reader, device = await with_passkey(network)
    assert "not used yet" in (await reader.get(SECURITY)).ok()
    stranger = Reader(network)
    asked = await question(stranger, ASK)
    assert asked["allowCredentials"] == []  # says nothing of who is a member
    assert asked["userVerification"] == "required"
    entered = await stranger.send(LOG_IN, {"answer": device.prove(asked), "next": "/about"})
    assert entered.location == "/about"
    assert "@alice" in (await stranger.get("/settings")).ok()
    assert "last used" in (await stranger.get(SECURITY)).ok()


async def test_passkey_needs_no_second_step(network: Network) -> None:
    """It is two factors in itself: the device, and the finger or PIN that it asked for."""
    reader, device = await with_passkey(network)
    await switch_on(reader)
    assert (await enter(Reader(network), device)).location == HOME


async def test_passkey_as_the_second_step(network: Network) -> None:
    reader, device = await with_passkey(network)
    await switch_on(reader)
    _, other = await with_passkey(network, "bob")
    asking = await logged_in(network, "alice")
    asked = await question(asking, ASK_STEP)
    assert len(asked["allowCredentials"]) == 1
    wrong = await asking.send(STEP, {"answer": other.prove(asked)})
    assert SESSION not in asking.cookies
    assert wrong.location == "/auth/log-in"  # the password is asked for again
    await asking.log_in("alice")
    asked = await question(asking, ASK_STEP)
    assert (await asking.send(STEP, {"answer": device.prove(asked)})).location == HOME


async def test_question_is_answered_once(network: Network) -> None:
    _, device = await with_passkey(network)
    reader = Reader(network)
    asked = await question(reader, ASK)
    kept = dict(reader.cookies)
    assert (await reader.send(LOG_IN, {"answer": device.prove(asked)})).location == HOME
    again = Reader(network)
    again.cookies = kept
    assert "too long" in (await again.send(LOG_IN, {"answer": device.prove(asked)})).refused(422)
    assert SESSION not in again.cookies


async def test_question_of_another_browser_is_not_answered(network: Network) -> None:
    _, device = await with_passkey(network)
    victim, thief = Reader(network), Reader(network)
    asked = await question(victim, ASK)
    await question(thief, ASK)
    answer = device.prove(asked)
    assert "could not be checked" in (await thief.send(LOG_IN, {"answer": answer})).refused(422)
    without = await Reader(network).send(LOG_IN, {"answer": answer})
    assert "too long" in without.refused(422)


@pytest.mark.parametrize("lie", ["origin", "key", "verified", "site", "handle", "count", "old"])
async def test_lies_open_nothing(network: Network, lie: str) -> None:
    _, device = await with_passkey(network)
    assert (await enter(Reader(network), device)).location == HOME
    reader = Reader(network)
    asked = await question(reader, ASK)
    if lie == "origin":
        device.origin = "https://evil.example"
    elif lie == "key":
        device.key = Authenticator(network.base).key
    elif lie == "site":
        asked["rpId"] = "evil.example"
    elif lie == "handle":
        device.handle = b"somebody else"
    elif lie == "count":
        device.count = 0  # a copy of the key signs
    elif lie == "old":
        await network.db.fetch("update log_in_steps set expires_at = now()")
    flags = PRESENT if lie == "verified" else PRESENT | 4
    refused = await reader.send(LOG_IN, {"answer": device.prove(asked, flags=flags)})
    assert refused.status == 422
    assert SESSION not in reader.cookies


@pytest.mark.parametrize(
    "answer",
    [
        *("", "nonsense", "{}", "[]", "null", '{"rawId": 1}', "x" * 100_000),
        '{"rawId": "é", "response": {}}',
        '{"rawId": "AAAA", "response": {}}',
        '{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {"userHandle": "%%%"}}',
    ],
)
async def test_damaged_answers_are_refused(network: Network, answer: str) -> None:
    reader, _ = await with_passkey(network)
    stranger = Reader(network)
    await question(stranger, ASK)
    assert (await stranger.send(LOG_IN, {"answer": answer})).refused(422)
    await asked_for_new(reader)
    assert (await reader.send(MAKE, {"name": "Mine", "answer": answer})).refused(422)
    assert await network.db.fetchval("select count(*) from passkeys") == 1


async def test_passkey_is_made_by_who_proved_themself(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    guess = await reader.send(ASK_NEW, {"name": "Mine", "current": "a guess"})
    assert "not your current password" in guess.refused(422)
    device = Authenticator(network.base)
    asked = await asked_for_new(reader)
    other = Reader(network)  # another session of hers, which proved nothing
    await other.log_in("alice")
    answer = device.make(asked)
    assert (await other.send(MAKE, {"name": "Mine", "answer": answer})).refused(422)
    assert (await reader.send(MAKE, {"name": "Mine", "answer": answer})).location == SECURITY
    assert (await reader.send(MAKE, {"name": "Twice", "answer": answer})).refused(422)
    weak = Authenticator(network.base)
    answer = weak.make(await asked_for_new(reader), flags=PRESENT)
    assert (await reader.send(MAKE, {"name": "Weak", "answer": answer})).refused(422)


async def test_with_codes_on_a_passkey_needs_a_code(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    await switch_on(reader)
    refused = await reader.send(ASK_NEW, {"name": "Mine", "current": PASSWORD})
    assert "code is not right" in refused.refused(422)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
async def test_passkey_has_a_name(network: Network, name: str) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    assert (await reader.send(ASK_NEW, {"name": name, "current": PASSWORD})).refused(422)


async def test_nobody_removes_the_passkey_of_another(network: Network) -> None:
    reader, device = await with_passkey(network)
    bob, _ = await with_passkey(network, "bob")
    id_ = await network.db.fetchval("select min(id) from passkeys")
    said = {"id": str(id_), "current": PASSWORD}
    assert (await bob.send(REMOVE, said)).refused(404)
    assert "not your current" in (await reader.send(REMOVE, {"id": str(id_)})).refused(422)
    assert (await enter(Reader(network), device)).location == HOME
    assert "logs nobody in" in (await reader.submit(REMOVE, said)).ok()
    assert (await enter(Reader(network), device)).refused(422)


async def test_passkey_log_in_never_leaves_the_network(network: Network) -> None:
    _, device = await with_passkey(network)
    for onward in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        assert (await enter(Reader(network), device, onward)).location == HOME


@pytest.mark.parametrize(
    ("root", "rp_id"),
    [
        ("https://social.example.org", "social.example.org"),
        ("http://localhost:8000", "localhost"),
        ("http://127.0.0.1:8000", None),
        ("https://[2001:db8::1]", None),
    ],
)
def test_where_passkeys_are_good_for(root: str, rp_id: str | None) -> None:
    found = passkeys.site_of(Addresses(root, root.partition("://")[2]), "A network")
    assert (found.rp_id if found else None) == rp_id
