"""Home, squares, lists, marks, an account's parts and a message's versions, by links and forms alone."""

import gzip
import re

from tests.rig.network import Network, SqlBudget
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import settings

HEAVIEST = 50 * 1024


def numbers(page: str) -> list[str]:
    return re.findall(r"number (\d\d)\b", page)


async def test_home_is_for_members_and_begins_with_words(network: Network) -> None:
    assert (await Reader(network).get("/home")).location.startswith("/auth/log-in")
    await network.person("alice")
    reader = await logged_in(network, "alice")
    text = (await reader.get("/home")).ok()
    assert "Your home is still empty" in text
    assert "Publish" in text


async def test_home_when_warm_costs_no_statement(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    for number in range(25):
        await bob.publish(f"number {number:02}")
    await network.settle()
    reader = await logged_in(network, "alice")
    page = await reader.get("/home")
    assert numbers(page.text)[0] == "24"
    assert len(gzip.compress(page.html.encode())) < HEAVIEST
    assert "since you stopped reading" not in page.text
    with sql_budget(0):
        await reader.get("/home")
    (await alice.post("/api/v1/markers", {"home": {"last_read_id": bob.id}})).ok()
    assert "25 messages since you stopped reading" in (await reader.get("/home")).text
    told = (await alice.get("/api/v1/markers", timeline=["home"])).ok()
    assert told["home"]["last_read_id"] == bob.id


async def test_what_is_kept_of_a_frame_changes_with_what_it_shows(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    readers = [await logged_in(network, name) for name in ("alice", "bob")]
    first, other = [(await reader.get("/home")).html for reader in readers]
    for page, mine, theirs in ((first, "alice", "bob"), (other, "bob", "alice")):
        assert f'href="/@{mine}"' in page.partition("<main")[0]
        assert f'href="/@{theirs}"' not in page.partition("<main")[0]
    assert 'href="/home" aria-current="page"' in first
    assert 'href="/home" aria-current' not in (await readers[0].get("/lists")).html
    (await alice.patch("/api/v1/accounts/update_credentials", {"display_name": "Anouk L"})).ok()
    await network.db.run(settings.change, title="The Harbour", contact_account_id=bob.account_id)
    await bob.publish("@alice look", visibility="direct")
    await network.settle()
    changed = (await readers[0].get("/home")).html
    assert "Anouk L" in changed.partition("<main")[0]
    assert "The Harbour" in changed.partition("<main")[0]
    assert "data-badge>1<" in changed
    assert 'href="/@bob"' in changed.partition("<aside")[2]


async def test_shared_messages_stand_on_one_card(network: Network) -> None:
    alice, bob, carol, dan = await network.people("alice", "bob", "carol", "dan")
    for one in (bob, carol, dan):
        await alice.follow(one)
    made = await bob.publish("worth sharing")
    for one in (carol, dan):
        (await one.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await network.settle()
    reader = await logged_in(network, "alice")
    page = await reader.get("/home")
    assert page.html.count(f'id="s{made["id"]}"') == 1
    assert "Shared by dan and carol" in page.ok()


async def test_home_hides_what_its_reader_hides(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for one in (bob, carol):
        await alice.follow(one)
    made = await carol.publish("the first word")
    await bob.publish("@carol an answer", in_reply_to_id=made["id"])
    own = await bob.publish("a thread")
    await bob.publish("goes on", in_reply_to_id=own["id"])
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await network.settle()
    reader = await logged_in(network, "alice")
    assert "an answer" in (await reader.get("/home")).ok()
    assert (await reader.send("/home", {"toggle": "replies"})).location == "/home"
    text = (await reader.get("/home")).ok()
    assert "an answer" not in text
    assert "goes on" in text
    assert "Shared by bob" in text
    await reader.send("/home", {"toggle": "reblogs"})
    other = await logged_in(network, "alice")  # in every browser
    text = (await other.get("/home")).ok()
    assert "Shared by bob" not in text
    assert "the first word" in text
    await reader.send("/home", {"toggle": "replies"})
    assert "an answer" in (await other.get("/home")).ok()
    assert (await reader.send("/home", {"toggle": "cats"})).status == 422


async def test_pages_stay_full_and_whole_when_much_is_hidden(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    asked = await carol.publish("a question")
    await alice.follow(carol)
    for number in range(45):
        await bob.publish(f"number {number:02}")
        await bob.publish("@carol so it is", in_reply_to_id=asked["id"])
    await network.settle()
    reader = await logged_in(network, "alice")
    await reader.send("/home", {"toggle": "replies"})
    found: list[str] = []
    path = "/home"
    for _ in range(9):
        page = await reader.get(path)
        assert "so it is" not in page.text
        found += numbers(page.text)
        if 'rel="next"' not in page.html:
            break
        path = page.link("next")
    assert found == [f"{number:02}" for number in reversed(range(45))]
    newer = await reader.get((await reader.get(path)).link("prev"))
    assert numbers(newer.text)


async def test_reading_is_remembered_and_caught_up_with(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    first = await bob.publish("number 00")
    for number in range(1, 11):
        await bob.publish(f"number {number:02}")
    await network.settle()
    reader = await logged_in(network, "alice")
    sent = await reader.send("/home", {"read": first["id"]}, **{"x-fragment": "1"})
    assert sent.status == 200
    text = (await reader.get("/home")).ok()
    assert "You had read up to here" in text
    # Who has no scripts says so; those who have are not asked.
    page = await reader.get("/home")
    assert "<noscript><form" in page.html
    read_to = page.hidden()["read"]
    assert (await reader.send("/home", {"read": read_to})).location == "/home"
    assert "I have read these" not in (await reader.get("/home")).ok()
    (await alice.post("/api/v1/markers", {"home": {"last_read_id": first["id"]}})).ok()
    for number in range(11, 41):
        await bob.publish(f"number {number:02}")
    await network.settle()
    page = await reader.get("/home")
    assert "40 messages since you stopped reading" in page.ok()
    back = await reader.get(f"/home?min_id={first['id']}")
    assert f'href="/home?min_id={first["id"]}"' in page.html
    assert numbers(back.text) == [f"{number:02}" for number in range(20, 0, -1)]
    # Going on reading never moves the marker back.
    markers = (await alice.get("/api/v1/markers", timeline=["home"])).ok()
    newest = await bob.publish("number 41")
    await reader.send("/home", {"read": newest["id"]})
    await reader.send("/home", {"read": first["id"]})
    after = (await alice.get("/api/v1/markers", timeline=["home"])).ok()
    assert markers["home"]["last_read_id"] == first["id"]
    assert after["home"]["last_read_id"] == newest["id"]


async def test_squares_are_for_everybody(network: Network) -> None:
    alice = await network.person("alice")
    await alice.publish("to all")
    await alice.publish("to few", visibility="private")
    for path in ("/public/local", "/public"):
        for reader in (Reader(network), await logged_in(network, "alice")):
            page = await reader.get(path)
            assert "to all" in page.ok()
            assert "to few" not in page.text
        assert "<form" in page.html


async def test_lists_and_marks_have_their_timelines(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    made = await bob.publish("on the list")
    listed = (await alice.post("/api/v1/lists", {"title": "Sea people"})).ok()
    path = f"/api/v1/lists/{listed['id']}/accounts"
    (await alice.post(path, {"account_ids": [bob.id]})).ok()
    reader = await logged_in(network, "alice")
    page = await reader.get(f"/lists/{listed['id']}")
    assert "Sea people" in page.ok()
    assert "on the list" in page.text
    assert "No bookmarks yet" in (await reader.get("/bookmarks")).ok()
    assert "No favourites yet" in (await reader.get("/favourites")).ok()
    for do in ("bookmark", "favourite"):
        await reader.send(f"/statuses/{made['id']}", {"do": do})
        assert "on the list" in (await reader.get(f"/{do}s")).ok()
    other = await logged_in(network, "bob")
    assert (await other.get(f"/lists/{listed['id']}")).status == 404
    assert (await other.get("/lists/x")).status == 404


async def test_marks_are_paged_by_their_own_order(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = [await bob.publish(f"number {number:02}") for number in range(25)]
    for one in made:
        (await alice.post(f"/api/v1/statuses/{one['id']}/bookmark")).ok()
    reader = await logged_in(network, "alice")
    page = await reader.get("/bookmarks")
    found = numbers(page.text)
    last = await reader.get(page.link("next"))
    assert found + numbers(last.text) == [f"{number:02}" for number in reversed(range(25))]
    assert numbers((await reader.get(last.link("prev"))).text) == found


async def test_account_has_parts(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await bob.publish("a question")
    await alice.publish("@bob an answer", in_reply_to_id=made["id"])
    await alice.publish("a word of mine")
    await alice.publish("@bob a letter", visibility="direct")
    reader = await logged_in(network, "bob")
    first = (await reader.get("/@alice")).ok()
    assert "an answer" not in first
    replies = (await reader.get("/@alice/with_replies")).ok()
    assert "an answer" in replies
    assert "a word of mine" in replies
    assert "a letter" not in replies
    assert "Nothing yet" in (await reader.get("/@alice/media")).ok()


async def test_versions_are_shown_to_those_who_may_see_the_message(network: Network) -> None:
    alice, _ = await network.people("alice", "bob")
    made = await alice.publish("teh sea", visibility="private")
    (await alice.put(f"/api/v1/statuses/{made['id']}", {"status": "the sea"})).ok()
    own = await logged_in(network, "alice")
    card = await own.get(f"/@alice/{made['id']}")
    assert f'/@alice/{made["id"]}/history"' in card.html
    text = (await own.get(f"/@alice/{made['id']}/history")).ok()
    assert text.index("the sea") < text.index("teh sea")
    other = await logged_in(network, "bob")
    assert (await other.get(f"/@alice/{made['id']}/history")).status == 404
    assert (await other.get("/@alice/x/history")).status == 404


async def test_frame_tells_of_the_unread(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    reader = await logged_in(network, "alice")
    assert "<title>Home" in (await reader.get("/home")).html
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await network.settle()
    page = await reader.get("/home")
    assert "<title>(1) Home" in page.html
    told = (await alice.get("/api/v1/notifications")).ok()
    moved = {"notifications": {"last_read_id": told[0]["id"]}}
    (await alice.post("/api/v1/markers", moved)).ok()
    assert "<title>Home" in (await reader.get("/home")).html


async def test_keys_are_listed(network: Network) -> None:
    reader = Reader(network, "fr")
    assert "Message suivant" in (await reader.get("/keys")).ok()
    part = await reader.get("/keys", **{"x-fragment": "1"})
    assert part.html.startswith("<dialog")
