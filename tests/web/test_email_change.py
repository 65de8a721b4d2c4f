"""Another e-mail address: proven by a letter, told to the old one."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in

from parvis.infra.limits import Limits

EMAIL = "/settings/account/email"
NEW = {"email": "new@example.org", "current": PASSWORD}


def letters(folder: Path) -> list[tuple[str, str]]:
    """To whom, and what, in the order they were written."""
    read = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "mail").glob("*.eml"))
    ]
    return [(one["To"], one.get_content()) for one in read]


def link_in(text: str) -> str:
    return "/auth/email/" + text.partition("/auth/email/")[2].split()[0]


async def test_new_address_counts_once_its_letter_was_opened(
    network: Network, tmp_path: Path
) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    page = await reader.submit(EMAIL, NEW)
    assert "Open the link in the letter" in page.ok()
    assert "new@example.org becomes yours" in page.text
    await network.settle()
    ((to, text),) = letters(tmp_path)
    assert to == "new@example.org"
    assert (await Reader(network).log_in("new@example.org")).refused(422)
    stranger = Reader(network)  # the letter may be opened on another device
    assert "letters from" in (await stranger.get(link_in(text))).ok()
    assert (await Reader(network).log_in("new@example.org")).refused(422)  # opened, not pressed
    assert "yours now" in (await stranger.send(link_in(text))).ok()
    assert "yours now" in (await stranger.send(link_in(text))).ok()  # a double click
    elsewhere = await stranger.send(link_in(text), **{"user-agent": "another"})
    assert "has ended" in elsewhere.refused(404)
    await network.settle()
    told = letters(tmp_path)[-1]
    assert told[0] == "alice@example.org"
    assert "another address" in told[1]
    assert (await Reader(network).log_in("new@example.org")).location
    assert (await Reader(network).log_in("alice@example.org")).refused(422)


async def test_withdrawn_address_cannot_be_confirmed(network: Network, tmp_path: Path) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    await reader.send(EMAIL, NEW)
    await network.settle()
    ((_, text),) = letters(tmp_path)
    assert "stays as it is" in (await reader.submit(f"{EMAIL}/withdraw")).ok()
    assert "has ended" in (await reader.send(link_in(text))).refused(404)
    assert (await Reader(network).log_in("alice@example.org")).location


async def test_taken_address_is_not_told_apart(network: Network, tmp_path: Path) -> None:
    """Nobody learns who is a member; the member is not bothered."""
    await network.people("alice", "bob")
    reader = await logged_in(network)
    free = await reader.submit(EMAIL, NEW)
    taken = await reader.submit(EMAIL, {**NEW, "email": "BOB@example.org"})
    assert free.ok().replace("new@", "BOB@") == taken.ok()
    await network.settle()
    assert "bob@example.org" not in {to.lower() for to, _ in letters(tmp_path)}


async def test_address_taken_meanwhile_is_not_given_away(network: Network, tmp_path: Path) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    await reader.send(EMAIL, NEW)
    await network.settle()
    ((_, text),) = letters(tmp_path)
    bob = await network.person("bob")
    await network.db.fetch(
        "update users set email = $2 where id = $1", bob.user_id, "new@example.org"
    )
    assert "has ended" in (await reader.send(link_in(text))).refused(404)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"email": "nonsense"}, "whole address"),
        ({"email": "a b@example.org"}, "whole address"),
        ({"email": "x" * 300 + "@example.org"}, "too long"),
        ({"email": ""}, "whole address"),
        ({"email": "Alice@Example.org"}, "your address already"),
        ({"current": "a guess"}, "not your current password"),
    ],
)
async def test_wrong_fields_are_told_beside_them(
    network: Network, fields: dict[str, str], said: str
) -> None:
    await network.person("alice")
    await network.db.fetch("update users set email_proven_at = now()")
    reader = await logged_in(network)
    refused = await reader.send(EMAIL, {**NEW, **fields})
    assert said in refused.refused(422)
    assert await network.db.fetchval("select new_email from users") is None


async def test_letters_are_limited(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    network.db.limits = Limits(is_on=True)
    codes = [
        (await reader.send(EMAIL, {**NEW, "email": f"n{number}@example.org"})).status
        for number in range(6)
    ]
    assert codes == [303] * 5 + [429]


async def test_only_an_address_that_a_letter_proved_counts_in_polls(
    network: Network, tmp_path: Path
) -> None:
    """Who may act without confirming has only said what their address is: a poll's rule asks for more."""
    alice, bob = await network.people("alice", "bob")
    rules = {"email_domain": "example.org"}
    poll = {"options": ["Yes", "No"], "expires_in": 3_600, "rules": rules}
    asked = (await alice.publish("Who are you?", poll=poll))["poll"]["id"]
    path = f"/api/v1/polls/{asked}/votes"
    assert "confirmed e-mail address" in (await bob.post(path, {"choices": [0]})).refused(403)
    reader = await logged_in(network, "bob")
    assert "No letter has shown yet" in (await reader.get("/settings/account")).ok()
    same = {"email": "Bob@example.org", "current": PASSWORD}
    assert "Open the link in the letter" in (await reader.submit(EMAIL, same)).ok()
    await network.settle()
    ((to, text),) = letters(tmp_path)
    assert to == "Bob@example.org"
    assert "yours now" in (await reader.send(link_in(text))).ok()
    assert "No letter" not in (await reader.get("/settings/account")).ok()
    assert "already" in (await reader.send(EMAIL, same)).refused(422)
    assert (await bob.post(path, {"choices": [0]})).ok()["voted"]
    await network.settle()
    assert len(letters(tmp_path)) == 1  # no old address is to be told
