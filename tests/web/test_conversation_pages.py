"""Direct exchanges: listed with a dot while unread, opened in their thread, marked and removed."""

import re

import pytest
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

PAGE = "/conversations"


async def exchange(network: Network) -> tuple[Reader, str, str]:
    """Bob wrote to Alice alone: her browser, the exchange's path, the message's id."""
    alice, bob = await network.people("alice", "bob")
    made = await bob.publish("@alice between us", visibility="direct")
    await network.settle()
    reader = await logged_in(network, "alice")
    (one,) = (await alice.get("/api/v1/conversations")).ok()
    return reader, f"{PAGE}/{one['id']}", made["id"]


async def test_list_and_thread(network: Network) -> None:
    reader, path, status_id = await exchange(network)
    page = await reader.get(PAGE)
    assert "between us" in page.ok()
    assert "bob" in page.text
    assert 'class="dot"' in page.html
    ahead = await reader.get(path, **{"sec-purpose": "prefetch"})
    assert ahead.status == 303
    assert 'class="dot"' in (await reader.get(PAGE)).html
    assert (await reader.get(path)).location == f"/@bob/{status_id}"
    assert "between us" in (await reader.get(f"/@bob/{status_id}")).ok()
    assert 'class="dot"' not in (await reader.get(PAGE)).html


async def test_marked_unread_read_and_removed(network: Network) -> None:
    reader, path, _ = await exchange(network)
    for do, has_dot in (("read", False), ("unread", True)):
        assert (await reader.send(path, {"do": do})).status == 303
        assert ('class="dot"' in (await reader.get(PAGE)).html) is has_dot
    part = await reader.send(path, {"do": "read"}, **{"x-fragment": "1"})
    assert "Mark as unread" in part.ok()
    assert "<html" not in part.html
    assert (await reader.send(path, {"do": "remove"})).location == PAGE
    assert "No direct messages yet" in (await reader.get(PAGE)).ok()


async def test_a_new_one_is_for_the_mentioned_only(network: Network) -> None:
    reader, _, _ = await exchange(network)
    assert "/publish?audience=direct" in (await reader.get(PAGE)).html
    assert "audience=direct" in (await reader.get("/@bob")).html
    for said, is_direct in (("direct", True), ("everyone", False)):
        page = await reader.get(f"/publish?text=@bob%20&audience={said}")
        assert "@bob" in page.html
        chosen = re.search(r'value="direct"[^>]*(checked|selected)', page.html)
        assert bool(chosen) is is_direct


async def test_own_words_are_shown_as_such(network: Network) -> None:
    reader, _, _ = await exchange(network)
    other = await logged_in(network, "bob")
    assert "You: between us" in (await other.get(PAGE)).ok()
    assert "You:" not in (await reader.get(PAGE)).text


@pytest.mark.parametrize("do", ["", "burn", "READ"])
async def test_unknown_act_is_refused(network: Network, do: str) -> None:
    reader, path, _ = await exchange(network)
    assert (await reader.send(path, {"do": do})).refused(422)


async def test_exchanges_of_others_are_not_there(network: Network) -> None:
    _, path, _ = await exchange(network)
    await network.person("eve")
    eve = await logged_in(network, "eve")
    assert (await eve.get(path)).refused(404)
    for do in ("read", "unread", "remove"):
        assert (await eve.send(path, {"do": do})).refused(404)
    for wrong in ("x", "0", "-1", "9" * 30):
        assert (await eve.get(f"{PAGE}/{wrong}")).refused(404)
    assert "No direct messages yet" in (await eve.get(PAGE)).ok()
    assert (await Reader(network).get(PAGE)).location.startswith("/auth/log-in")


async def test_pages_follow_each_other(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    for number in range(22):
        await bob.publish(f"@alice letter {number:02}", visibility="direct")
    await network.settle()
    reader = await logged_in(network, "alice")
    first = await reader.get(PAGE)
    second = await reader.get(first.link("next"))
    assert "letter 00" in second.ok()
    assert "letter 21" in (await reader.get(second.link("prev"))).ok()
    assert alice.id
