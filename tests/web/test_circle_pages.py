"""Requests, mutes and blocks: answered and undone in place, with scripts or without."""

import pytest
from tests.rig.network import Network, Person
from tests.rig.reader import Reader, logged_in

FRAGMENT = {"x-fragment": "1"}
PAGES = ("/follow_requests", "/mutes", "/blocks")


async def alice_and_bob(network: Network) -> tuple[Person, Person, Reader]:
    alice, bob = await network.people("alice", "bob")
    reader = await logged_in(network, "alice")
    return alice, bob, reader


async def sent(reader: Reader, who: Person, act: str, view: str, page: str) -> str:
    """Send a row's form; where it goes on."""
    how = {"referer": f"{reader.network.base}{page}"}
    return (await reader.send(f"/accounts/{who.id}", {"do": act, "view": view}, **how)).location


@pytest.mark.parametrize("path", PAGES)
async def test_empty_and_for_members(network: Network, path: str) -> None:
    _, _, reader = await alice_and_bob(network)
    assert "Nobody is" in (await reader.get(path)).ok()
    assert (await Reader(network).get(path)).location.startswith("/auth/log-in")


async def test_requests_are_accepted_and_refused(network: Network) -> None:
    alice, bob, reader = await alice_and_bob(network)
    carol = await network.person("carol")
    (await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await bob.follow(alice)
    await carol.follow(alice)
    await network.settle()
    text = (await reader.get("/follow_requests")).ok()
    assert "Accept @bob" in text
    assert "asks to follow you" in (await reader.get("/notifications")).ok()
    onward = await sent(reader, bob, "accept", "requests", "/follow_requests")
    text = (await reader.get(onward)).ok()
    assert "They follow you now." in text
    assert "Undo @bob" in text
    assert "Accept @bob" not in text
    part = await reader.send(
        f"/accounts/{carol.id}", {"do": "reject", "view": "request"}, **FRAGMENT
    )
    assert "is refused" in part.ok()
    assert "Nobody is waiting" in (await reader.get("/follow_requests")).ok()
    onward = await sent(reader, carol, "accept", "requests", "/follow_requests")
    assert "was taken back" in (await reader.get(onward)).ok()
    again = {"do": "accept", "view": "request"}
    assert "follows you now" in (await reader.send(f"/accounts/{bob.id}", again, **FRAGMENT)).ok()
    await sent(reader, bob, "remove_follower", "requests", onward)
    followers = (await alice.get(f"/api/v1/accounts/{alice.id}/followers")).ok()
    assert followers == []


@pytest.mark.parametrize(
    ("path", "act", "undo", "words"),
    [("/mutes", "mute", "unmute", "Mute again"), ("/blocks", "block", "unblock", "Block again")],
)
async def test_undone_in_place_and_back(
    network: Network, path: str, act: str, undo: str, words: str
) -> None:
    alice, bob, reader = await alice_and_bob(network)
    (await alice.post(f"/api/v1/accounts/{bob.id}/{act}")).ok()
    assert "@bob" in (await reader.get(path)).ok()
    onward = await sent(reader, bob, undo, path[1:], path)
    assert f"{words} @bob" in (await reader.get(onward)).ok()
    assert "Nobody is" in (await reader.get(path)).ok()
    back = await sent(reader, bob, act, path[1:], onward)
    assert f"{undo.title()} @bob" in (await reader.get(back)).ok()
    part = await reader.send(f"/accounts/{bob.id}", {"do": undo, "view": path[1:]}, **FRAGMENT)
    assert part.ok().endswith(f"{words} @bob")


@pytest.mark.parametrize(
    "said", ["?did=unmute&to=9", "?did=x&to=1", "?did=unmute", "?did=unmute&to=x", "?to=1&did=mute"]
)
async def test_addresses_made_up_tell_nothing(network: Network, said: str) -> None:
    _, _, reader = await alice_and_bob(network)
    for path in PAGES:
        assert "Nobody is" in (await reader.get(path + said)).ok()


async def test_servers_are_blocked_and_unblocked(network: Network) -> None:
    _, _, reader = await alice_and_bob(network)
    path = "/blocks/domains"
    done = await reader.send(path, {"do": "block", "domain": " Müller.Example. "})
    assert done.location.startswith("/blocks")
    text = (await reader.get("/blocks")).ok()
    assert "xn--mller-kva.example" in text
    for wrong in ("", "two words", "localhost:99999999", "x" * 300, network_host(network)):
        page = await reader.send(path, {"do": "block", "domain": wrong})
        assert "Write the name of another server" in page.refused(422)
    await reader.send(path, {"do": "unblock", "domain": "xn--mller-kva.example"})
    assert "xn--mller-kva.example" not in (await reader.get("/blocks")).ok()
    assert (await reader.send(path, {"do": "burn", "domain": "a.example"})).refused(422)
    assert (await Reader(network).send(path, {"domain": "a.example"})).refused(401)


def network_host(network: Network) -> str:
    return network.app.addresses.domain


async def test_pages_follow_each_other(network: Network) -> None:
    alice, _, reader = await alice_and_bob(network)
    for number in range(41):
        one = await network.person(f"p{number:02}")
        (await alice.post(f"/api/v1/accounts/{one.id}/mute", {"duration": 3600})).ok()
    first = await reader.get("/mutes")
    assert "Until" in first.ok()
    second = await reader.get(first.link("next"))
    assert "@p00" in second.ok()
    assert "@p40" in (await reader.get(second.link("prev"))).ok()
