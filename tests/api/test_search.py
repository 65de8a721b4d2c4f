"""Searching accounts, hashtags and statuses over HTTP, and who finds what."""

from typing import Any

import pytest
from tests.rig.network import Caller, Network, Person

from parvis.domain.events import StatusEdited
from parvis.domain.moderation.decisions import decide
from parvis.domain.search.trends import Trends
from parvis.infra.slots import Fact


async def find(who: Caller, q: str, **params: Any) -> dict[str, list[Any]]:
    return (await who.get("/api/v2/search", q=q, **params)).ok()


async def texts(who: Caller, q: str, **params: Any) -> list[str]:
    found = await find(who, q, type="statuses", **params)
    return [
        status["content"].removeprefix("<p>").removesuffix("</p>") for status in found["statuses"]
    ]


async def indexable(network: Network, *people: Person) -> None:
    await network.db.fetch(
        "update accounts set is_indexable = true, is_discoverable = true where id = any($1::bigint[])",
        [person.account_id for person in people],
    )


@pytest.fixture
async def cast(network: Network) -> tuple[Person, Person]:
    """Alice, who wants to be found, and Bob, who looks."""
    alice, bob = await network.people("alice", "bob")
    await indexable(network, alice)
    return alice, bob


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("Les chevaux étaient fatigués", "cheval", True),
        ("Les chevaux étaient fatigués", "ETAIENT", True),
        ("The runners were running", "run", True),
        ("L'été à Orléans", "ete", True),
        ("L'été à Orléans", "orleans été", True),
        ("L'été à Orléans", "hiver", False),
        ("one two three", '"one two"', True),
        ("one two three", '"two one"', False),
        ("one two three", "one -three", False),
        ("one two three", "one -four", True),
        ("one two three", "one has:media", False),
        ("see https://example.org/x", "see has:link", True),
        ("bonjour", "bonjour language:fr", True),
        ("bonjour", "bonjour language:en", False),
        ("bonjour", "bonjour -language:fr", False),
        ("bonjour", "bonjour from:alice", True),
        ("bonjour", "bonjour -from:alice", False),
        ("bonjour", "bonjour from:bob", False),
        ("bonjour", "bonjour is:reply", False),
        ("bonjour", "bonjour is:sensitive", False),
        ("bonjour", "bonjour before:2020-01-01", False),
        ("bonjour", "bonjour after:2020-01-01", True),
        ("bonjour", "bonjour during:9999-12-31", False),
        ("bonjour", "from:alice", True),
        ("bonjour", "language:fr", True),
        ("bonjour", "le", False),
        ("bonjour", "& | ! ( :* bonjour", True),
        ("voici #Œuvre", "œuvre", True),
    ],
)
async def test_words(cast: Any, network: Network, text: str, query: str, *, is_found: bool) -> None:
    alice, bob = cast
    await alice.publish(text, language="fr")
    await network.settle()
    assert bool(await texts(bob, query)) is is_found


async def test_warning_poll_and_tags_are_found(cast: Any, network: Network) -> None:
    alice, bob = cast
    poll = {"options": ["baleines", "dauphins"], "expires_in": 3_600}
    await alice.publish("vote", spoiler_text="animaux", poll=poll)
    await network.settle()
    for query in ("animal", "dauphin", "vote has:poll", "from:@alice is:sensitive"):
        assert await texts(bob, query) == ["vote"], query


async def test_only_what_one_may_look_through(cast: Any, network: Network) -> None:
    alice, bob = cast
    carol = await network.person("carol")  # not indexable
    kept = await carol.publish("carrot in public")
    await alice.publish("carrot unlisted", visibility="unlisted")
    await alice.publish("carrot for followers", visibility="private")
    await alice.publish("carrot for @bob", visibility="direct")
    await network.settle()
    assert len(await texts(bob, "carrot")) == 1  # the one that mentions him
    assert len(await texts(alice, "carrot")) == 3  # her own
    assert len(await texts(carol, "carrot")) == 1
    (await bob.post(f"/api/v1/statuses/{kept['id']}/favourite")).ok()
    assert (await texts(bob, "carrot"))[1:] == ["carrot in public"]
    assert await texts(bob, "carrot in:public") == []
    assert await texts(network.anyone, "carrot") == []
    await alice.publish("carrot", visibility="private")
    await bob.follow(alice)
    await network.settle()
    assert len(await texts(bob, "carrot")) == 2  # seen by followers, but not theirs to look through


async def test_words_far_back_are_found_and_pages_join(cast: Any, network: Network) -> None:
    alice, bob = cast
    for number in range(3):
        await alice.publish(f"old carrot {number}")
    await network.db.fetch(
        """
        with filled as (
          insert into statuses (account_id, uri, text, content, visibility)
          select $1, 'filled:' || n, 'filled', '<p>filled</p>', 'public' from generate_series(1, 5100) n
          returning id, account_id
        )
        insert into status_search select id, account_id, stems('filled') from filled
        """,
        alice.account_id,
    )
    await alice.publish("new carrot")
    await network.settle()
    pages = [await texts(bob, "carrot", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert pages == [["new carrot", "old carrot 2"], ["old carrot 1", "old carrot 0"], []]
    assert len(await texts(bob, "filled", limit=40)) == 40
    newest = (await find(bob, "carrot", type="statuses"))["statuses"][0]["id"]
    assert len(await texts(bob, "carrot", max_id=newest)) == 3


async def _edit(network: Network, author: Person, status_id: int, text: str) -> None:
    async with network.db.tx() as tx:
        await tx.execute(
            "update statuses set text = $2, content = '<p>' || $2 || '</p>' where id = $1",
            status_id,
            text,
        )
        tx.touch(Fact.STATUS, status_id)
        tx.emit(StatusEdited(status_id=status_id, account_id=author.account_id))
    await network.settle()


async def test_edit_and_delete(cast: Any, network: Network) -> None:
    alice, bob = cast
    made = await alice.publish("first words")
    await network.settle()
    await _edit(network, alice, int(made["id"]), "second thoughts")
    assert await texts(bob, "first") == []
    assert await texts(bob, "second") == ["second thoughts"]
    (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert await texts(bob, "second") == []
    await network.settle()
    assert await network.db.fetchval("select count(*) from status_search") == 0


async def test_suspension_hides_at_once_from_every_search(cast: Any, network: Network) -> None:
    alice, bob = cast
    await alice.publish("hello #gardening")
    await network.settle()

    async def counts() -> list[int]:
        network.db.kept(Trends).forget()
        words = await find(bob, "alice")
        tags = await find(network.anyone, "garden")
        trends = (await network.anyone.get("/api/v1/trends/tags")).ok()
        return [
            len(await texts(bob, "hello")),
            len(words["accounts"]),
            len(tags["hashtags"]),
            len(trends),
        ]

    assert await counts() == [1, 1, 1, 1]
    await network.db.run(decide, None, alice.account_id, "suspend", "why")
    assert await counts() == [0, 0, 0, 0]
    await network.db.run(decide, None, alice.account_id, "reinstate", "sorry")
    assert await counts() == [1, 1, 1, 1]


async def test_limited_authors_are_found_by_who_follows_them(cast: Any, network: Network) -> None:
    alice, bob = cast
    await alice.publish("hello there")
    await network.settle()
    await network.db.run(decide, None, alice.account_id, "limit", "why")
    assert await texts(bob, "hello") == []
    assert await texts(alice, "hello") == ["hello there"]
    await bob.follow(alice)
    await network.settle()
    assert await texts(bob, "hello") == ["hello there"]


async def test_blocked_and_muted_authors_are_left_out(cast: Any, network: Network) -> None:
    alice, bob = cast
    await alice.publish("hello there")
    await network.settle()
    (await bob.post(f"/api/v1/accounts/{alice.id}/mute")).ok()
    assert await texts(bob, "hello") == []
    (await bob.post(f"/api/v1/accounts/{alice.id}/unmute")).ok()
    assert await texts(bob, "hello") == ["hello there"]
    (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    assert await texts(bob, "hello") == []


async def test_pages(cast: Any, network: Network) -> None:
    alice, bob = cast
    made = [await alice.publish(f"kiwi {n}") for n in range(4)]
    await network.settle()
    assert await texts(bob, "kiwi", limit=2) == ["kiwi 3", "kiwi 2"]
    assert await texts(bob, "kiwi", limit=2, offset=2) == ["kiwi 1", "kiwi 0"]
    assert await texts(bob, "kiwi", max_id=made[1]["id"]) == ["kiwi 0"]
    assert await texts(bob, "kiwi", min_id=made[2]["id"]) == ["kiwi 3"]
    assert len(await texts(bob, "kiwi", account_id=alice.id)) == 4
    assert await texts(bob, "kiwi", account_id=bob.id) == []
    assert len(await texts(alice, "kiwi from:me")) == 4


async def test_hashtags(cast: Any, network: Network) -> None:
    alice, bob = cast
    await alice.publish("#Jardinage et #jardin et #Été")
    await bob.publish("#jardin")
    await alice.publish("#jardinsecret", visibility="private")
    await network.settle()
    found = (await find(network.anyone, "#jardin", type="hashtags"))["hashtags"]
    assert [tag["name"].lower() for tag in found] == ["jardin", "jardinage"]
    assert [found[0]["history"][0][key] for key in ("uses", "accounts")] == ["2", "2"]
    assert len(found[0]["history"]) == 7
    assert "following" not in found[0]
    assert (await find(bob, "jardin", type="hashtags"))["hashtags"][0]["following"] is False
    assert len((await find(bob, "ete", type="hashtags"))["hashtags"]) == 1
    for nothing in ("%", "_", "\\", "jardins"):
        assert (await find(bob, nothing, type="hashtags"))["hashtags"] == []
    old = (await bob.get("/api/v1/search", q="jardinage")).ok()
    assert old["hashtags"] == ["Jardinage"]


async def test_addresses_find_exactly(cast: Any, network: Network) -> None:
    alice, bob = cast
    made = await alice.publish("hidden", visibility="unlisted")
    private = await alice.publish("secret", visibility="private")
    for address in (made["url"], made["uri"]):
        found = await find(bob, address, resolve=True)
        assert [status["id"] for status in found["statuses"]] == [made["id"]]
        assert found["accounts"] == []
    for address in (private["url"], private["uri"], f"{made['url']}9", "https://x.example/1"):
        assert await find(bob, address) == {"accounts": [], "statuses": [], "hashtags": []}
    for address in (f"{network.base}/@alice", f"{network.base}/users/alice", "@alice"):
        found = await find(bob, address, type="accounts")
        assert [one["id"] for one in found["accounts"]] == [alice.id]
    domain = network.base.removeprefix("http://")
    found = await find(bob, f"@alice@{domain}", resolve=True)
    assert [one["id"] for one in found["accounts"]] == [alice.id]


async def test_budget(cast: Any, network: Network, sql_budget: Any) -> None:
    alice, bob = cast
    await alice.publish("hello #alice")
    await network.settle()
    await find(bob, "alice")
    with sql_budget(3):
        found = await find(bob, "alice")
    assert [len(found[kind]) for kind in ("accounts", "statuses", "hashtags")] == [1, 1, 1]


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"q": ""}, 422),
        ({"q": " "}, 422),
        ({}, 422),
        ({"q": "x" * 501}, 422),
        ({"q": "a\0b"}, 400),
        ({"q": "x", "type": "people"}, 422),
        ({"q": "x", "offset": "-1"}, 422),
        ({"q": "x", "offset": str(1 << 40)}, 422),
        ({"q": "x", "limit": "many"}, 422),
        ({"q": "x", "max_id": str(1 << 64)}, 422),
        ({"q": "x", "account_id": "y"}, 422),
    ],
)
async def test_refused(network: Network, params: dict[str, str], status: int) -> None:
    bob = await network.person("bob")
    (await bob.get("/api/v2/search", **params)).refused(status)


async def test_odd_queries_find_nothing(network: Network) -> None:
    bob = await network.person("bob")
    nothing = {"accounts": [], "statuses": [], "hashtags": []}
    for query in ("'", '"', "-", "#", "@", "%", "https://", "from:nobody x", "x" * 500):
        assert await find(bob, query) == nothing, query


async def test_nobody_logged_in(network: Network) -> None:
    (await network.anyone.get("/api/v2/search", q="x", offset=1)).refused(401)
    (await network.anyone.get("/api/v2/search", q="x", resolve=True)).refused(401)
    (await network.anyone.get("/api/v1/search", q="x")).refused(401)
    bob = await network.person("bob")
    bob.token = await network.token(bob.user_id, ("read:accounts",))
    (await bob.get("/api/v2/search", q="x")).refused(403)


async def test_trends(cast: Any, network: Network) -> None:
    alice, bob = cast
    await alice.publish("#one")
    await bob.publish("#one #two")
    liked = await alice.publish("liked")
    await alice.publish("not liked")
    (await bob.post(f"/api/v1/statuses/{liked['id']}/favourite")).ok()
    await network.settle()
    tags = (await network.anyone.get("/api/v1/trends/tags")).ok()
    assert [tag["name"] for tag in tags] == ["one", "two"]
    assert (await network.anyone.get("/api/v1/trends", limit=1, offset=1)).ok() == tags[1:]
    for who in (network.anyone, bob):
        shown = (await who.get("/api/v1/trends/statuses")).ok()
        assert [status["id"] for status in shown] == [liked["id"]]
    (await bob.post(f"/api/v1/accounts/{alice.id}/mute")).ok()
    assert (await bob.get("/api/v1/trends/statuses")).ok() == []
    assert (await network.anyone.get("/api/v1/trends/links")).ok() == []


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/about",
        "/users/alice/statuses/x",
        "/@alice/0x1",
        "/@alice/1/2",
        "/users",
        "/@nobody",
        "/@alice/77",
    ],
)
async def test_addresses_of_nothing_find_nothing(cast: Any, network: Network, path: str) -> None:
    alice, bob = cast
    found = await find(bob, network.base + path, resolve=True)
    assert found == {"accounts": [], "statuses": [], "hashtags": []}
    assert alice.id
