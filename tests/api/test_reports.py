"""Reporting accounts, and what a report may not do."""

from typing import Any

import pytest
from tests.rig.network import Network

from parvis.domain.network.rules import add_rule


async def test_report_names_what_the_reporter_sees(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    rule_id = await network.db.run(add_rule, "Be kind")
    first = await bob.publish("insult")
    second = await bob.publish("another, to @alice", visibility="direct")
    said = {
        "account_id": bob.id,
        "status_ids": [second["id"], first["id"], first["id"]],
        "comment": "  see for yourself",
        "rule_ids": [str(rule_id)],
        "forward": "true",
    }
    made = (await alice.post("/api/v1/reports", said)).ok()
    assert made["status_ids"] == [first["id"], second["id"]]
    assert made["rule_ids"] == [str(rule_id)]
    assert (made["category"], made["comment"]) == ("violation", "  see for yourself")
    assert (made["action_taken"], made["action_taken_at"], made["forwarded"]) == (
        False,
        None,
        False,
    )
    assert made["target_account"]["acct"] == "bob"
    kinds = [row["kind"] for row in await network.db.fetch("select kind from outbox")]
    assert "ReportMade" in kinds


async def test_form_and_budget(network: Network, sql_budget: Any) -> None:
    alice, bob = await network.people("alice", "bob")
    said = {"account_id": bob.id, "category": "spam"}
    await alice.post("/api/v1/reports", said)
    with sql_budget(3):
        made = (await alice.call("POST", "/api/v1/reports", data=said)).ok()
    assert (made["category"], made["rule_ids"], made["status_ids"]) == ("spam", None, [])


async def test_statuses_of_others_and_unseen_ones_are_not_found(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    of_carol = await carol.publish("not bob's")
    private = await bob.publish("for followers", visibility="private")
    for id_ in (of_carol["id"], private["id"], "1"):
        said = {"account_id": bob.id, "status_ids": [id_]}
        assert (await alice.post("/api/v1/reports", said)).refused(404) == "Record not found"
    assert await network.db.fetchval("select count(*) from reports") == 0


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"account_id": None}, 422, "account_id can't be blank"),
        ({"account_id": "17"}, 404, "Record not found"),
        ({"account_id": "abc"}, 422, "account_id"),
        ({"comment": "x" * 1_001}, 422, "Comment is too long (maximum is 1000 characters)"),
        ({"comment": "a\0b"}, 422, "NUL"),
        ({"category": "boring"}, 422, "category"),
        ({"rule_ids": ["12"]}, 422, "Rules does not reference valid rules"),
        ({"status_ids": ["x"]}, 422, "status_ids"),
        ({"status_ids": list(range(1, 102))}, 422, "at most 100"),
        ({"status_ids": [1 << 70]}, 422, "status_ids"),
        ({"account_id": 1 << 70}, 422, "account_id"),
    ],
)
async def test_refused(network: Network, said: Any, status: int, words: str) -> None:
    alice, bob = await network.people("alice", "bob")
    answer = await alice.post("/api/v1/reports", {"account_id": bob.id, **said})
    assert words in answer.refused(status)
    assert await network.db.fetchval("select count(*) from reports") == 0


async def test_who_may_not_report(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    said = {"account_id": bob.id}
    (await network.anyone.post("/api/v1/reports", said)).refused(401)
    alice.token = await network.token(alice.user_id, ("read", "write:statuses"))
    (await alice.post("/api/v1/reports", said)).refused(403)
    words = (await bob.post("/api/v1/reports", said)).refused(422)
    assert words == "Validation failed: You cannot report yourself"
