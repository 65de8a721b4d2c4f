"""Lists: made, named, filled, emptied and deleted by their owner alone."""

import re

import pytest
from tests.rig.network import Network, Person
from tests.rig.reader import Reader, logged_in


async def alice_with_browser(network: Network) -> tuple[Person, Reader]:
    alice = await network.person("alice")
    reader = await logged_in(network, "alice")
    return alice, reader


async def made(reader: Reader, title: str = "Harbour") -> str:
    """A new list's path."""
    sent = await reader.send("/lists", {"title": title, "replies_policy": "list"})
    return sent.location.removesuffix("/edit")


async def test_made_read_and_changed(network: Network) -> None:
    alice, reader = await alice_with_browser(network)
    assert "You have no lists yet" in (await reader.get("/lists")).ok()
    path = await made(reader)
    assert "Nobody yet" in (await reader.get(f"{path}/edit")).ok()
    said = {"do": "change", "title": "Port", "replies_policy": "none", "exclusive": "1"}
    onward = (await reader.send(path, said)).location
    assert "The list is saved" in (await reader.get(onward)).ok()
    text = (await reader.get("/lists")).ok()
    assert "Port" in text
    assert "Not in my home" in text
    (one,) = (await alice.get("/api/v1/lists")).ok()
    assert (one["title"], one["replies_policy"], one["exclusive"]) == ("Port", "none", True)
    assert "Yes, delete the list" in (await reader.get(f"{path}/edit")).ok()
    assert (await reader.send(path, {"do": "delete"})).location == "/lists"
    assert (await reader.get(f"{path}/edit")).refused(404)


async def test_form_sent_twice_makes_one_list(network: Network) -> None:
    alice, reader = await alice_with_browser(network)
    assert await made(reader) == await made(reader)
    await made(reader, "Another")
    assert len((await alice.get("/api/v1/lists")).ok()) == 2


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"title": "  "}, "Give the list a name"),
        ({"title": "x" * 256}, "This is too long"),
        ({"title": "x" * 9_000}, "This is too long"),
        ({"title": "Port", "replies_policy": "all"}, "cannot be accepted"),
    ],
)
async def test_refused_lists_are_not_made_and_words_are_kept(
    network: Network, said: dict[str, str], words: str
) -> None:
    alice, reader = await alice_with_browser(network)
    page = await reader.send("/lists", said)
    assert words in page.refused(422)
    if said["title"].strip():
        assert said["title"] in page.html
    assert (await alice.get("/api/v1/lists")).ok() == []
    path = await made(reader)
    page = await reader.send(path, {"do": "change", **said})
    assert words in page.refused(422)
    assert "Harbour" in (await reader.get("/lists")).ok()


async def test_there_is_an_end_to_lists(network: Network) -> None:
    alice, reader = await alice_with_browser(network)
    for number in range(50):
        (await alice.post("/api/v1/lists", {"title": f"list {number}"})).ok()
    page = await reader.send("/lists", {"title": "one more"})
    assert "as many lists as there may be" in page.refused(422)


async def test_people_are_searched_added_and_removed(network: Network) -> None:
    alice, reader = await alice_with_browser(network)
    bob = await network.person("bob")
    await network.person("bobby")  # not followed
    await alice.follow(bob)
    path = await made(reader)
    page = await reader.get(f"{path}/edit?q=bob")
    assert "Add @bob" in page.ok()
    assert "bobby" not in page.text
    assert "Nobody you follow" in (await reader.get(f"{path}/edit?q=zzz")).ok()
    how = {"referer": f"{network.base}{path}/edit?q=bob"}
    for _ in range(2):  # a double click is no fault
        sent = await reader.send(path, {"do": "add", "account_id": bob.id}, **how)
        assert sent.location == f"{path}/edit?q=bob"
    text = (await reader.get(f"{path}/edit")).ok()
    assert "Remove @bob" in text
    part = await reader.send(
        path, {"do": "remove", "account_id": bob.id, "q": "bob"}, **{"x-fragment": "1"}
    )
    assert "Add @bob" in part.ok()
    assert re.match(r'\s*<section class="card panel" id="members"', part.html)
    assert "Nobody yet" in (await reader.get(f"{path}/edit")).ok()


async def test_only_followed_people_are_added(network: Network) -> None:
    _, reader = await alice_with_browser(network)
    bob = await network.person("bob")
    path = await made(reader)
    for who in (bob.id, "0", "117000000000000001"):
        assert (await reader.send(path, {"do": "add", "account_id": who})).refused(404)
    for who in ("x", "-1", "9" * 30):
        assert (await reader.send(path, {"do": "add", "account_id": who})).refused(422)
    assert (await reader.send(path, {"do": "burn"})).refused(422)


async def test_lists_of_others_are_not_there(network: Network) -> None:
    _, reader = await alice_with_browser(network)
    path = await made(reader, "Secret friends")
    await network.person("eve")
    eve = await logged_in(network, "eve")
    assert "Secret friends" not in (await eve.get("/lists")).ok()
    assert (await eve.get(f"{path}/edit")).refused(404)
    for do in ("change", "delete", "add", "remove"):
        said = {"do": do, "title": "mine", "account_id": "1"}
        assert (await eve.send(path, said)).refused(404)
    assert (await Reader(network).get("/lists")).location.startswith("/auth/log-in")
    for wrong in ("x", "0", "9" * 30):
        assert (await reader.get(f"/lists/{wrong}/edit")).refused(404)
