"""What a visitor reads: front, accounts, statuses with their thread, hashtags; and what they do not."""

import re
from html.parser import HTMLParser

import pytest
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import rules, settings
from parvis.domain.network.numbers import Counted


async def test_front_says_what_it_is(network: Network) -> None:
    alice = await network.person("alice", role="owner")
    await network.db.run(
        settings.change,
        title="La Place",
        short_description="A square by the sea",
        contact_account_id=alice.account_id,
    )
    await network.db.run(rules.add_rule, "Be kind")
    await alice.publish("hello square")
    await alice.publish("not for the square", visibility="unlisted")
    page = await Reader(network).get("/")
    text = page.ok()
    for words in ("La Place", "A square by the sea", "Be kind", "Ask to join", "hello square"):
        assert words in text
    assert "not for the square" not in text


async def test_empty_front_invites(network: Network) -> None:
    assert "The square is still quiet" in (await Reader(network).get("/")).ok()


async def test_front_costs_at_most_three_statements(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice = await network.person("alice")
    await network.db.run(settings.change, contact_account_id=alice.account_id)
    for number in range(25):
        await alice.publish(f"number {number}")
    await settings.read(network.db)  # read at start
    await network.db.kept(Counted).numbers.read()  # once a minute
    await rules.list_rules(network.db)
    network.db.slots.bump_all()
    await settings.read(network.db)
    await rules.list_rules(network.db)
    reader = Reader(network)
    with sql_budget(3):
        page = await reader.get("/")
    assert "number 24" in page.ok()
    with sql_budget(0):
        await reader.get("/")


async def test_first_visit_of_a_process_costs_two_statements(
    network: Network, sql_budget: SqlBudget
) -> None:
    await network.db.kept(Counted).numbers.read()  # once a minute
    with sql_budget(2):
        (await Reader(network).get("/")).ok()


async def test_lists_are_paged_by_real_links(network: Network) -> None:
    alice = await network.person("alice")
    for number in range(45):
        await alice.publish(f"number {number:02}")
    reader = Reader(network)
    seen: list[str] = []
    path = "/@alice"
    for _ in range(3):
        page = await reader.get(path)
        seen += re.findall(r"number (\d\d)", page.ok())
        if 'rel="next"' not in page.html:
            break
        path = page.link("next")
    assert seen == [f"{number:02}" for number in reversed(range(45))]
    back = (await reader.get((await reader.get(path)).link("prev"))).ok()
    assert "number 24" in back
    assert "number 04" not in back


async def test_account_page(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    await alice.patch(
        "/api/v1/accounts/update_credentials",
        {"display_name": "Alice <b>", "note": "I like\n<script>alert(1)</script> gardens"},
    )
    await alice.publish("hello")
    await alice.publish("@bob a reply", in_reply_to_id=(await bob.publish("first"))["id"])
    await alice.publish("among us", visibility="private")
    await settings.read(network.db)
    network.db.slots.bump_all()
    await settings.read(network.db)
    await rules.list_rules(network.db)
    with sql_budget(4):
        page = await Reader(network).get("/@alice")
    text = page.ok()
    assert "hello" in text
    assert "a reply" not in text
    assert "among us" not in text
    assert "<script>" not in page.html
    assert "Alice &lt;b&gt;" in page.html


async def pin(person: Person, status: str, **how: str) -> str:
    made = await person.publish(status, **how)
    (await person.post(f"/api/v1/statuses/{made['id']}/pin")).ok()
    return made["id"]


async def test_pinned_statuses_stand_first(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await pin(alice, "pinned-first")
    await pin(alice, "pinned-among-us", visibility="private")
    await pin(alice, "pinned-last")
    (await alice.post(f"/api/v1/statuses/{(await bob.publish('of bob'))['id']}/reblog")).ok()
    for number in range(25):
        await alice.publish(f"number {number:02}")
    await bob.follow(alice)
    await settings.read(network.db)
    await rules.list_rules(network.db)
    network.db.slots.bump_all()
    await settings.read(network.db)
    await rules.list_rules(network.db)
    with sql_budget(4):
        page = await Reader(network).get("/@alice")
    text = page.ok()
    assert text.index("Pinned messages") < text.index("pinned-last") < text.index("pinned-first")
    assert text.index("pinned-first") < text.index("Latest messages") < text.index("number 24")
    assert text.count("pinned-first") == 1
    assert "pinned-among-us" not in text
    older = (await Reader(network).get(page.link("next"))).ok()
    assert "Pinned messages" not in older
    assert "number 04" in older
    assert "pinned-first" in older  # where it stands in time
    follower = await logged_in(network, "bob")
    assert "pinned-among-us" in (await follower.get("/@alice")).ok()
    (await alice.post(f"/api/v1/accounts/{carol.id}/block")).ok()
    blocked = await logged_in(network, "carol")
    assert "pinned-last" not in (await blocked.get("/@alice")).ok()


async def test_page_with_nothing_but_a_pinned_reply(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first = await bob.publish("first")
    await pin(alice, "@bob a pinned reply", in_reply_to_id=first["id"])
    text = (await Reader(network, "fr").get("/@alice")).ok()
    assert "Message épinglé" in text
    assert "a pinned reply" in text
    assert "Derniers messages" not in text
    assert "Rien" not in text


@pytest.mark.parametrize(
    ("path", "key", "heading"),
    [
        ("/privacy-policy", "privacy_policy", "Privacy policy"),
        ("/terms-of-service", "terms_of_service", "Terms of service"),
    ],
)
async def test_papers_of_the_network(network: Network, path: str, key: str, heading: str) -> None:
    reader = Reader(network)
    assert "Not written yet" in (await reader.get(path)).refused(404)
    assert "Pas encore rédigé" in (await Reader(network, "fr").get(path)).refused(404)
    assert path not in (await reader.get("/")).html
    text = "We keep little <b>\n\nSee https://example.org/more"
    await network.db.run(settings.change, **{key: text})
    page = await reader.get(path)
    assert heading in page.ok()
    assert "We keep little <b>" in page.text
    assert "<b>" not in page.html.partition("prose")[2]
    assert 'href="https://example.org/more"' in page.html
    assert "Last changed on" in page.text
    for linking in ("/", "/auth/log-in", "/auth/sign-up"):
        assert f'href="{path}"' in (await reader.get(linking)).html
    instance = (await network.anyone.get("/api/v2/instance")).ok()
    assert instance["configuration"]["urls"][key] == network.base + path


@pytest.mark.parametrize("path", ["/@nobody", "/@nobody/1", "/@alice/12x", "/nothing", "/@alice/1"])
async def test_what_is_not_there(network: Network, path: str) -> None:
    await network.person("alice")
    assert "There is nothing here" in (await Reader(network).get(path)).refused(404)
    french = await Reader(network, "fr").get(path)
    assert "Il n’y a rien ici" in french.refused(404)
    assert 'lang="fr"' in french.html


async def test_names_in_any_case_and_address(network: Network) -> None:
    await network.person("alice")
    reader = Reader(network)
    assert "@alice" in (await reader.get("/@ALICE")).ok()
    assert "@alice" in (await reader.get(f"/@alice@{network.app.addresses.domain}")).ok()
    assert (await reader.get("/users/alice")).location == "/@alice"


async def test_suspended_account_is_a_closed_door(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("to be hidden")
    await network.db.fetch(
        "update accounts set suspended_at = now(), display_name = 'Shown name' where id = $1",
        alice.account_id,
    )
    network.db.slots.bump_all()
    text = (await Reader(network).get("/@alice")).refused(403)
    assert "suspended" in text
    assert "Shown name" not in text
    assert (await Reader(network).get(f"/@alice/{made['id']}")).refused(404)
    assert "to be hidden" not in (await Reader(network).get("/")).ok()


async def test_thread_is_read_in_order(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first = await alice.publish("one-first")
    second = await bob.publish("@alice two-second", in_reply_to_id=first["id"])
    third = await alice.publish("@bob three-third", in_reply_to_id=second["id"])
    await bob.publish("@alice hidden-fourth", in_reply_to_id=second["id"], visibility="direct")
    text = (await Reader(network).get(f"/@bob/{second['id']}")).ok()
    assert text.index("one-first") < text.index("two-second") < text.index("three-third")
    assert "hidden-fourth" not in text
    reader = await logged_in(network, "alice")
    assert "hidden-fourth" in (await reader.get(f"/@bob/{second['id']}")).ok()
    await bob.publish("@alice sixth", in_reply_to_id=third["id"])
    await alice.publish("@bob seventh", in_reply_to_id=second["id"])
    drawn = (await Reader(network).get(f"/@alice/{first['id']}")).html
    shown = re.findall(r'<div class="(depth-[^"]+)">((?:<i class="depth-\d"></i>)*)', drawn)
    on = '<i class="depth-1"></i>'
    assert shown == [
        ("depth-0 leads", ""),
        ("depth-1 elbow leads", on),
        ("depth-2 elbow", on),
        ("depth-1 elbow", ""),
    ]


async def test_private_status_is_shown_to_whom_it_is_for(network: Network) -> None:
    alice, bob, _ = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    made = await alice.publish("among us", visibility="private")
    path = f"/@alice/{made['id']}"
    assert (await Reader(network).get(path)).refused(404)
    for name, sees in (("bob", True), ("carol", False)):
        reader = await logged_in(network, name)
        page = await reader.get(path)
        assert (page.status == 200) is sees
        assert ("among us" in page.text) is sees
        assert page.headers["cache-control"] == "private, no-cache"


async def test_status_under_another_name_is_sent_to_its_own(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    reader = Reader(network)
    assert (await reader.get(f"/@bob/{made['id']}")).location == f"/@alice/{made['id']}"
    assert (
        await reader.get(f"/users/alice/statuses/{made['id']}")
    ).location == f"/@alice/{made['id']}"
    again = (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    assert (await reader.get(f"/@bob/{again['id']}")).location == f"/@alice/{made['id']}"


async def test_warned_and_polled(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    warned = await alice.publish("the end is sad", spoiler_text="Ending of the film")
    page = await Reader(network).get(f"/@alice/{warned['id']}")
    assert re.search(r"<details[^>]*><summary[^>]*>Ending of the film</summary>", page.html)
    assert "the end is sad" not in page.html.partition("<body")[0]
    asked = await alice.publish("Yes?", poll={"options": ["Yes", "No"], "expires_in": 600})
    await bob.post(f"/api/v1/polls/{asked['poll']['id']}/votes", {"choices": [0]})
    polled = await Reader(network, "fr").get(f"/@alice/{asked['id']}")
    assert "100\u202f%" in polled.html
    assert "1 votant" in polled.text
    assert 'width="100.0%"' in polled.html


async def test_hashtag(network: Network) -> None:
    alice = await network.person("alice")
    await alice.publish("by the sea #PortVent")
    reader = Reader(network)
    assert "by the sea" in (await reader.get("/tags/portvent")).ok()
    assert "Nothing with this hashtag" in (await reader.get("/tags/nothing")).ok()
    for unseen in ("%00", "%20", "%E2%80%8B", "a%00b", "x" * 5_000):
        for ending in ("", ".rss"):
            (await reader.get(f"/tags/{unseen}{ending}")).refused(404)


@pytest.mark.parametrize(
    "query", ["max_id=x", "max_id=-1", "min_id=%00", "max_id=%ff", "a[b]=1&a=2"]
)
async def test_damaged_addresses_are_refused(network: Network, query: str) -> None:
    page = await Reader(network).get(f"/?{query}")
    assert page.status in {400, 422}
    assert "damaged" in page.text


class Elements(HTMLParser):
    """The elements and attributes that a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("src") or ""
        is_ours = tag == "script" and (
            address.startswith("/static/parvis.") or ("type", "application/ld+json") in attrs
        )
        if not is_ours:
            self.names.add(tag)
        self.attributes |= {name for name, _ in attrs}


async def test_hostile_words_stay_words(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish(
        "<script>alert(1)</script> <img src=x onerror=alert(1)>",
        spoiler_text="<b onclick=alert(1)>",
        poll={"options": ["<i>one</i>", "\u202eright to left"], "expires_in": 600},
    )
    for path in ("/", "/@alice", f"/@alice/{made['id']}"):
        page = await Reader(network).get(path)
        assert page.status == 200
        seen = Elements()
        seen.feed(page.html)
        assert not seen.names & {"script", "i", "iframe", "style"}
        assert not [name for name in seen.attributes if name.startswith("on")]
        assert "alert(1)" in page.text
