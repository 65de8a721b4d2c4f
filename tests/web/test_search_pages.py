"""Searching: people, hashtags, messages and addresses; the directory; hashtags that are followed."""

import re

import pytest
from tests.rig.network import Network, Person
from tests.rig.reader import Reader, logged_in


async def town(network: Network) -> tuple[Person, Person, Reader]:
    """Alice searches; Bob, who allows it, wrote of lighthouses."""
    alice, bob = await network.people("alice", "bob")
    said = {"discoverable": True, "indexable": True, "note": "I keep the lamps lit"}
    (await bob.patch("/api/v1/accounts/update_credentials", said)).ok()
    await bob.publish("The lighthouse is open today #Lighthouse")
    await network.settle()
    reader = await logged_in(network, "alice")
    return alice, bob, reader


async def test_empty_box_tells_what_can_be_written(network: Network) -> None:
    _, _, reader = await town(network)
    text = (await reader.get("/search")).ok()
    assert "What you can write" in text
    assert "has:media" in text
    assert "has:media" not in (await Reader(network).get("/search")).ok()


async def test_all_kinds_at_once_and_one_by_one(network: Network) -> None:
    _, _, reader = await town(network)
    page = await reader.get("/search?q=lighthouse")
    assert "#Lighthouse" in page.ok()
    assert "is open today" in page.text
    people = (await reader.get("/search?q=bob")).ok()
    assert "@bob" in people
    assert "Follow @bob" in people
    for kind, there, gone in (
        ("messages", "is open today", "1 message this week"),
        ("tags", "1 message this week", "is open today"),
        ("accounts", "Nothing found", "is open today"),
    ):
        text = (await reader.get(f"/search?q=lighthouse&type={kind}")).ok()
        assert there in text
        assert gone not in text
    assert "Nothing found" in (await reader.get("/search?q=zzzzz")).ok()


async def test_visitors_search_people_and_hashtags_only(network: Network) -> None:
    await town(network)
    visitor = Reader(network)
    text = (await visitor.get("/search?q=lighthouse")).ok()
    assert "#Lighthouse" in text
    assert "is open today" not in text
    assert "Members also search messages" in text
    assert "is open today" not in (await visitor.get("/search?q=lighthouse&type=messages")).ok()


async def test_names_and_addresses_mean_exactly_that(network: Network) -> None:
    _, bob, reader = await town(network)
    made = await bob.publish("over here")
    for words in ("@bob", f"@bob@{network.app.addresses.domain}", f"{network.base}/@bob"):
        assert "Follow @bob" in (await reader.get(f"/search?q={words}")).ok()
    text = (await reader.get(f"/search?q={made['url']}")).ok()
    assert "over here" in text
    assert "Follow @bob" not in text
    secret = await bob.publish("for nobody", visibility="direct")
    text = (await reader.get(f"/search?q={network.base}/@bob/{secret['id']}")).ok()
    assert "Nothing found" in text
    assert "Nothing found" in (await reader.get("/search?q=https://elsewhere.example/1")).ok()


async def test_operators_reach_the_index(network: Network) -> None:
    alice, _, reader = await town(network)
    await alice.publish("my own lighthouse")
    await network.settle()
    text = (await reader.get("/search?q=lighthouse+from:me")).ok()
    assert "my own lighthouse" in text
    assert "is open today" not in text


@pytest.mark.parametrize("words", ["x" * 600, "a " * 40])
async def test_too_much_is_refused_in_words(network: Network, words: str) -> None:
    _, _, reader = await town(network)
    page = await reader.get(f"/search?q={words.replace(' ', '+')}")
    assert "Search for fewer words" in page.refused(422)


@pytest.mark.parametrize("words", ["%25", "_", "%3Cscript%3E", "%22", "*", "-", "%F0%9F%92%A9"])
async def test_odd_words_break_nothing(network: Network, words: str) -> None:
    _, _, reader = await town(network)
    for kind in ("", "accounts", "messages", "tags", "zzz"):
        page = await reader.get(f"/search?q={words}&type={kind}&offset=x&max_id=")
        assert page.status == 200
        assert "<script>" not in page.html.replace('<script type="module"', "")


async def test_results_are_paged(network: Network) -> None:
    _, bob, reader = await town(network)
    for number in range(21):
        await network.person(f"lamp{number:02}")
        await bob.publish(f"a lantern {number:02}")
    await network.settle()
    first = await reader.get("/search?q=lamp&type=accounts")
    second = await reader.get(first.link("next"))
    names = {one for page in (first, second) for one in re.findall(r"@(lamp\d\d)\b", page.text)}
    assert len(names) == 21
    assert (await reader.get(second.link("prev"))).ok()
    assert "More people" in (await reader.get("/search?q=lamp")).ok()
    first = await reader.get("/search?q=lantern&type=messages")
    second = await reader.get(first.link("next"))
    assert "a lantern 00" in second.ok()
    visitor = await Reader(network).get("/search?q=lamp&type=accounts")
    assert 'rel="next"' not in visitor.html


async def test_hashtags_are_followed_in_place(network: Network) -> None:
    alice, _, reader = await town(network)
    assert "No hashtags yet" in (await reader.get("/followed_tags")).ok()
    how = {"referer": f"{network.base}/search?q=light"}
    sent = await reader.send("/tags/lighthouse", {"do": "follow"}, **how)
    assert sent.location == "/search?q=light"
    text = (await reader.get("/followed_tags")).ok()
    assert "#Lighthouse" in text
    assert "Unfollow #Lighthouse" in text
    assert "Unfollow #lighthouse" in (await reader.get("/tags/lighthouse")).ok()
    assert "Follow" not in (await Reader(network).get("/tags/lighthouse")).ok()
    assert "Nothing with this hashtag" in (await reader.get("/tags/not%20a%20tag")).ok()
    part = await reader.send("/tags/lighthouse", {"do": "unfollow"}, **{"x-fragment": "1"})
    assert "Follow #" in part.ok()
    assert (await alice.get("/api/v1/followed_tags")).ok() == []
    for name, do, status in (("lighthouse", "burn", 422), ("not a tag", "follow", 404)):
        assert (await reader.send(f"/tags/{name}", {"do": do})).refused(status)
    assert (await Reader(network).send("/tags/lighthouse", {"do": "follow"})).refused(401)


async def test_directory_lists_who_wants_to_be_found(network: Network) -> None:
    await town(network)
    carol = await network.person("carol")
    page = await Reader(network).get("/directory")
    assert "I keep the lamps lit" in page.ok()
    assert "@carol" not in page.text
    (await carol.patch("/api/v1/accounts/update_credentials", {"discoverable": True})).ok()
    text = (await Reader(network).get("/directory?order=new&local=1")).ok()
    assert text.index("@carol") < text.index("@bob")
    text = (await Reader(network).get("/directory?order=zzz&local=x&offset=-3")).ok()
    assert text.index("@bob") < text.index("@carol")
    assert "Nobody here yet" in (await Reader(network).get("/directory?offset=99999999999")).ok()


async def test_suggestions_follow_or_go(network: Network) -> None:
    alice, bob, reader = await town(network)
    friend = await network.person("friend")
    await alice.follow(friend)
    await friend.follow(bob)
    text = (await reader.get("/home")).ok()
    assert "Whom to follow" in text
    assert "1 person you follow follows them" in text
    part = await reader.send(
        f"/accounts/{bob.id}", {"do": "dismiss", "view": "suggestion"}, **{"x-fragment": "1"}
    )
    assert part.ok() == ""
    assert "Whom to follow" not in (await reader.get("/home")).ok()
