"""Accounts in the office: found by what they are, let in together, helped back in."""

import re

import pytest
from tests.rig.network import PASSWORD, Network, Person
from tests.rig.reader import Reader, logged_in
from tests.web.test_admin import inside
from tests.web.test_second_factors import code_of, switch_on

from parvis.domain.access.seen import SeenLogins

PATH = "/moderation/accounts"


async def seen(network: Network, *names: str) -> None:
    for days, name in enumerate(names):
        await network.db.fetch(
            "update users set last_seen_on = current_date - $2::int where account_id ="
            " (select id from accounts where username = $1)",
            name,
            days,
        )


def listed(html: str) -> list[str]:
    return re.findall(rf'href="{PATH}/\d+" aria-label="Open @(\w+)"', html)


async def test_accounts_are_found_by_role_state_and_last_visit(network: Network) -> None:
    _, reader = await inside(network)
    await network.people("bob", "carol", "dave")
    await network.person("mod", role="moderator")
    await seen(network, "carol", "bob")
    assert listed((await reader.get(f"{PATH}?role=moderator")).html) == ["mod"]
    last = listed((await reader.get(f"{PATH}?sort=active&role=member")).html)
    assert last == ["carol", "bob", "dave"]
    newest = listed((await reader.get(f"{PATH}?role=member")).html)
    assert newest == ["dave", "carol", "bob"]
    assert listed((await reader.get(f"{PATH}?state=suspended")).html) == []
    for odd in (
        "?role=king",
        "?state=x",
        "?sort=x",
        "?sort=active&page=-1",
        "?sort=active&page=9999999",
    ):
        assert (await reader.get(PATH + odd)).status == 200, odd


async def test_the_last_seen_are_paged(network: Network) -> None:
    _, reader = await inside(network)
    for number in range(22):
        await network.person(f"p{number:02}")
    first = await reader.get(f"{PATH}?sort=active&role=member")
    second = await reader.get(first.link("next"))
    names = listed(first.html) + listed(second.html)
    assert len(names) == len(set(names)) == 22
    assert listed((await reader.get(second.link("prev"))).html) == listed(first.html)


async def test_newcomers_are_let_in_together(network: Network) -> None:
    _, mod = await inside(network, "mod", "moderator")
    waiting = [await network.person(name, is_approved=False) for name in ("nina", "omar", "pia")]
    back = f"{PATH}?state=pending"
    none = await mod.send(PATH, {"kind": "approve"})
    assert none.location == f"{back}&done=nothing"
    fields = {"kind": "approve", "ids[0]": waiting[0].id, "ids[1]": waiting[1].id, "ids[2]": "1"}
    assert (await mod.send(PATH, fields)).location == f"{back}&done=decided"
    assert listed((await mod.get(back)).html) == ["pia"]
    refusal = {"kind": "reject", "ids[0]": waiting[2].id}
    assert "Write the reason" in (await mod.send(PATH, refusal)).refused(422)
    assert (await mod.send(PATH, {**refusal, "text": "Watches"})).location
    assert "No requests" in (await mod.get(back)).ok()
    kinds = await network.db.fetchval("select array_agg(kind order by id) from decisions")
    assert kinds == ["approve", "approve", "reject"]
    assert (await mod.send(PATH, {"kind": "suspend", "ids[0]": waiting[0].id})).refused(422)


async def test_the_owner_gives_roles(network: Network) -> None:
    _, owner = await inside(network)
    bob = await network.person("bob")
    path = f"{PATH}/{bob.id}"
    for role in ("moderator", "admin", "member"):
        said = await owner.send(path, {"do": "role", "role": role})
        assert said.location == f"{path}?done=role"
        held = await network.db.fetchval("select role::text from users where id = $1", bob.user_id)
        assert held == role
    for wrong in ({"role": "owner"}, {"role": "king"}, {"role": ""}):
        assert (await owner.send(path, {"do": "role", **wrong})).status in {403, 422}
    assert (await owner.send(path, {"do": "burn"})).refused(422)
    assert (await owner.send(f"{PATH}/1", {"do": "role", "role": "admin"})).refused(404)


@pytest.mark.parametrize("do", ["letter", "link", "confirm", "role"])
async def test_nobody_acts_on_those_above(network: Network, do: str) -> None:
    anouk = await network.person("anouk", role="owner")
    _, admin = await inside(network, "admin", "admin")
    _, mod = await inside(network, "mod", "moderator")
    said = {"do": do, "role": "member"}
    for reader in (admin, mod):
        assert (await reader.send(f"{PATH}/{anouk.id}", said)).refused(403)
    await network.settle()
    assert not list((network.app.settings.data / "mail").glob("*"))


async def test_a_way_back_in(network: Network) -> None:
    _, owner = await inside(network)
    _, mod = await inside(network, "mod", "moderator")
    bob = await network.person("bob")
    path = f"{PATH}/{bob.id}"
    assert (await mod.send(path, {"do": "letter"})).location == f"{path}?done=letter"
    await network.settle()
    letters = list((network.app.settings.data / "mail").glob("*"))
    assert len(letters) == 1
    assert "owner and admins" in (await mod.send(path, {"do": "link"})).refused(403)
    page = await owner.send(path, {"do": "link"})
    link = re.findall(r"(/auth/password/[\w-]+)", page.html)[0]
    assert page.headers["cache-control"] == "no-store"
    back = Reader(network)
    assert (await back.send(link, {"password": PASSWORD + "!"})).location in {"/", "/home"}
    assert link not in (await owner.get(path)).html


async def test_an_address_is_confirmed_by_hand(network: Network) -> None:
    _, mod = await inside(network, "mod", "moderator")
    bob = await network.person("bob", is_confirmed=False)
    reader = await logged_in(network, "bob")
    assert (await reader.get("/home")).location == "/auth/waiting"
    path = f"{PATH}/{bob.id}"
    assert "Confirm the e-mail address" in (await mod.get(path)).ok()
    assert (await mod.send(path, {"do": "confirm"})).location == f"{path}?done=confirmed"
    assert (await reader.get("/home")).ok()


@pytest.mark.parametrize(
    ("kind", "undone"),
    [
        ("disable", "enable"),
        ("sensitive", "unsensitive"),
        ("limit", "unlimit"),
        ("suspend", "reinstate"),
    ],
)
async def test_every_decision_has_its_button(network: Network, kind: str, undone: str) -> None:
    _, mod = await inside(network, "mod", "moderator")
    bob: Person = await network.person("bob")
    for one in (kind, undone):
        page = await mod.get(f"{PATH}/{bob.id}")
        assert f'name="kind" value="{one}"' in page.html
        said = {"target_id": bob.id, "kind": one, "text": "Because"}
        assert (await mod.send("/moderation/decisions", said)).status == 303
    assert network.db.kept(SeenLogins)


async def test_the_network_is_handed_over_with_password_and_code(network: Network) -> None:
    anouk, owner = await inside(network)
    _, admin = await inside(network, "admin", "admin")
    bob = await network.person("bob")
    path = f"{PATH}/{bob.id}"
    said = {"do": "hand_over", "current": PASSWORD}
    assert "Only the owner" in (await admin.send(path, said)).refused(403)
    wrong = await owner.send(path, {**said, "current": "wrong"})
    assert "not your current password" in wrong.refused(422)
    assert 'name="code"' not in wrong.html
    secret, _ = await switch_on(owner)
    assert "not right" in (await owner.send(path, said)).refused(422)
    said["code"] = code_of(secret)
    roles = "select role::text from users where id = $1"
    assert await network.db.fetchval(roles, anouk.user_id) == "owner"
    assert 'name="code"' in (await owner.get(path)).html
    assert (await owner.send(path, said)).location == f"{path}?done=handed_over"
    assert await network.db.fetchval(roles, bob.user_id) == "owner"
    assert await network.db.fetchval(roles, anouk.user_id) == "admin"
    assert (await owner.send(path, said)).refused(403)
