"""Bringing follows and the like from elsewhere."""

from typing import Any

import pytest
from tests.rig.network import Network, SqlBudget
from tests.rig.reader import Reader, logged_in
from tests.web.bringing import IMPORT, bring, following, names, whole

from parvis.domain.lists import lists, members
from parvis.domain.lists.types import ListDraft
from parvis.domain.portability import archives, working


async def test_nothing_happens_before_the_yes(network: Network) -> None:
    alice, *_ = await network.people("alice", "bob", "carol")
    reader = await logged_in(network)
    text = "Account address,Show boosts\nbob,false\nghost,true\nfar@away.example,true\n"
    page = await bring(reader, "follows", text)
    shown = (await reader.get(page.location)).ok()
    assert "3 lines in the file" in shown
    assert "1 can be done now" in shown
    assert "1 on servers not reached yet" in shown
    assert "1 not there" in shown
    await network.settle()
    assert await following(alice) == []
    await reader.send(page.location, {"do": "start"})
    await network.settle()
    assert await following(alice) == ["bob"]
    bob_id = await person_id(network, "bob")
    (relation,) = (await alice.get("/api/v1/accounts/relationships", id=[bob_id])).ok()
    assert relation["showing_reblogs"] is False
    shown = (await reader.get(page.location)).ok()
    assert "1 done 2 not done 0 to do" in shown
    assert "does not reach yet" in shown
    failures = await reader.get(page.location + "/failures")
    here = network.base.partition("://")[2]
    assert failures.html.splitlines()[1:] == [
        f"ghost@{here},true,false,",
        "far@away.example,true,false,",
    ]


async def person_id(network: Network, username: str) -> str:
    return (await network.anyone.get("/api/v1/accounts/lookup", acct=username)).ok()["id"]


async def test_the_no_leaves_nothing(network: Network) -> None:
    alice, _ = await network.people("alice", "bob")
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "bob\n")).location
    assert (await reader.send(here, {"do": "stop"})).location == IMPORT
    assert (await reader.send(here, {"do": "start"})).location == here
    await network.settle()
    assert await following(alice) == []


async def test_each_kind(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await bob.publish("keep")
    reader = await logged_in(network)
    here = network.base.partition("://")[2]
    await whole(reader, "follows", f"bob@{here}\n")
    await whole(reader, "mutes", "Account address,Hide notifications\ncarol,false\n")
    await whole(reader, "lists", "Friends,bob\nFriends,carol\nEmpty,ghost\n")
    await whole(reader, "domain_blocks", "evil.example\n")
    await whole(reader, "bookmarks", f"{network.base}/@bob/{made['id']}\nhttps://far.example/1\n")
    assert await following(alice) == ["bob"]
    assert await names(alice, "/api/v1/mutes") == ["carol"]
    (relation,) = (await alice.get("/api/v1/accounts/relationships", id=[carol.id])).ok()
    assert relation["muting_notifications"] is False
    listed = (await alice.get("/api/v1/lists")).ok()
    assert [one["title"] for one in listed] == ["Friends"]
    assert await names(alice, f"/api/v1/lists/{listed[0]['id']}/accounts") == ["bob"]
    assert (await alice.get("/api/v1/domain_blocks")).ok() == ["evil.example"]
    assert [one["id"] for one in (await alice.get("/api/v1/bookmarks")).ok()] == [made["id"]]
    page = await whole(reader, "blocks", "carol\nalice\n")
    assert await names(alice, "/api/v1/blocks") == ["carol"]
    assert "Not possible" in page.text


async def test_replacing_ends_what_the_file_does_not_name(network: Network) -> None:
    alice, bob, carol, dan = await network.people("alice", "bob", "carol", "dan")
    for other in (bob, carol):
        await alice.follow(other)
    friends = await network.db.run(lists.create, alice.account_id, ListDraft(title="Friends"))
    old = await network.db.run(lists.create, alice.account_id, ListDraft(title="Old"))
    for one in (friends, old):
        await network.db.run(members.add, alice.account_id, one.id, [bob.account_id])
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "carol\ndan\nfar@away.example\n", "overwrite")).location
    assert "1 of yours would end" in (await reader.get(here)).text
    await reader.send(here, {"do": "start"})
    await network.settle()
    assert await following(alice) == ["carol", "dan"]
    await whole(reader, "lists", "Friends,carol\n", "overwrite")
    listed = (await alice.get("/api/v1/lists")).ok()
    assert [one["title"] for one in listed] == ["Friends"]
    assert await names(alice, f"/api/v1/lists/{listed[0]['id']}/accounts") == ["carol"]
    (await alice.post(f"/api/v1/accounts/{bob.id}/mute", {"duration": 600})).ok()
    (await alice.post(f"/api/v1/accounts/{dan.id}/mute")).ok()
    await whole(reader, "mutes", "carol\n", "overwrite")
    assert await names(alice, "/api/v1/mutes") == ["bob", "carol"]  # one with an end is in no file


async def test_what_was_exported_is_imported_elsewhere(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    await alice.follow(carol)
    made = await network.db.run(lists.create, alice.account_id, ListDraft(title="Ä, “b” 👩‍👧"))
    await network.db.run(members.add, alice.account_id, made.id, [carol.account_id])
    dan = await network.person("dan")
    theirs, own = await logged_in(network), await logged_in(network, "dan")
    for kind, name in (("follows", "following_accounts.csv"), ("lists", "lists.csv")):
        file = await theirs.get(f"/settings/export/{name}")
        page = await whole(own, kind, file.html)
        assert "0 not done" in page.text
    assert await following(dan) == ["bob", "carol"]
    assert [one["title"] for one in (await dan.get("/api/v1/lists")).ok()] == ["Ä, “b” 👩‍👧"]


async def test_imports_are_their_persons_alone(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    here = (await bring(await logged_in(network), "follows", "bob\n")).location
    other = await logged_in(network, "bob")
    for path in (here, here + "/failures", IMPORT + "/x", IMPORT + "/0", IMPORT + "/" + "9" * 30):
        assert (await other.get(path)).refused(404)
    for act in ("start", "stop", "", "x"):
        assert (await other.send(here, {"do": act})).refused(404)
    await network.settle()
    assert await following(bob) == []
    assert "/auth/log-in" in (await Reader(network).get(here)).location
    assert (await Reader(network).send(here, {"do": "start"})).refused(401)


async def test_one_at_a_time(network: Network) -> None:
    alice, _, _ = await network.people("alice", "bob", "carol")
    reader = await logged_in(network)
    first = (await bring(reader, "follows", "bob\n")).location
    await reader.send(first, {"do": "start"})
    await reader.send(first, {"do": "start"})  # a double click
    second = (await bring(reader, "follows", "carol\n")).location
    assert "Another import is under way" in (await reader.send(second, {"do": "start"})).refused(
        409
    )
    await network.settle()
    assert await following(alice) == ["bob"]
    await reader.send(second, {"do": "start"})
    await network.settle()
    assert await following(alice) == ["bob", "carol"]
    assert await network.db.fetchval("select count(*) from jobs") == 0


async def test_job_that_was_killed_goes_on_where_it_was(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 2)
    alice = await network.person("alice")
    for n in range(6):
        await network.person(f"p{n}")
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "".join(f"p{n}\n" for n in range(6)))).location
    await reader.send(here, {"do": "start"})
    acts = 0
    real = working._Worker.do  # noqa: SLF001 - dies in the middle of a batch

    async def dying(self: Any, row: Any) -> str:
        nonlocal acts
        acts += 1
        if acts == 4:
            await real(self, row)
            raise SystemError("killed")
        return await real(self, row)

    monkeypatch.setattr(working._Worker, "do", dying)  # noqa: SLF001
    await network.settle()
    assert len(await following(alice)) == 4  # the fourth was done, and not written down
    assert "2 done" in (await reader.get(here)).text
    await network.db.fetch("update jobs set run_at = now()")
    await network.settle()
    assert len(await following(alice)) == 6
    assert "6 done 0 not done 0 to do" in (await reader.get(here)).text
    assert acts == 8  # two of them twice, and no more
    told = await network.db.fetchval("select count(*) from notifications where kind = 'follow'")
    assert told == 6


async def test_stopped_meanwhile(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 1)
    alice, *_ = await network.people("alice", "bob", "carol")
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "bob\ncarol\n")).location
    await reader.send(here, {"do": "start"})
    real = working._Worker.do  # noqa: SLF001

    async def stopping(self: Any, row: Any) -> str:
        await reader.send(here, {"do": "stop"})
        return await real(self, row)

    monkeypatch.setattr(working._Worker, "do", stopping)  # noqa: SLF001
    await network.settle()
    assert await following(alice) == ["bob"]
    assert "Stopped" in (await reader.get(here)).text


@pytest.mark.parametrize("column", ["suspended_at", "deleted_at"])
async def test_whoever_may_not_act_any_more_imports_nothing(network: Network, column: str) -> None:
    alice, bob = await network.people("alice", "bob")
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "bob\n")).location
    await reader.send(here, {"do": "start"})
    await network.db.fetch(f"update accounts set {column} = now() where id = $1", alice.account_id)
    await network.settle()
    assert await names(bob, f"/api/v1/accounts/{bob.id}/followers") == []
    assert await network.db.fetchval("select state from imports") == "stopped"


async def test_blocked_moved_and_too_many(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    (await bob.post(f"/api/v1/accounts/{alice.id}/block")).ok()
    await network.db.fetch(
        "update accounts set moved_to_id = $1 where id = $2", bob.account_id, carol.account_id
    )
    page = await whole(await logged_in(network), "follows", "bob\ncarol\nalice\n")
    assert "0 done 3 not done" in page.text
    assert "Not possible" in page.text


async def test_nobody_learns_of_what_is_not_theirs_to_see(network: Network) -> None:
    _, bob, carol = await network.people("alice", "bob", "carol")
    secret = await bob.publish("for followers", visibility="private")
    reader = await logged_in(network)
    text = f"{secret['uri']}\n{network.base}/users/bob/statuses/1\n"
    here = (await bring(reader, "bookmarks", text)).location
    assert "0 can be done now" in (await reader.get(here)).text
    assert "2 not there" in (await reader.get(here)).text
    await reader.send(here, {"do": "start"})
    await network.settle()
    page = await reader.get(here)
    assert "Not there (any more) 2" in page.text
    # Nor of somebody whom nobody has let in yet.
    await network.db.fetch(
        "update users set approved_at = null where account_id = $1", carol.account_id
    )
    page = await whole(reader, "follows", "carol\nghost\n")
    assert "Not there (any more) 2" in page.text


async def test_old_imports_are_forgotten(network: Network) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network)
    await whole(reader, "follows", "bob\n")
    await bring(reader, "follows", "bob\n")
    await archives.sweep(network.app.means, {})
    assert await network.db.fetchval("select count(*) from imports") == 2
    await network.db.fetch(
        "update imports set created_at = created_at - interval '2 days',"
        " finished_at = finished_at - interval '31 days'"
    )
    await archives.sweep(network.app.means, {})
    assert await network.db.fetchval("select count(*) from imports") == 0
    assert await network.db.fetchval("select count(*) from import_rows") == 0


async def test_twenty_thousand_lines_are_read_at_once(
    network: Network, sql_budget: SqlBudget
) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    text = "".join(f"person{n}@server{n % 50}.example\n" for n in range(20_000))
    with sql_budget(3):
        here = (await bring(reader, "follows", text)).location
    shown = (await reader.get(here)).ok()
    assert "20,000 lines" in shown
    assert "20,000 on servers not reached yet" in shown
    await reader.send(here, {"do": "start"})
    await network.settle()
    assert "20,000 not done" in (await reader.get(here)).text


async def test_progress_is_a_fragment_too(network: Network) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network)
    here = (await bring(reader, "follows", "bob\n")).location
    await reader.send(here, {"do": "start"})
    page = await reader.get(here, **{"x-fragment": "1"})
    assert page.html.lstrip().startswith("<section")
    assert "data-progress" in page.html
    await network.settle()
    page = await reader.get(here, **{"x-fragment": "1"})
    assert "data-progress" not in page.html


async def test_in_french(network: Network) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network, language="fr")
    await reader.get("/?lang=fr")
    page = await bring(reader, "follows", "bob smith\n")
    assert "Ligne 1 : Ce n’est pas une adresse" in page.refused(422).replace("\u202f", "")
