"""Drafts: kept once, found by nobody else, gone when published, had back when discarded."""

import asyncio

import pytest
from tests.rig.network import Network, Person

from parvis.domain.drafts import drafts
from parvis.domain.drafts.publishing import publish_written
from parvis.domain.drafts.types import Written, WrittenMedia, WrittenPoll
from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.media import process
from parvis.domain.statuses.draft import Draft
from parvis.protocols.paging import Page

WHOLE = Written(
    text="half a thought",
    spoiler_text="Warning",
    visibility="private",
    language="fr",
    is_sensitive=True,
    in_reply_to_id=7,
    media=[WrittenMedia(5, "a lamp", "0.5,-0.2")],
    poll=WrittenPoll(["one", "two"], 600, is_multiple=True),
)


async def kept(network: Network, person: Person) -> list[str]:
    found = await drafts.list_drafts(network.db, person.account_id, Page(limit=20))
    return [draft.written.text for draft in found]


async def test_draft_comes_back_as_it_was_left(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    saved = await network.db.run(drafts.save, alice.account_id, "k", WHOLE)
    found = await drafts.get_draft(network.db, alice.account_id, saved.id)
    assert (found.written, found.key, found.version) == (WHOLE, "k", 1)
    assert await kept(network, bob) == []
    with pytest.raises(NotFound):
        await drafts.get_draft(network.db, bob.account_id, saved.id)
    with pytest.raises(NotFound):
        await network.db.run(drafts.discard, bob.account_id, saved.id)


async def test_two_windows_notice_each_other(network: Network) -> None:
    alice = await network.person("alice")

    async def save(text: str, version: int, writer: str) -> int:
        written = Written(text=text)
        saved = await network.db.run(
            drafts.save, alice.account_id, "k", written, version=version, writer=writer
        )
        return saved.version

    assert await save("one", 0, "left") == 1
    assert await save("one", 0, "left") == 2  # the answer was lost: the same window says it again
    assert await save("two", 2, "right") == 3
    with pytest.raises(Conflict) as refused:
        await save("three", 2, "left")
    assert refused.value.reason == "other_writer"
    assert await kept(network, alice) == ["two"]


async def test_published_draft_is_gone_and_stays_gone(network: Network) -> None:
    alice = await network.person("alice")
    me, addresses = alice.account_id, network.app.addresses
    await network.db.run(drafts.save, me, "k", Written(text="hello"))
    sent = Draft(text="hello", idempotency_key="k")
    first = await network.db.run(publish_written, me, sent, [], addresses)
    assert await kept(network, alice) == []
    again = await network.db.run(publish_written, me, sent, [], addresses)
    assert first == again
    for version in (0, 1):
        with pytest.raises(Conflict) as refused:  # a saving that was under way
            await network.db.run(drafts.save, me, "k", Written(text="hello"), version=version)
        assert refused.value.reason == "published"


async def test_saving_that_races_with_publishing_leaves_nothing(network: Network) -> None:
    alice = await network.person("alice")
    me, addresses = alice.account_id, network.app.addresses

    async def keep(number: int) -> None:
        for turn in range(5):
            try:
                await network.db.run(
                    drafts.save, me, f"k{number}", Written(text=f"{turn}"), writer="w"
                )
            except Conflict:
                return  # published meanwhile

    async def send(number: int) -> None:
        sent = Draft(text="hello", idempotency_key=f"k{number}")
        await network.db.run(publish_written, me, sent, [], addresses)

    await asyncio.gather(*(act(number) for number in range(8) for act in (keep, send)))
    assert await kept(network, alice) == []
    assert len(await alice.home()) == 8
    await drafts.sweep(network.app.means, {})
    assert await network.db.fetchval("select count(*) from drafts") == 0


async def test_discarded_draft_can_be_had_back_for_a_day(network: Network) -> None:
    alice = await network.person("alice")
    me = alice.account_id
    saved = await network.db.run(drafts.save, me, "k", Written(text="hello"))
    for _ in range(2):
        await network.db.run(drafts.discard, me, saved.id)
    assert await kept(network, alice) == []
    with pytest.raises(Conflict) as refused:
        await network.db.run(drafts.save, me, "k", Written(text="hello"), version=1)
    assert refused.value.reason == "discarded"
    await network.db.run(drafts.restore, me, saved.id)
    assert await kept(network, alice) == ["hello"]
    await network.db.run(drafts.discard_by_key, me, "k")
    await network.db.fetch("update drafts set deleted_at = now() - interval '2 days'")
    await drafts.sweep(network.app.means, {})
    with pytest.raises(NotFound):
        await network.db.run(drafts.restore, me, saved.id)


async def test_pictures_of_a_draft_are_not_swept(network: Network) -> None:
    alice = await network.person("alice")
    ids = [
        await network.db.fetchval(
            "insert into media_attachments (account_id, secret, created_at)"
            " values ($1, $2, now() - interval '2 days') returning id",
            alice.account_id,
            name,
        )
        for name in ("kept", "left")
    ]
    written = Written(media=[WrittenMedia(ids[0])])
    await network.db.run(drafts.save, alice.account_id, "k", written)
    await process.sweep(network.app.means, {})
    left = await network.db.fetch("select id from media_attachments")
    assert [row["id"] for row in left] == ids[:1]


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("", WHOLE),
        ("k" * 300, WHOLE),
        ("k\0", WHOLE),
        ("k", Written(text="x" * 20_001)),
        ("k", Written(text="\ud800")),
        ("k", Written(media=[WrittenMedia(number) for number in range(1, 6)])),
        ("k", Written(media=[WrittenMedia(1, "x" * 5_000)])),
        ("k", Written(poll=WrittenPoll(["x"] * 51))),
        ("k", Written(language="x" * 100)),
    ],
)
async def test_what_cannot_be_kept_is_refused(network: Network, key: str, written: Written) -> None:
    alice = await network.person("alice")
    with pytest.raises(Invalid):
        await network.db.run(drafts.save, alice.account_id, key, written)
    assert await network.db.fetchval("select count(*) from drafts") == 0


async def test_drafts_have_an_end(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "DRAFTS_MOST", 2)
    alice = await network.person("alice")

    async def save(key: str) -> None:
        await network.db.run(drafts.save, alice.account_id, key, Written(text=key))

    results = await asyncio.gather(*map(save, "abcd"), return_exceptions=True)
    assert [type(one) for one in results].count(Invalid) == 2
    assert len(await kept(network, alice)) == 2
    await save((await kept(network, alice))[0])  # what is there can still be changed


async def test_thread_waits_for_what_it_answers(network: Network) -> None:
    alice = await network.person("alice")
    me, addresses = alice.account_id, network.app.addresses
    second = Draft(text="two", idempotency_key="b")
    with pytest.raises(Conflict):
        await network.db.run(publish_written, me, second, [], addresses, after="a")
    first = Draft(text="one", idempotency_key="a")
    one = await network.db.run(publish_written, me, first, [], addresses)
    two = await network.db.run(publish_written, me, second, [], addresses, after="a")
    parent = await network.db.fetchval("select in_reply_to_id from statuses where id = $1", two)
    assert parent == one
