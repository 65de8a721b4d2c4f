"""Moderators' pages, and what the person reads of a decision."""

import re

import pytest
from tests.rig.network import Network, Person
from tests.rig.reader import Reader, logged_in

STAFF_PAGES = [
    "/moderation",
    "/moderation/reports",
    "/moderation/accounts",
    "/moderation/reports/1",
]


async def reported(network: Network) -> tuple[Person, Person, str]:
    """Somebody reports a status of somebody else; the report's id."""
    bob, carol = await network.people("bob", "carol")
    made = await carol.publish("rude words")
    said = {"account_id": carol.id, "status_ids": [made["id"]], "comment": "This is rude"}
    return bob, carol, (await bob.post("/api/v1/reports", said)).ok()["id"]


async def moderator(network: Network, role: str = "moderator") -> Reader:
    await network.person("mod", role=role)
    return await logged_in(network, "mod")


@pytest.mark.parametrize("path", STAFF_PAGES)
async def test_moderation_is_for_staff(network: Network, path: str) -> None:
    await network.person("alice")
    assert (await Reader(network).get(path)).location.startswith("/auth/log-in")
    reader = await logged_in(network, "alice")
    assert (await reader.get(path)).refused(403)
    sent = await reader.send("/moderation/decisions", {"target_id": "1", "kind": "suspend"})
    assert sent.refused(403)


async def test_report_is_read_and_answered(network: Network) -> None:
    _, carol, report_id = await reported(network)
    mod = await moderator(network)
    listed = (await mod.get("/moderation")).ok()
    assert "This is rude" in listed
    assert "@carol" in listed
    path = f"/moderation/reports/{report_id}"
    page = await mod.get(path)
    assert "rude words" in page.ok()
    fields = {"target_id": carol.id, "report_id": report_id, "back": path, "kind": "suspend"}
    blank = await mod.send("/moderation/decisions", {**fields, "text": "  "})
    assert "Write the reason" in blank.refused(422)
    done = await mod.send("/moderation/decisions", {**fields, "text": "Rude to everyone."})
    assert done.location == path
    after = (await mod.get(path)).ok()
    assert "Account suspended" in after
    assert "Report settled" in after
    assert "No open reports" in (await mod.get("/moderation")).ok()
    assert "@carol" in (await mod.get("/moderation/reports?state=resolved")).ok()
    twice = await mod.send("/moderation/decisions", {**fields, "text": "Once more"})
    assert "already in that state" in twice.refused(422)
    assert "Once more" in twice.html


async def test_person_reads_the_reason_although_suspended(network: Network) -> None:
    _, carol, report_id = await reported(network)
    mod = await moderator(network)
    fields = {"target_id": carol.id, "report_id": report_id, "kind": "suspend"}
    await mod.send("/moderation/decisions", {**fields, "text": "Rude to <b>everyone</b>."})
    reader = Reader(network)
    assert (await reader.log_in("carol")).location == "/home"
    assert "Read why" in (await reader.get("/auth/waiting")).ok()
    page = await reader.get("/decisions")
    assert "Rude to <b>everyone</b>." in page.ok()
    assert "@mod" not in page.text  # decisions are the network's
    assert "Read why" in (await reader.get("/@carol")).refused(403)
    seen = await network.db.fetchval("select read_at from decisions")
    assert seen is not None


async def test_reinstated_account_is_back(network: Network) -> None:
    _, carol, _ = await reported(network)
    mod = await moderator(network)
    for kind, status in (("suspend", 403), ("reinstate", 200), ("limit", 200), ("unlimit", 200)):
        fields = {"target_id": carol.id, "kind": kind, "text": "Because."}
        assert (await mod.send("/moderation/decisions", fields)).status == 303
        assert (await Reader(network).get("/@carol")).status == status
    page = (await mod.get(f"/moderation/accounts/{carol.id}")).ok()
    assert "Account reinstated" in page


async def test_report_is_taken_on_closed_and_opened_again(network: Network) -> None:
    _, _, report_id = await reported(network)
    mod = await moderator(network)
    path = f"/moderation/reports/{report_id}"
    for act, words in (("assign", "Yours"), ("resolve", "Open again"), ("reopen", "Close without")):
        assert (await mod.send(path, {"act": act})).location == path
        assert words in (await mod.get(path)).ok()
    assert (await mod.send(path, {"act": "burn"})).refused(422)
    assert (await mod.send("/moderation/reports/1", {"act": "assign"})).refused(404)


async def test_requests_to_join(network: Network) -> None:
    carol = await network.person("carol", is_approved=False, reason="I live there")
    dan = await network.person("dan", is_approved=False, reason="Cheap watches")
    mod = await moderator(network)
    text = (await mod.get("/moderation/accounts?state=pending")).ok()
    assert "I live there" in text
    assert "Cheap watches" in text
    # One click lets one in, whoever else is chosen and whatever was typed for them.
    eve = await network.person("eve", is_approved=False, reason="By a friend")
    said = {"alone": eve.id, "ids[]": dan.id, "text": "Cheap watches"}
    assert (await mod.send("/moderation/accounts", said)).location == (
        "/moderation/accounts?state=pending&done=decided"
    )
    text = (await mod.get("/moderation/accounts?state=pending")).ok()
    assert "By a friend" not in text
    assert "Cheap watches" in text
    assert (await (await logged_in(network, "eve")).get("/auth/waiting")).location == "/home"
    for person, kind in ((carol, "approve"), (dan, "reject")):
        fields = {"target_id": person.id, "kind": kind, "text": "Read."}
        assert (await mod.send("/moderation/decisions", fields)).status == 303
    assert "No requests" in (await mod.get("/moderation/accounts?state=pending")).ok()
    assert "Request refused" in (await mod.get(f"/moderation/accounts/{dan.id}")).ok()
    reader = await logged_in(network, "carol")
    assert (await reader.get("/auth/waiting")).location == "/home"
    refused = await (await logged_in(network, "dan")).get("/auth/waiting")
    assert "request to join was refused" in refused.ok()
    assert "suspended" not in refused.text


async def test_accounts_are_searched(network: Network) -> None:
    await network.people("carol", "dan")
    mod = await moderator(network)
    for words in ("car", "carol@example.org"):
        page = await mod.get(f"/moderation/accounts?q={words}")
        assert "@carol" in page.ok()
        assert "@dan" not in page.text
    assert "Nobody found" in (await mod.get("/moderation/accounts?q=zzz")).ok()


async def test_accounts_are_paged(network: Network) -> None:
    for number in range(23):
        await network.person(f"p{number:02}")
    mod = await moderator(network)
    first = await mod.get("/moderation/accounts")
    second = await mod.get(first.link("next"))
    names = set(re.findall(r"@(p\d\d)\b", first.text)) | set(re.findall(r"@(p\d\d)\b", second.text))
    assert len(names) == 23


async def test_nobody_decides_about_themselves_or_above(network: Network) -> None:
    alice = await network.person("alice", role="owner")
    mod = await moderator(network)
    own = await network.db.fetchval("select id from accounts where username = 'mod'")
    for target, words in ((own, "their own account"), (alice.id, "not below yours")):
        fields = {"target_id": str(target), "kind": "suspend", "text": "x"}
        refused = await mod.send("/moderation/decisions", fields)
        assert words in refused.refused(403)
        looked = await mod.get(f"/moderation/accounts/{target}")
        for page in (refused, looked):  # what can only be refused is not offered
            assert 'name="kind"' not in page.html
            assert 'value="letter"' not in page.html
    unknown = await mod.send("/moderation/decisions", {"target_id": "1", "kind": "x", "text": "x"})
    assert unknown.status == 404


@pytest.mark.parametrize("target_id", ["9" * 30, "-1", "x", "1\0", ""])
async def test_decision_about_nobody(network: Network, target_id: str) -> None:
    mod = await moderator(network)
    fields = {"target_id": target_id, "kind": "suspend", "text": "Because"}
    assert (await mod.send("/moderation/decisions", fields)).status in {400, 404, 422}
