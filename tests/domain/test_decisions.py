"""Decisions of moderators: who may take which, and that they hold everywhere at once."""

from typing import Any

import pytest
from tests.rig.network import Network, Person

from parvis.domain.errors import Forbidden, Invalid, NotFound, Refused
from parvis.domain.moderation.decisions import (
    EFFECTS,
    change_role,
    decide,
    list_decisions,
    mark_decisions_read,
)


async def _decide(network: Network, moderator: Person | None, target: Person, *rest: Any) -> int:
    by = moderator and moderator.account_id
    return await network.db.run(decide, by, target.account_id, *rest)


async def test_suspension_hides_at_once_and_reinstating_restores(network: Network) -> None:
    alice, bob, mod = await network.people("alice", "bob", "mod")
    await network.db.run(change_role, None, mod.account_id, "moderator")
    await network.db.fetch(
        "insert into follows (account_id, target_id) values ($1, $2)",
        bob.account_id,
        alice.account_id,
    )
    made = await alice.publish("what I say")
    await network.settle()

    async def seen() -> list[bool]:
        home = await bob.home()
        public = (await network.anyone.get("/api/v1/timelines/public")).ok()
        one = await bob.get(f"/api/v1/statuses/{made['id']}")
        account = (await bob.get(f"/api/v1/accounts/{alice.id}")).ok()
        return [
            [s["id"] for s in home] == [made["id"]],
            [s["id"] for s in public] == [made["id"]],
            one.status == 200,
            "suspended" not in account,
            account["statuses_count"] == 1,
        ]

    assert await seen() == [True] * 5
    await _decide(network, mod, alice, "suspend", "insults")
    assert await seen() == [False] * 5
    words = (await alice.post("/api/v1/statuses", {"status": "still here"})).refused(403)
    assert words == "Your login is currently disabled"
    await network.settle()
    assert await seen() == [False] * 5
    await _decide(network, mod, alice, "reinstate", "we were wrong")
    assert await seen() == [True] * 5
    assert (await alice.post("/api/v1/statuses", {"status": "back"})).status == 200


async def test_home_filled_during_suspension_is_whole_after_it(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for follower, followed in ((bob, alice), (bob, carol)):
        await network.db.fetch(
            "insert into follows (account_id, target_id) values ($1, $2)",
            follower.account_id,
            followed.account_id,
        )
    first = await alice.publish("from alice")
    await network.settle()
    await _decide(network, None, alice, "suspend", "spam")
    second = await carol.publish("from carol")
    await network.settle()
    assert [s["id"] for s in await bob.home()] == [second["id"]]
    await _decide(network, None, alice, "reinstate", "no spam")
    assert [s["id"] for s in await bob.home()] == [second["id"], first["id"]]


async def test_decision_needs_a_reason_and_is_kept(network: Network) -> None:
    alice = await network.person("alice")
    with pytest.raises(Invalid, match="needs a reason"):
        await _decide(network, None, alice, "warn", "  \n")
    with pytest.raises(Invalid):
        await _decide(network, None, alice, "warn", "a\0b")
    assert await list_decisions(network.db, alice.account_id) == []
    decision_id = await _decide(network, None, alice, "warn", "be kind")
    (decision,) = await list_decisions(network.db, alice.account_id)
    assert (decision.id, decision.kind, decision.reason) == (decision_id, "warn", "be kind")
    assert decision.read_at is None
    await network.db.run(mark_decisions_read, alice.account_id)
    assert (await list_decisions(network.db, alice.account_id))[0].read_at is not None


async def test_rank(network: Network) -> None:
    owner = await network.person("owner1", role="owner")
    admin = await network.person("admin1", role="admin")
    mod = await network.person("mod", role="moderator")
    other = await network.person("other", role="moderator")
    alice = await network.person("alice")
    for who, whom in (
        (mod, owner),
        (mod, admin),
        (mod, other),
        (mod, mod),
        (admin, owner),
        (owner, owner),
        (alice, mod),
        (alice, alice),
    ):
        with pytest.raises(Forbidden):
            await _decide(network, who, whom, "suspend", "why not")
    await _decide(network, admin, mod, "suspend", "abuse of office")
    with pytest.raises(Forbidden):  # a suspended moderator is none
        await _decide(network, mod, alice, "warn", "still trying")
    with pytest.raises(NotFound):
        await network.db.run(decide, owner.account_id, 1, "warn", "nobody")
    with pytest.raises(NotFound):
        await _decide(network, owner, alice, "warn", "what report", 1)


@pytest.mark.parametrize("kind", ["limit", "sensitive", "suspend", "disable"])
async def test_each_decision_has_its_opposite(network: Network, kind: Any) -> None:
    alice = await network.person("alice")
    opposite = next(k for k in EFFECTS if EFFECTS[k] == (EFFECTS[kind][0], False))
    with pytest.raises(Refused, match="is not"):
        await _decide(network, None, alice, opposite, "nothing to undo")
    await _decide(network, None, alice, kind, "because")
    with pytest.raises(Refused, match="already"):
        await _decide(network, None, alice, kind, "again")
    answer = await alice.post("/api/v1/statuses", {"status": "hm"})
    assert answer.status == (403 if kind in ("suspend", "disable") else 200)
    await _decide(network, None, alice, opposite, "enough")
    assert (await alice.post("/api/v1/statuses", {"status": "hm!"})).status == 200


async def test_limited_account_is_not_in_public(network: Network) -> None:
    alice = await network.person("alice")
    await alice.publish("hello")
    await _decide(network, None, alice, "limit", "loud")
    assert (await network.anyone.get("/api/v1/timelines/public")).ok() == []
    await _decide(network, None, alice, "unlimit", "calm now")
    assert len((await network.anyone.get("/api/v1/timelines/public")).ok()) == 1


async def test_pending_sign_up(network: Network) -> None:
    nora = await network.person("nora", is_approved=False)
    said = {"status": "hello"}
    assert "pending approval" in (await nora.post("/api/v1/statuses", said)).refused(403)
    await _decide(network, None, nora, "reject", "we do not know you")
    assert (await nora.post("/api/v1/statuses", said)).status == 403
    await _decide(network, None, nora, "approve", "now we do")
    assert (await nora.post("/api/v1/statuses", said)).status == 200
    with pytest.raises(Forbidden, match="already approved"):
        await _decide(network, None, nora, "reject", "too late")


async def test_roles(network: Network) -> None:
    owner = await network.person("owner1", role="owner")
    admin = await network.person("admin1", role="admin")
    alice = await network.person("alice")

    async def change(who: Person | None, whom: Person, role: Any) -> None:
        await network.db.run(change_role, who and who.account_id, whom.account_id, role)

    await change(admin, alice, "moderator")
    shown = (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert [role["name"] for role in shown["roles"]] == ["Moderator"]
    for who, whom, role in (
        (admin, alice, "admin"),
        (admin, owner, "member"),
        (alice, alice, "admin"),
        (None, alice, "owner"),
        (None, owner, "member"),
    ):
        with pytest.raises(Forbidden):
            await change(who, whom, role)
    await change(owner, alice, "admin")
    await change(None, alice, "member")


async def test_suspended_people_are_in_no_list_or_count(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    for one, other in ((alice, bob), (bob, alice), (carol, alice), (bob, carol)):
        await one.follow(other)
    status = await bob.publish("hello #gardens @carol")
    for who in (alice, carol):
        (await who.post(f"/api/v1/statuses/{status['id']}/favourite")).ok()
        (await who.post(f"/api/v1/statuses/{status['id']}/reblog")).ok()
    reply = await alice.publish("@bob indeed #gardens", in_reply_to_id=status["id"])
    await alice.publish("@bob psst", visibility="direct")
    await network.settle()
    paths = {
        f"/api/v1/accounts/{bob.id}/followers": lambda one: one["id"] == alice.id,
        f"/api/v1/accounts/{bob.id}/following": lambda one: one["id"] == alice.id,
        f"/api/v1/statuses/{status['id']}/favourited_by": lambda one: one["id"] == alice.id,
        f"/api/v1/statuses/{status['id']}/reblogged_by": lambda one: one["id"] == alice.id,
        f"/api/v1/accounts/{alice.id}/statuses": lambda one: one["id"] == reply["id"],
        "/api/v1/timelines/tag/gardens": lambda one: one["id"] == reply["id"],
        "/api/v1/notifications": lambda one: one["account"]["id"] == alice.id,
        "/api/v1/conversations": lambda one: one["last_status"]["account"]["id"] == alice.id,
        "/api/v1/accounts/search?q=alice": lambda one: one["id"] == alice.id,
        "/api/v1/timelines/home": lambda one: one["account"]["id"] == alice.id,
    }

    async def seen() -> dict[str, bool]:
        await network.settle()
        return {
            path: any(is_hers(one) for one in (await bob.get(path)).ok())
            for path, is_hers in paths.items()
        }

    everywhere = dict.fromkeys(paths, True)
    assert await seen() == everywhere
    context = f"/api/v1/statuses/{status['id']}/context"
    assert len((await bob.get(context)).ok()["descendants"]) == 1
    await _decide(network, None, alice, "suspend", "why")
    assert await seen() == dict.fromkeys(paths, False)
    assert (await bob.get(context)).ok()["descendants"] == []
    shell = (await bob.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert (shell["suspended"], shell["display_name"], shell["followers_count"]) == (True, "", 0)
    await _decide(network, None, alice, "reinstate", "sorry")
    assert await seen() == everywhere
    assert len((await bob.get(context)).ok()["descendants"]) == 1
