"""Between two accounts: every act by a form, with its state shown; lists of followers and followed."""

import re
from typing import Any

import pytest
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in

FRAGMENT = {"x-fragment": "1"}


class Pair:
    """Alice reads, Bob is who it is about."""

    def __init__(self, network: Network, alice: Person, bob: Person, reader: Reader) -> None:
        self.network, self.alice, self.bob, self.reader = network, alice, bob, reader

    async def do(self, act: str, **said: str) -> None:
        sent = await self.reader.send(
            f"/accounts/{self.bob.id}",
            {"do": act, "view": "panel", **said},
            referer=f"{self.network.base}/@bob",
        )
        assert sent.location == "/@bob"

    async def page(self) -> str:
        return (await self.reader.get("/@bob")).ok()

    async def stands(self, who: str = "alice") -> dict[str, Any]:
        one, other = (self.alice, self.bob) if who == "alice" else (self.bob, self.alice)
        return (await one.get("/api/v1/accounts/relationships", id=[other.id])).ok()[0]


@pytest.fixture
async def pair(network: Network) -> Pair:
    alice, bob = await network.people("alice", "bob")
    reader = await logged_in(network, "alice")
    return Pair(network, alice, bob, reader)


async def test_follow_and_unfollow(pair: Pair) -> None:
    assert "Follow @bob" in await pair.page()
    await pair.do("follow")
    text = await pair.page()
    assert "You follow" in text
    assert "Unfollow @bob" in text
    await pair.do("follow")  # pressed twice
    await pair.do("options", notify="1")
    assert (await pair.stands())["notifying"] is True
    assert (await pair.stands())["showing_reblogs"] is False
    await pair.do("options", reblogs="1")
    assert (await pair.stands())["notifying"] is False
    assert (await pair.stands())["showing_reblogs"] is True
    await pair.do("unfollow")
    assert (await pair.stands())["following"] is False


async def test_who_follows_is_followed_back(pair: Pair) -> None:
    await pair.bob.follow(pair.alice)
    text = await pair.page()
    assert "Follows you" in text
    assert "Follow back" in text
    await pair.do("remove_follower")
    assert "Follows you" not in await pair.page()


async def test_request_is_shown_and_withdrawn(pair: Pair) -> None:
    (await pair.bob.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    assert "Ask to follow @bob" in await pair.page()
    await pair.do("follow")
    text = await pair.page()
    assert "Requested" in text
    assert "Cancel the request" in text
    await pair.do("unfollow")
    assert (await pair.stands())["requested"] is False


async def test_mute_with_an_end_and_its_notifications(pair: Pair) -> None:
    await pair.do("mute", duration="3600", chosen="1")
    stands = await pair.stands()
    assert (stands["muting"], stands["muting_notifications"]) == (True, False)
    assert "Muted until" in await pair.page()
    await pair.do("mute", duration="0", chosen="1", hides="1")
    stands = await pair.stands()
    assert (stands["muting_notifications"], stands["muting_expires_at"]) == (True, None)
    await pair.do("unmute")
    assert "Muted" not in await pair.page()
    await pair.do("mute")  # as a card's menu sends it
    assert (await pair.stands())["muting_notifications"] is True


async def test_block_and_unblock(pair: Pair) -> None:
    await pair.do("follow")
    await pair.do("block")
    text = await pair.page()
    assert "Blocked" in text
    assert "Unblock @bob" in text
    assert "Ask to follow" not in text
    assert (await pair.stands())["following"] is False
    refused = await pair.reader.send(f"/accounts/{pair.bob.id}", {"do": "follow"})
    assert refused.refused(403)
    await pair.do("unblock")
    assert "Follow @bob" in await pair.page()


async def test_private_note_is_seen_by_its_writer_alone(pair: Pair) -> None:
    await pair.do("note", comment="met at <b>the</b> harbour")
    assert "met at <b>the</b> harbour" in await pair.page()
    other = Reader(pair.network)
    await other.log_in("bob")
    assert "harbour" not in (await other.get("/@bob")).ok()
    assert "harbour" not in (await Reader(pair.network).get("/@bob")).ok()
    await pair.do("note", comment="  ")
    assert "harbour" not in await pair.page()
    long = await pair.reader.send(
        f"/accounts/{pair.bob.id}", {"do": "note", "comment": "x" * 2_001}
    )
    assert "This is too long" in long.refused(422)


async def test_recommend_only_whom_one_follows(pair: Pair) -> None:
    refused = await pair.reader.send(f"/accounts/{pair.bob.id}", {"do": "endorse"})
    assert "Follow them before you recommend them" in refused.refused(422)
    await pair.do("follow")
    await pair.do("endorse")
    assert "No longer recommend" in await pair.page()
    await pair.do("unendorse")
    assert (await pair.stands())["endorsed"] is False


async def test_lists_are_chosen_together(pair: Pair) -> None:
    path, act = "/@bob/lists", f"/accounts/{pair.bob.id}"
    assert "Follow them first" in (await pair.reader.get(path)).ok()
    await pair.do("follow")
    assert "no lists yet" in (await pair.reader.get(path)).ok()
    ids = [
        (await pair.alice.post("/api/v1/lists", {"title": name})).ok()["id"]
        for name in ("Port", "Islands", "Choir")
    ]
    chosen = [("do", "lists"), ("view", "page"), ("back", "/@bob")]
    sent = await pair.reader.send_all(act, [*chosen, ("on[]", ids[0]), ("on[]", ids[1])])
    assert sent.location == "/@bob"
    page = await pair.reader.get(path)
    assert page.html.count(" checked") == 2
    await pair.reader.send_all(act, [*chosen, ("on[]", ids[2])])
    on = (await pair.alice.get(f"/api/v1/accounts/{pair.bob.id}/lists")).ok()
    assert [one["title"] for one in on] == ["Choir"]
    theirs = (await pair.bob.post("/api/v1/lists", {"title": "Mine"})).ok()["id"]
    stolen = await pair.reader.send_all(act, [*chosen, ("on[]", ids[0]), ("on[]", theirs)])
    assert stolen.refused(404)
    on = (await pair.alice.get(f"/api/v1/accounts/{pair.bob.id}/lists")).ok()
    assert [one["title"] for one in on] == ["Choir"]  # all or nothing
    await pair.do("unfollow")
    assert (await pair.reader.send_all(act, [*chosen, ("on[]", ids[0])])).refused(404)


@pytest.mark.parametrize("view", ["button", "panel", "mutes", "blocks", "requests", "request"])
async def test_scripts_get_the_part_that_changed(pair: Pair, view: str) -> None:
    path = f"/accounts/{pair.bob.id}"
    act = {"mutes": "mute", "blocks": "block"}.get(view, "follow")
    if view in ("requests", "request"):
        (await pair.alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
        await pair.bob.follow(pair.alice)
        act = "accept"
    part = await pair.reader.send(path, {"do": act, "view": view}, **FRAGMENT)
    part.ok()
    assert "<html" not in part.html
    assert f'action="/accounts/{pair.bob.id}"' in part.html
    assert 'name="token"' in part.html
    whole = await pair.reader.send(path, {"do": act, "view": "page"}, **FRAGMENT)
    assert whole.status in (303, 404)


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"do": "burn"}, 422),
        ({"do": ""}, 422),
        ({"do": "follow", "view": "../x"}, 422),
        ({"do": "mute", "duration": "-1"}, 422),
        ({"do": "mute", "duration": "9" * 40}, 422),
        ({"do": "mute", "duration": "soon"}, 422),
        ({"do": "note", "comment": "a\0b"}, 400),
        ({"do": "accept"}, 404),
        ({"do": "reject"}, 404),
    ],
)
async def test_what_makes_no_sense_changes_nothing(
    pair: Pair, said: dict[str, str], status: int
) -> None:
    before = await pair.stands()
    assert (await pair.reader.send(f"/accounts/{pair.bob.id}", said)).refused(status)
    assert await pair.stands() == before


@pytest.mark.parametrize("act", ["follow", "block", "mute", "endorse"])
async def test_nobody_acts_on_themselves(pair: Pair, act: str) -> None:
    sent = await pair.reader.send(f"/accounts/{pair.alice.id}", {"do": act})
    assert sent.status in (403, 422)
    text = (await pair.reader.get("/@alice")).ok()
    assert "Follow @alice" not in text


@pytest.mark.parametrize("id_", ["0", "x", "-1", "9" * 30, "117000000000000001"])
async def test_who_is_not_there_is_not_found(pair: Pair, id_: str) -> None:
    assert (await pair.reader.send(f"/accounts/{id_}", {"do": "follow"})).refused(404)


async def test_visitors_and_forgers_change_nothing(pair: Pair) -> None:
    path = f"/accounts/{pair.bob.id}"
    assert (await Reader(pair.network).send(path, {"do": "follow"})).refused(401)
    forged = await pair.reader.send(path, {"do": "follow"}, origin="https://evil.example")
    assert forged.refused(403)
    tokenless = await pair.reader.send(path, {"do": "follow", "token": "x"})
    assert "too old" in tokenless.refused(403)
    assert (await pair.stands())["following"] is False
    assert "Follow @bob" not in (await Reader(pair.network).get("/@bob")).ok()


async def test_back_goes_only_to_pages_of_ours(pair: Pair) -> None:
    path = f"/accounts/{pair.bob.id}"
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"):
        sent = await pair.reader.send(path, {"do": "follow", "view": "page", "back": back})
        assert sent.location == "/"


async def test_page_of_somebody_asks_little(pair: Pair, sql_budget: SqlBudget) -> None:
    await pair.page()
    with sql_budget(6):
        await pair.page()


@pytest.mark.parametrize("act", ["follow", "mute", "block", "note", "unfollow"])
async def test_an_act_takes_three_statements_at_most(
    pair: Pair, sql_budget: SqlBudget, act: str
) -> None:
    await pair.page()
    with sql_budget(3):
        await pair.do(act, comment="kept")


async def test_followers_and_followed_are_listed(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for one, other in ((bob, alice), (carol, alice), (alice, bob)):
        await one.follow(other)
    reader = await logged_in(network, "bob")
    text = (await reader.get("/@alice/followers")).ok()
    assert "@bob" in text
    assert "@carol" in text
    assert "Follow @carol" in text
    assert "Follow @bob" not in text  # oneself
    assert "Unfollow" not in text
    text = (await reader.get("/@alice/following")).ok()
    assert "@bob" in text
    assert "@carol" not in text
    visitor = await Reader(network).get("/@alice/followers")
    assert "@carol" in visitor.ok()
    assert "Follow @carol" not in visitor.text
    for path in ("/@nobody/followers", "/@nobody/following", "/@alice/strangers"):
        assert (await reader.get(path)).refused(404)


async def test_hidden_networks_stay_hidden(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    await carol.follow(alice)
    await carol.follow(bob)
    said = {"hide_collections": True}
    (await alice.patch("/api/v1/accounts/update_credentials", said)).ok()
    for kind in ("followers", "following"):
        text = (await Reader(network).get(f"/@alice/{kind}")).ok()
        assert "Kept to themselves" in text
        assert "@bob" not in text
    own = await logged_in(network, "alice")
    assert "@bob" in (await own.get("/@alice/followers")).ok()
    other = await logged_in(network, "carol")
    assert "Followed by" not in (await other.get("/@alice")).ok()  # nor as a familiar face


async def test_familiar_followers_are_named(network: Network) -> None:
    alice, bob, carol, dan = await network.people("alice", "bob", "carol", "dan")
    for one, other in ((alice, bob), (alice, carol), (bob, dan), (carol, dan)):
        await one.follow(other)
    reader = await logged_in(network, "alice")
    text = (await reader.get("/@dan")).ok()
    assert re.search(r"Followed by (bob and carol|carol and bob)", text)
    listed = (await reader.get("/@dan/familiar_followers")).ok()
    assert "@bob" in listed
    assert "@carol" in listed
    assert "Followed by" not in (await Reader(network).get("/@dan")).ok()


async def test_followers_are_paged(network: Network) -> None:
    alice = await network.person("alice")
    for number in range(42):
        await (await network.person(f"p{number:02}")).follow(alice)
    reader = Reader(network)
    first = await reader.get("/@alice/followers")
    second = await reader.get(first.link("next"))
    names = {name for page in (first, second) for name in re.findall(r"@(p\d\d)\b", page.text)}
    assert len(names) == 42
    assert second.link("prev")


async def test_suspended_accounts_show_no_lists(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    answer = await Reader(network).get("/@alice/followers")
    assert answer.status in (303, 403, 404)
    assert "@bob" not in answer.text
