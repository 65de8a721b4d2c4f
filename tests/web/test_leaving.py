"""Leaving for good: asked twice, seen by nobody at once, erased by jobs that bear being killed."""

import asyncio
import io
import re

import asyncpg
import pytest
from tests.clients.pictures import gradient
from tests.rig.network import PASSWORD, Network, Person
from tests.rig.reader import Reader, logged_in
from tests.rules.source import DOMAIN

from parvis.domain.access.invitations import InvitationDraft, invite
from parvis.domain.access.leaving import ERASE
from parvis.domain.access.logins import Logins
from parvis.domain.erasure import erase as erasure
from parvis.domain.moderation.handing_over import hand_over
from parvis.domain.network.announcements import AnnouncementDraft, announce
from parvis.domain.network.documents import change_document
from parvis.domain.network.settings import NetworkSettings

DELETE = "/settings/delete"
# Tables that still name a person who left, and why.
KEPT = {
    "accounts": "the name stays taken",
    "users": "the row that the name rests on; it says nothing of the person",
    "account_counters": "counts of what is gone: all zero",
    "statuses": "empty rows that answers and reports name",
    "mentions": "whom others named in their own words",
    "reports": "what moderators were told, and by whom",
    "decisions": "what moderators decided, and why",
    "outbox": "events that were told and are handled",
    "draws": "rows without words: what was drawn is others'",
}
# Statements that erase beside what they are for.
AMONG_OTHERS = {
    *("unfollow", "unfavourite", "reset_factors", "leave", "forget"),
    *("forget_entrant", "forget_winner"),
}
# Tables whose rows go with those they hang on.
HANGING = """
select conrelid::regclass::text as hanging, confrelid::regclass::text as on_table
from pg_constraint where contype = 'f' and confdeltype = 'c'
"""
COLUMNS = """
select distinct c.table_name, c.column_name from information_schema.columns c
join information_schema.tables t using (table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
  and c.column_name in ('account_id', 'target_id', 'user_id', 'from_account_id')
"""


async def lived(network: Network) -> tuple[Person, Person]:
    """Alice, who did something of everything, and Bob, whom it concerns."""
    alice, bob = await network.people("alice", "bob")
    await alice.follow(bob)
    await bob.follow(alice)
    uploaded = await alice.call("POST", "/api/v2/media", data={"file": io.BytesIO(gradient())})
    await network.settle()
    pictured = await alice.publish("my #sea @bob", media_ids=[uploaded.json["id"]])
    await alice.publish("When?", poll={"options": ["Now", "Then"], "expires_in": 6_000})
    theirs = await bob.publish("Where?", poll={"options": ["Here", "There"], "expires_in": 6_000})
    (await alice.post(f"/api/v1/polls/{theirs['poll']['id']}/votes", {"choices": [1]})).ok()
    for act in ("favourite", "bookmark", "reblog", "mute"):
        (await alice.post(f"/api/v1/statuses/{theirs['id']}/{act}")).ok()
    (await bob.post(f"/api/v1/statuses/{pictured['id']}/reblog")).ok()
    (await bob.publish("@alice lovely", in_reply_to_id=pictured["id"], visibility="direct"))
    (await alice.put(f"/api/v1/statuses/{pictured['id']}", {"status": "my edited #sea"})).ok()
    (await alice.post("/api/v1/lists", {"title": "Friends"})).ok()
    (await alice.post("/api/v1/tags/sea/follow")).ok()
    (await alice.post("/api/v1/markers", {"home": {"last_read_id": theirs["id"]}})).ok()
    (await alice.patch("/api/v1/accounts/update_credentials", {"note": "It is me"})).ok()
    news = await network.db.run(announce, AnnouncementDraft(text="News"))
    (await alice.put(f"/api/v1/announcements/{news}/reactions/🎉")).ok()
    (await alice.post(f"/api/v1/announcements/{news}/dismiss")).ok()
    await network.db.run(change_document, "privacy_policy", "We keep little.", alice.account_id)
    login = await network.db.kept(Logins).find(alice.token or "")
    assert login is not None
    inviting = NetworkSettings(members_may_invite=True)
    await network.db.run(invite, login, inviting, InvitationDraft(comment="For Nina"))
    await network.settle()
    return alice, bob


async def leave(network: Network, name: str = "alice") -> Reader:
    reader = await logged_in(network, name)
    gone = await reader.send(DELETE, {"current": PASSWORD})
    assert gone.location == "/auth/log-in"
    return reader


async def test_wrong_password_deletes_nothing(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    assert "stays taken for ever" in (await reader.get(DELETE)).ok()
    for current in ("", "a guess"):
        refused = await reader.send(DELETE, {"current": current})
        assert "not your current password" in refused.refused(422)
    assert (await reader.get("/@alice")).status == 200


async def test_who_left_is_gone_at_once(network: Network) -> None:
    alice, bob = await lived(network)
    other, visitor = Reader(network), Reader(network)
    await other.log_in("alice")
    status_id = (await bob.home())[0]["id"]
    mine = (await bob.get(f"/api/v1/accounts/{alice.id}/statuses")).ok()[0]["id"]
    reader = await leave(network)
    assert "account is deleted" in (await reader.get("/auth/log-in")).ok()
    assert "has left the network" in (await visitor.get("/@alice")).refused(410)
    assert (await visitor.get(f"/@alice/{mine}")).status in {404, 410}
    assert (await other.get("/settings")).status == 303
    assert (await alice.get("/api/v1/timelines/home")).refused(401)
    assert (await Reader(network).log_in("alice")).refused(422)
    assert (await Reader(network).log_in("alice@example.org")).refused(422)
    assert alice.id not in {one["account"]["id"] for one in await bob.home()}
    assert status_id


async def test_nothing_is_left_but_the_name(network: Network) -> None:
    alice, bob = await lived(network)
    user_id = alice.user_id
    await leave(network)
    await network.settle()
    connection = await asyncpg.connect(network.dsn)
    left: dict[str, int] = {}
    for table, column in await connection.fetch(COLUMNS):
        key = user_id if column == "user_id" else alice.account_id
        count = await connection.fetchval(f"select count(*) from {table} where {column} = $1", key)
        if count and table not in KEPT:
            left[f"{table}.{column}"] = count
    assert left == {}
    words = "select count(*) from statuses where account_id = $1 and text || content || spoiler_text <> ''"
    assert await connection.fetchval(words, alice.account_id) == 0
    kept = await connection.fetchrow("select * from users where id = $1", user_id)
    assert kept["email"] == f"left-{user_id}@invalid"
    assert kept["password_hash"] is None
    row = await connection.fetchrow("select * from accounts where id = $1", alice.account_id)
    assert (row["note"], row["display_name"], row["avatar"]) == ("", "", None)
    assert row["erased_at"] is not None
    await connection.close()
    seen = (await bob.get(f"/api/v1/accounts/{bob.id}")).ok()
    assert (seen["followers_count"], seen["following_count"]) == (0, 0)


async def test_every_table_that_names_people_is_erased_or_kept_for_a_reason(dsn: str) -> None:
    """Whoever adds a table says what becomes of it when its person leaves."""
    connection = await asyncpg.connect(dsn)
    named = {row["table_name"] for row in await connection.fetch(COLUMNS)}
    hanging = await connection.fetch(HANGING)
    await connection.close()
    deleted: set[str] = set()
    for path in DOMAIN.rglob("*.sql"):
        text = path.read_text("utf-8")
        if path.stem.startswith("erase") or path.stem in AMONG_OTHERS:
            deleted |= set(re.findall(r"delete from (\w+)", text))
            deleted |= set(re.findall(r"update (\w+)(?: \w)? set account_id = null", text))
    deleted |= {one["hanging"] for one in hanging if one["on_table"] in deleted}
    assert sorted(named - deleted - KEPT.keys()) == []
    assert sorted(KEPT.keys() - named - {"accounts", "outbox"}) == []


async def test_votes_stay_counted_without_a_name(network: Network) -> None:
    _, bob = await lived(network)
    await leave(network)
    await network.settle()
    polled = (await bob.get(f"/api/v1/accounts/{bob.id}/statuses?exclude_replies=true")).ok()
    poll = next(one["poll"] for one in polled if one["poll"])
    assert [option["votes_count"] for option in poll["options"]] == [0, 1]
    assert await network.db.fetchval("select count(*) from ballots") == 0


async def test_name_stays_taken(network: Network) -> None:
    await network.person("alice")
    await leave(network)
    await network.settle()
    fields = {
        "username": "Alice",
        "email": "other@example.org",
        "password": PASSWORD,
        "reason": "I",
    }
    answer = await Reader(network).send("/auth/sign-up", {**fields, "agreement": "true"})
    assert "name is taken" in answer.refused(422)


async def test_killed_erasure_goes_on_where_it_was(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, _ = await lived(network)
    for number in range(45):
        await alice.publish(f"Number {number}")
    await leave(network)
    remaining = "select count(*) from statuses where account_id = $1 and deleted_at is null"
    real = erasure.STEPS[0]

    async def killed(tx: object, account_id: int) -> int:
        if await network.db.fetchval(remaining, account_id) < 40:
            raise asyncio.CancelledError  # as by kill: nothing says that it failed
        return await real(tx, account_id)  # type: ignore[arg-type]

    payload = {"account_id": alice.account_id}
    with monkeypatch.context() as patched:
        patched.setattr(erasure, "STEPS", (killed, *erasure.STEPS[1:]))
        with pytest.raises(asyncio.CancelledError):
            await erasure.erase(network.app.means, payload)
    assert 0 < await network.db.fetchval(remaining, alice.account_id) < 40
    assert await network.db.fetchval("select count(*) from jobs where kind = $1", ERASE) == 1
    await network.settle()
    assert await network.db.fetchval(remaining, alice.account_id) == 0
    # Once more, for what was let in before she left and written after.
    await network.db.fetch(
        "update users set new_email = 'on@its.way', preferences = '{\"a\": 1}' where id = $1",
        alice.user_id,
    )
    await network.db.fetch(
        "insert into bookmarks (account_id, status_id) select $1, min(id) from statuses",
        alice.account_id,
    )
    assert await network.db.fetch(
        "update jobs set run_at = now() where kind = $1 returning 1", ERASE
    )
    await network.settle()
    assert await network.db.fetchval("select count(*) from bookmarks") == 0
    left = "select new_email, preferences from users where id = $1"
    assert tuple(await network.db.fetchrow(left, alice.user_id)) == (None, {})
    assert (
        await network.db.fetchval(
            "select display_name from accounts where id = $1", alice.account_id
        )
        == ""
    )
    assert await network.db.fetchval("select count(*) from jobs where kind = $1", ERASE) == 0


async def test_only_owner_is_told_what_to_do(network: Network) -> None:
    await network.person("anouk", role="owner")
    bob = await network.person("bob")
    reader = await logged_in(network, "anouk")
    assert "accounts hand-over" in (await reader.get(DELETE)).ok()
    refused = await reader.send(DELETE, {"current": PASSWORD})
    assert "only owner" in refused.refused(422)
    assert (await reader.get("/@anouk")).status == 200
    await network.db.run(hand_over, bob.account_id)
    assert "What happens" in (await reader.get(DELETE)).ok()
    await leave(network, "anouk")
    role = "select role::text from users where id = $1"
    assert await network.db.fetchval(role, bob.user_id) == "owner"
