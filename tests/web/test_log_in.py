"""Logging in and out, new passwords, sessions."""

import re

import pytest
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.access import links
from parvis.infra.limits import Limits


@pytest.mark.parametrize("name", ["alice", "ALICE", "alice@example.org"])
async def test_log_in_by_name_or_address(network: Network, name: str) -> None:
    await network.person("alice")
    reader = Reader(network)
    answer = await reader.send(
        "/auth/log-in", {"name": name, "password": PASSWORD, "next": "/settings/account"}
    )
    assert answer.location == "/settings/account"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "@alice" in (await reader.get("/settings")).ok()


@pytest.mark.parametrize(
    ("name", "password"),
    [("alice", "wrong"), ("nobody", PASSWORD), ("", ""), ("alice", "x" * 9_999)],
)
async def test_wrong_password_says_nothing_of_who_exists(
    network: Network, name: str, password: str
) -> None:
    await network.person("alice")
    reader = Reader(network)
    answer = await reader.send(
        "/auth/log-in", {"name": name, "password": password, "next": "/about"}
    )
    assert "do not go together" in answer.refused(422)
    assert answer.hidden()["next"] == "/about"
    assert f'value="{name}"' in answer.html or not name
    assert not reader.cookies


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_log_in_never_leaves_the_network(network: Network, onward: str) -> None:
    await network.person("alice")
    reader = Reader(network)
    shown = await reader.get(f"/auth/log-in?next={onward}")
    assert shown.hidden()["next"] == "/home"
    answer = await reader.send(
        "/auth/log-in", {"name": "alice", "password": PASSWORD, "next": onward}
    )
    assert answer.location == "/home"


async def test_guessing_is_throttled(network: Network) -> None:
    await network.person("alice")
    network.db.limits = Limits(is_on=True)
    reader = Reader(network)
    codes = [
        (await reader.send("/auth/log-in", {"name": "alice", "password": str(number)})).status
        for number in range(27)
    ]
    assert codes[0] == 422
    last = await reader.log_in("alice")
    assert "Too many attempts" in last.refused(429)
    assert int(last.headers["retry-after"]) > 0


async def test_members_page_sends_visitors_to_log_in_and_back(network: Network) -> None:
    await network.person("alice")
    reader = Reader(network)
    sent = (await reader.get("/settings/account")).location
    assert sent == "/auth/log-in?next=/settings/account"
    assert (await reader.get(sent)).hidden()["next"] == "/settings/account"


async def test_log_out_ends_the_session(network: Network) -> None:
    await network.person("alice")
    reader, thief = Reader(network), Reader(network)
    await reader.log_in("alice")
    thief.cookies = dict(reader.cookies)
    assert (await reader.get("/auth/log-out")).status == 405  # no link logs anybody out
    await reader.send("/auth/log-out")
    assert not reader.cookies
    assert (await thief.get("/settings/account")).status == 303


async def test_forgotten_password(network: Network) -> None:
    alice = await network.person("alice")
    old, reader = Reader(network), Reader(network)
    await old.log_in("alice")
    known = await reader.send("/auth/password/new", {"email": "alice@example.org"})
    unknown = await reader.send("/auth/password/new", {"email": "nobody@example.org"})
    assert known.ok() == unknown.ok()
    secret = await network.db.run(links.make, "password", alice.user_id)
    path = links.PATHS["password"] + secret
    assert (await reader.get(path)).status == 200
    short = await reader.send(path, {"password": "short"})
    assert "at least 8" in short.refused(422)
    assert (await reader.send(path, {"password": "a new sentence"})).location == "/home"
    assert "Log out" in (await reader.get("/")).ok()
    assert (await old.get("/settings/account")).status == 303
    assert "has ended" in (await Reader(network).get(path)).refused(404)
    another = await Reader(network).send(path, {"password": "another sentence"})
    assert "has ended" in another.refused(404)


async def test_change_password_and_end_other_sessions(network: Network) -> None:
    await network.person("alice")
    here, there = Reader(network), Reader(network)
    await here.log_in("alice")
    await there.log_in("alice")
    page = await here.get("/settings/sessions")
    other = re.findall(r'settings/sessions"><input[^>]*><button[^>]*value="(\d+)"', page.html)
    assert len(other) == 1
    ended = await here.submit("/settings/sessions", {"id": other[0]})
    assert "logged out" in ended.ok()
    assert (await there.get("/settings/account")).status == 303
    await there.log_in("alice")
    wrong = await here.send(
        "/settings/account/password", {"current": "no", "password": "a new sentence"}
    )
    assert "not your current password" in wrong.refused(422)
    fields = {"current": PASSWORD, "password": "a new sentence"}
    assert "is changed" in (await here.submit("/settings/account/password", fields)).ok()
    assert (await there.get("/settings/account")).status == 303
    assert (await here.get("/settings/account")).status == 200


async def test_sessions_of_others_cannot_be_ended(network: Network) -> None:
    await network.people("alice", "bob")
    alice, bob = Reader(network), Reader(network)
    await alice.log_in("alice")
    await bob.log_in("bob")
    session_id = await network.db.fetchval("select max(id) from sessions")  # bob's
    assert (await alice.send("/settings/sessions", {"id": str(session_id)})).refused(404)
    assert (await bob.get("/settings/account")).status == 200


async def test_ended_session_is_said_and_gone_on_with(network: Network) -> None:
    await network.person("alice")
    reader, other = Reader(network), Reader(network)
    await reader.log_in("alice")
    await other.log_in("alice")
    (await other.submit("/settings/sessions/others")).ok()
    dead = dict(reader.cookies)
    sent = await reader.get("/settings/preferences")
    assert sent.location == "/auth/log-in?next=/settings/preferences"
    assert not [name for name in reader.cookies if "session" in name]
    page = await reader.get(sent.location)
    assert "Your session has ended" in page.ok()
    assert "Your session has ended" not in (await reader.get(sent.location)).ok()  # said once
    reader.cookies = dead
    here = f"{network.base}/settings/account"
    refused = await reader.send("/settings/account/language", {"locale": "fr"}, referer=here)
    assert "nothing was done" in refused.refused(401)
    assert "/auth/log-in?next=/settings/account" in refused.html


async def test_visitor_without_a_session_hears_of_none(network: Network) -> None:
    sent = (await Reader(network).get("/settings")).location
    assert "has ended" not in (await Reader(network).get(sent)).ok()


async def test_session_that_nobody_used_for_half_a_year_is_over(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    await network.db.fetch("update sessions set seen_at = now() - interval '181 days'")
    assert (await reader.get("/settings")).status == 303


async def test_guessing_the_password_of_a_session_is_throttled(network: Network) -> None:
    """Who sits at a browser left open learns no password by the forms that ask for it again."""
    await network.person("alice")
    reader = await logged_in(network, "alice")
    network.db.limits = Limits(is_on=True)
    forms = ("/settings/delete", "/settings/account/email", "/settings/security/codes/off")
    codes = [
        (await reader.send(forms[number % 3], {"current": str(number), "name": "x"})).status
        for number in range(27)
    ]
    assert codes[0] == 422
    assert codes[-1] == 429
