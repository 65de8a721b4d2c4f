"""Reporting: what is chosen reaches the moderators; what is missing is said beside its place."""

from typing import Any

import pytest
from tests.rig.network import Network, Person
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import rules


class Case:
    """Alice reports Bob, who wrote something rude; one rule stands."""

    def __init__(self, network: Network, alice: Person, bob: Person) -> None:
        self.network, self.alice, self.bob = network, alice, bob
        self.reader = Reader(network)
        self.status_id = ""
        self.rule_id = ""

    async def kept(self) -> list[Any]:
        return await self.network.db.fetch("select * from reports order by id")


@pytest.fixture
async def case(network: Network) -> Case:
    made = Case(network, *await network.people("alice", "bob"))
    await made.reader.log_in("alice")
    made.status_id = (await made.bob.publish("rude words"))["id"]
    await made.bob.publish("kind words")
    made.rule_id = str(await network.db.run(rules.add_rule, "Be kind", ""))
    return made


async def test_message_is_reported_with_the_rule_it_breaks(case: Case) -> None:
    page = await case.reader.get(f"/@bob/{case.status_id}/report")
    text = page.ok()
    assert "rude words" in text
    assert "kind words" in text
    assert "Be kind" in text
    assert page.html.count(" checked") == 1  # the message pointed at
    fields = [
        ("category", "violation"),
        ("rule[]", case.rule_id),
        ("status[]", case.status_id),
        ("comment", "See <b>above</b>"),
    ]
    sent = await case.reader.send_all("/@bob/report", fields)
    assert sent.location == "/@bob/reported"
    (kept,) = await case.kept()
    assert kept["category"] == "violation"
    assert kept["comment"] == "See <b>above</b>"
    assert [str(one) for one in kept["status_ids"]] == [case.status_id]
    assert [str(one) for one in kept["rule_ids"]] == [case.rule_id]


async def test_report_sent_twice_is_one_report(case: Case) -> None:
    await case.network.person("mona", role="moderator")
    said = {"category": "spam", "status[]": case.status_id}
    for comment in ("The third time", "The third time", "And again"):
        sent = await case.reader.send("/@bob/report", {**said, "comment": comment})
        assert sent.location == "/@bob/reported"
    assert [one["comment"] for one in await case.kept()] == ["The third time", "And again"]
    await case.network.settle()
    told = "select count(*) from notifications where kind = 'admin.report'"
    assert await case.network.db.fetchval(told) == 2


async def test_thanks_offer_mute_and_block(case: Case) -> None:
    await case.alice.follow(case.bob)
    page = await case.reader.get("/@bob/reported")
    text = page.ok()
    for offer in ("Unfollow", "Mute", "Block"):
        assert offer in text
    how = {"referer": f"{case.network.base}/@bob/reported"}
    for act in ("mute", "block"):
        said = {"do": act, "view": "page"}
        sent = await case.reader.send(f"/accounts/{case.bob.id}", said, **how)
        assert sent.location == "/@bob/reported"
    assert "You have blocked this account" in (await case.reader.get("/@bob/reported")).ok()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choose what it is about"),
        ({"category": "rudeness"}, "Choose what it is about"),
        ({"category": "violation"}, "Choose the rule that is broken"),
        ({"category": "other", "comment": "  "}, "Say in a sentence what is wrong"),
        ({"category": "spam", "comment": "x" * 1_001}, "This is too long"),
        ({"category": "violation", "rule[]": "117000000000000001"}, "A rule was changed meanwhile"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_kept(
    case: Case, said: dict[str, str], words: str
) -> None:
    page = await case.reader.send("/@bob/report", {"comment": "Kept as typed", **said})
    assert words in page.refused(422)
    assert said.get("comment", "Kept as typed").strip() in page.html
    assert await case.kept() == []


async def test_only_messages_of_that_person_one_may_see(case: Case) -> None:
    own = (await case.alice.publish("mine"))["id"]
    secret = (await case.bob.publish("for nobody", visibility="direct"))["id"]
    for other in (own, secret, "117000000000000001"):
        assert (await case.reader.get(f"/@bob/{other}/report")).refused(404)
        said = {"category": "spam", "status[]": other}
        assert (await case.reader.send("/@bob/report", said)).refused(404)
    assert (await case.reader.get("/@bob/x/report")).refused(404)
    assert "for nobody" not in (await case.reader.get("/@bob/report")).ok()
    assert await case.kept() == []


async def test_oneself_nobody_and_visitors(case: Case) -> None:
    assert "report yourself" in (await case.reader.get("/@alice/report")).refused(403)
    assert (await case.reader.send("/@alice/report", {"category": "spam"})).refused(403)
    assert (await case.reader.get("/@nobody/report")).refused(404)
    visitor = Reader(case.network)
    assert (await visitor.get("/@bob/report")).location.startswith("/auth/log-in")
    assert (await visitor.send("/@bob/report", {"category": "spam"})).refused(401)
    assert await case.kept() == []


async def test_network_without_rules_does_not_ask_for_one(network: Network) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network, "alice")
    text = (await reader.get("/@bob/report")).ok()
    assert "It breaks a rule" not in text
    assert "It is spam" in text
