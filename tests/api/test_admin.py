"""What moderators see and do through the API."""

from typing import Any

import pytest
from tests.rig.network import ALL_SCOPES, Network, Person

ADMIN = (*ALL_SCOPES, "admin:read", "admin:write")


@pytest.fixture
async def mod(network: Network) -> Person:
    person = await network.person("mod", role="moderator")
    person.token = await network.token(person.user_id, ADMIN)
    return person


async def test_report_is_read_and_answered_by_suspension(network: Network, mod: Person) -> None:
    alice, bob = await network.people("alice", "bob")
    insult = await bob.publish("insult for @alice", visibility="direct")
    said = {"account_id": bob.id, "status_ids": [insult["id"]], "comment": "look"}
    made = (await alice.post("/api/v1/reports", said)).ok()
    (report,) = (await mod.get("/api/v1/admin/reports")).ok()
    assert report["id"] == made["id"]
    assert report["account"]["username"] == "alice"
    assert report["target_account"]["email"] == "bob@example.org"
    assert [status["id"] for status in report["statuses"]] == [insult["id"]]
    assert "favourited" not in report["statuses"][0] or not report["statuses"][0]["favourited"]
    (await mod.get(f"/api/v1/statuses/{insult['id']}")).refused(404)

    path = f"/api/v1/admin/reports/{report['id']}"
    taken = (await mod.post(f"{path}/assign_to_self")).ok()
    assert taken["assigned_account"]["username"] == "mod"
    assert (await mod.post(f"{path}/unassign")).ok()["assigned_account"] is None
    action = f"/api/v1/admin/accounts/{bob.id}/action"
    act = {"type": "suspend", "report_id": report["id"], "text": "insults"}
    assert (await mod.post(action, act)).ok() == {}
    assert (await mod.get("/api/v1/admin/reports")).ok() == []
    (resolved,) = (await mod.get("/api/v1/admin/reports", resolved=True)).ok()
    assert resolved["action_taken"]
    assert resolved["action_taken_by_account"]["username"] == "mod"
    assert resolved["target_account"]["suspended"]
    again = (await mod.post(f"/api/v1/admin/accounts/{bob.id}/unsuspend")).ok()
    assert not again["suspended"]
    (await mod.post(f"/api/v1/admin/accounts/{bob.id}/unsuspend")).refused(403)
    assert not (await mod.post(f"{path}/reopen")).ok()["action_taken"]
    assert (await mod.post(f"{path}/resolve")).ok()["action_taken"]
    changed = (await mod.put(path, {"category": "spam"})).ok()
    assert changed["category"] == "spam"
    (await mod.put(path, {"category": "dull"})).refused(422)
    (await mod.put(path, {"rule_ids": [1]})).refused(404)


@pytest.mark.parametrize(
    ("action", "state", "undo"),
    [
        ("sensitive", "sensitized", "unsensitive"),
        ("disable", "disabled", "enable"),
        ("silence", "silenced", "unsilence"),
        ("suspend", "suspended", "unsuspend"),
    ],
)
async def test_actions(network: Network, mod: Person, action: str, state: str, undo: str) -> None:
    bob = await network.person("bob")
    path = f"/api/v1/admin/accounts/{bob.id}"
    words = (await mod.post(f"{path}/action", {"type": action})).refused(422)
    assert "needs a reason" in words
    (await mod.post(f"{path}/action", {"type": action, "text": "why"})).ok()
    assert (await mod.get(path)).ok()[state]
    (found,) = (await mod.get("/api/v1/admin/accounts", **{state: True})).ok()
    assert found["id"] == bob.id
    assert not (await mod.post(f"{path}/{undo}")).ok()[state]
    assert (await mod.get("/api/v1/admin/accounts", **{state: True})).ok() == []


async def test_pending(network: Network, mod: Person) -> None:
    nora = await network.person("nora", is_approved=False, reason="I like it here")
    otto = await network.person("otto", is_approved=False)
    pending = (await mod.get("/api/v2/admin/accounts", status="pending")).ok()
    assert [one["username"] for one in pending] == ["otto", "nora"]
    assert pending[1]["invite_request"] == "I like it here"
    assert (await mod.post(f"/api/v1/admin/accounts/{nora.id}/approve")).ok()["approved"]
    assert (await mod.post(f"/api/v1/admin/accounts/{otto.id}/reject")).ok()["suspended"]
    assert (await mod.get("/api/v1/admin/accounts", pending=True)).ok() == []


async def test_looking_for_accounts(network: Network, mod: Person) -> None:
    await network.people("alice", "bob", "alix")

    async def found(version: int = 1, **params: Any) -> list[str]:
        answer = await mod.get(f"/api/v{version}/admin/accounts", **params)
        return [one["username"] for one in answer.ok()]

    assert await found() == ["alix", "bob", "alice", "mod"]
    assert await found(remote=True) == []
    assert await found(local=True, username="ali") == ["alix", "alice"]
    assert await found(staff=True) == ["mod"]
    assert await found(2, permissions="staff") == ["mod"]
    assert await found(2, role_ids=["1"]) == ["mod"]
    assert await found(2, origin="remote") == []
    assert await found(email="bob@") == ["bob"]
    assert await found(ip="127.0.0.1") == []
    assert await found(limit=2) == ["alix", "bob"]
    answer = await mod.get("/api/v1/admin/accounts", limit=2)
    answer = await mod.get(answer.headers["link"].split("<")[1].split(">")[0])
    assert [one["username"] for one in answer.ok()] == ["alice", "mod"]
    (await mod.get("/api/v2/admin/accounts", status="sleepy")).refused(422)


async def test_for_staff_with_the_scope_only(network: Network, mod: Person) -> None:
    alice = await network.person("alice")
    paths = ("/api/v1/admin/accounts", "/api/v1/admin/reports", f"/api/v1/admin/accounts/{mod.id}")
    for path in paths:
        (await network.anyone.get(path)).refused(401)
        (await alice.get(path)).refused(403)
    alice.token = await network.token(alice.user_id, ADMIN)
    for path in paths:
        assert (await alice.get(path)).refused(403) == "This action is not allowed"
    mod.token = await network.token(mod.user_id, ALL_SCOPES)
    for path in paths:
        words = (await mod.get(path)).refused(403)
        assert words == "This action is outside the authorized scopes"


async def test_not_found_and_rank(network: Network, mod: Person) -> None:
    admin = await network.person("admin1", role="admin")
    for path in ("accounts/1", "accounts/x", "reports/1"):
        (await mod.get(f"/api/v1/admin/{path}")).refused(404)
    for path in ("accounts/1/approve", "reports/1/resolve", "reports/1/assign_to_self"):
        (await mod.post(f"/api/v1/admin/{path}")).refused(404)
    act = {"type": "suspend", "text": "because"}
    for whom in (admin, mod):
        (await mod.post(f"/api/v1/admin/accounts/{whom.id}/action", act)).refused(403)
