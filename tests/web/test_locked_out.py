"""Who lost telephone and recovery codes is let back in by people, with a reason; and is told of it all."""

from pathlib import Path

import pytest
from tests.cli.test_moderation import parvis
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in
from tests.web.test_email_change import letters
from tests.web.test_second_factors import CODES, CONFIRM, OFF, code_of, secret_on, switch_on

from parvis.web.pages.access.log_in import HOME

DECIDE = "/moderation/decisions"


async def staff(network: Network, role: str) -> Reader:
    await network.person(role, role=role)
    return await logged_in(network, role)


async def test_admin_takes_second_factors_away(network: Network) -> None:
    alice = await network.person("alice")
    reader, locked_out = Reader(network), Reader(network)
    await reader.log_in("alice")
    await switch_on(reader)
    admin, moderator = await staff(network, "admin"), await staff(network, "moderator")
    path = f"/moderation/accounts/{alice.id}"
    button = "Take second factors away"
    assert button in (await admin.get(path)).ok()
    assert button not in (await moderator.get(path)).ok()
    fields = {"target_id": alice.id, "kind": "reset_factors", "text": "She called me", "back": path}
    assert "owner and admins" in (await moderator.send(DECIDE, fields)).refused(403)
    unexplained = await admin.send(DECIDE, {**fields, "text": " "})
    assert "the person will read it" in unexplained.refused(422)
    done = await admin.submit(DECIDE, fields)
    assert "Second factors taken away" in done.ok()
    assert button not in done.text
    assert (await locked_out.log_in("alice")).location == HOME
    assert "She called me" in (await locked_out.get("/decisions")).ok()
    again = await admin.send(DECIDE, fields)
    assert "has no second factor" in again.refused(403)


async def test_nobody_takes_the_owners_away_from_the_pages(network: Network) -> None:
    owner = await network.person("anouk", role="owner")
    reader = await logged_in(network, "anouk")
    await switch_on(reader)
    admin = await staff(network, "admin")
    fields = {"target_id": owner.id, "kind": "reset_factors", "text": "because"}
    assert "not below yours" in (await admin.send(DECIDE, fields)).refused(403)


@pytest.mark.slow
async def test_by_command_on_the_machine(network: Network, tmp_path: Path) -> None:
    await network.person("anouk", role="owner")
    reader = await logged_in(network, "anouk")
    await switch_on(reader)
    said = ("accounts", "reset-factors", "anouk", "--reason", "The telephone fell into the sea")
    assert "reset_factors anouk" in await parvis(network, tmp_path, *said)
    assert "no second factor" in await parvis(network, tmp_path, *said, code=1)
    assert (await Reader(network).log_in("anouk")).location == HOME
    bob = await network.person("bob")
    assert "owns this network" in await parvis(network, tmp_path, "accounts", "hand-over", "bob")
    role = "select role::text from users where id = $1"
    assert await network.db.fetchval(role, bob.user_id) == "owner"
    assert "already" in await parvis(network, tmp_path, "accounts", "hand-over", "bob", code=1)


async def test_every_change_is_told_by_letter(network: Network, tmp_path: Path) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")

    async def told() -> str:
        await network.settle()
        return letters(tmp_path)[-1][1]

    secret = secret_on(await reader.submit(CODES))
    page = await reader.send(CONFIRM, {"code": code_of(secret), "current": PASSWORD})
    assert "together with a code" in await told()
    code = page.html.partition('class="recovery')[2].partition("<code>")[2].partition("<")[0]
    other = await logged_in(network, "alice")
    await other.send("/auth/second-step", {"code": code})
    assert "Codes that are left: 9" in await told()
    await network.db.fetch("update code_generators set last_step = 0")
    await reader.send(OFF, {"current": PASSWORD, "code": code_of(secret)})
    assert "password alone logs in again" in await told()
    fields = {"current": PASSWORD, "password": "a new sentence"}
    await reader.send("/settings/account/password", fields)
    assert "password was changed" in await told()
    assert all(to == "alice@example.org" for to, _ in letters(tmp_path))
    assert f"{network.base}/settings/sessions" in letters(tmp_path)[-1][1]


async def test_last_letter_goes_to_who_left(network: Network, tmp_path: Path) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    await reader.send("/settings/delete", {"current": PASSWORD})
    await network.settle()
    ((to, text),) = letters(tmp_path)
    assert to == "alice@example.org"
    assert "Your account is deleted" in text
    kept = "select count(*) from jobs where payload::text like '%alice@%'"
    assert await network.db.fetchval(kept) == 0  # the address is forgotten with the letter
