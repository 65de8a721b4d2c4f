"""How the network presents itself to apps and other software."""

from typing import Any

import pytest
from tests.rig.network import Network

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.moderation.decisions import decide
from parvis.domain.network.numbers import Counted
from parvis.domain.network.rules import add_rule, change_rule, list_rules, remove_rule
from parvis.domain.network.settings import change
from parvis.domain.statuses import draft


async def test_both_versions_tell_name_rules_and_limits(network: Network, sql_budget: Any) -> None:
    owner = await network.person("olga", role="owner")
    await network.db.run(change, title="Chez nous", short_description="Petit réseau")
    await network.db.run(add_rule, "Be kind", "Always")
    old = (await network.anyone.get("/api/v1/instance")).ok()
    new = (await network.anyone.get("/api/v2/instance")).ok()
    domain = network.base.removeprefix("http://")
    assert (old["uri"], new["domain"]) == (domain, domain)
    assert old["title"] == new["title"] == "Chez nous"
    assert old["urls"]["streaming_api"] == f"ws://{domain}"
    assert new["configuration"]["urls"]["streaming"] == f"ws://{domain}"
    assert old["contact_account"]["id"] == new["contact"]["account"]["id"] == owner.id
    assert old["rules"] == new["rules"]
    assert [(rule["text"], rule["hint"]) for rule in new["rules"]] == [("Be kind", "Always")]
    for one in (old, new):
        limits = one["configuration"]
        assert limits["statuses"]["max_characters"] == draft.MAX_LENGTH
        assert limits["polls"]["max_options"] == draft.MAX_OPTIONS
        assert one["version"].startswith("4.3.0 (compatible; Parvis ")
    assert new["api_versions"] == {"mastodon": 2}
    assert (await network.anyone.get("/api/v1/instance/rules")).ok() == new["rules"]
    with sql_budget(0):
        await network.anyone.get("/api/v2/instance")


@pytest.mark.parametrize(
    ("mode", "enabled", "approval", "message"),
    [
        ("open", True, False, None),
        ("approval", True, True, None),
        ("closed", False, False, "<p>Come back in May</p>"),
    ],
)
async def test_registrations(
    network: Network, mode: str, enabled: Any, approval: Any, message: Any
) -> None:
    await network.db.run(change, registrations=mode, registrations_message="Come back in May")
    new = (await network.anyone.get("/api/v2/instance")).ok()["registrations"]
    assert (new["enabled"], new["approval_required"], new["message"]) == (
        enabled,
        approval,
        message,
    )
    old = (await network.anyone.get("/api/v1/instance")).ok()
    assert (old["registrations"], old["approval_required"]) == (enabled, approval)


async def test_numbers_count_only_what_everybody_sees(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.person("pending", is_approved=False)
    for visibility in ("public", "unlisted", "private", "direct"):
        await alice.publish("hello", visibility=visibility)

    async def counted() -> tuple[int, int, int]:
        network.db.kept(Counted).forget()
        stats = (await network.anyone.get("/api/v1/instance")).ok()["stats"]
        weeks = (await network.anyone.get("/api/v1/instance/activity")).ok()
        assert len(weeks) == 12
        return stats["user_count"], stats["status_count"], int(weeks[0]["statuses"])

    assert await counted() == (2, 2, 2)
    await network.db.run(decide, None, alice.account_id, "suspend", "why")
    assert await counted() == (1, 0, 0)
    await network.db.run(decide, None, alice.account_id, "reinstate", "because")
    assert await counted() == (2, 2, 2)
    usage = (await network.anyone.get("/api/v2/instance")).ok()["usage"]
    assert usage == {"users": {"active_month": 2}}
    weeks = (await network.anyone.get("/api/v1/instance/activity")).ok()
    assert weeks[0]["registrations"] == "3"
    assert all(isinstance(value, str) for value in weeks[0].values())
    assert bob.id


async def test_long_texts(network: Network) -> None:
    anyone = network.anyone
    assert (await anyone.get("/api/v1/instance/extended_description")).ok() == {
        "updated_at": None,
        "content": "",
    }
    (await anyone.get("/api/v1/instance/privacy_policy")).refused(404)
    (await anyone.get("/api/v1/instance/terms_of_service")).refused(404)
    text = "Hello\n\n<script>alert(1)</script>"
    await network.db.run(
        change, description=text, privacy_policy="We keep little", terms_of_service="Be kind"
    )
    shown = (await anyone.get("/api/v1/instance/extended_description")).ok()
    assert shown["content"] == "<p>Hello</p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert shown["updated_at"]
    assert "little" in (await anyone.get("/api/v1/instance/privacy_policy")).ok()["content"]
    terms = (await anyone.get("/api/v1/instance/terms_of_service")).ok()
    assert terms["effective"]
    urls = (await anyone.get("/api/v2/instance")).ok()["configuration"]["urls"]
    assert urls["privacy_policy"].endswith("/privacy-policy")


async def test_empty_lists(network: Network) -> None:
    alice = await network.person("alice")
    assert (await network.anyone.get("/api/v1/instance/peers")).ok() == []
    assert (await network.anyone.get("/api/v1/instance/domain_blocks")).ok() == []
    assert (await network.anyone.get("/api/v1/instance/translation_languages")).ok() == {}
    assert (await alice.get("/api/v1/announcements")).ok() == []
    (await network.anyone.get("/api/v1/announcements")).refused(401)


async def test_rules(network: Network) -> None:
    first = await network.db.run(add_rule, "One")
    second = await network.db.run(add_rule, "Two")
    await network.db.run(change_rule, second, text="Zero", position=0)
    assert [rule.text for rule in await list_rules(network.db)] == ["Zero", "One"]
    await network.db.run(remove_rule, first)
    assert [rule.text for rule in await list_rules(network.db)] == ["Zero"]
    for text in ("", "  ", "x" * 301, "a\0"):
        with pytest.raises(Invalid):
            await network.db.run(add_rule, text)
    with pytest.raises(Invalid):
        await network.db.run(change_rule, second, position=-1)
    with pytest.raises(NotFound):
        await network.db.run(change_rule, first, text="gone")
    with pytest.raises(NotFound):
        await network.db.run(remove_rule, first)


async def test_webfinger(network: Network) -> None:
    alice = await network.person("Alice")
    domain = network.base.removeprefix("http://")
    for resource in (
        f"acct:alice@{domain}",
        f"acct:ALICE@{domain.upper()}",
        f"alice@{domain}",
        f"{network.base}/@alice",
        f"{network.base}/users/Alice",
    ):
        answer = await network.anyone.get("/.well-known/webfinger", resource=resource)
        assert answer.status == 200
        assert answer.headers["content-type"].startswith("application/jrd+json")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert f'"subject":"acct:Alice@{domain}"'.encode() in answer.body
    for resource in (
        f"acct:nobody@{domain}",
        "acct:alice@elsewhere.example",
        "https://elsewhere.example/@alice",
        "acct:",
        "%",
        f"acct:a\0b@{domain}",
    ):
        answer = await network.anyone.get("/.well-known/webfinger", resource=resource)
        assert answer.status in (400, 404), resource
    (await network.anyone.get("/.well-known/webfinger")).refused(422)
    await network.db.run(decide, None, alice.account_id, "suspend", "why")
    answer = await network.anyone.get("/.well-known/webfinger", resource=f"acct:alice@{domain}")
    answer.refused(404)


async def test_nodeinfo_and_host_meta(network: Network) -> None:
    await network.person("alice")
    links = (await network.anyone.get("/.well-known/nodeinfo")).ok()["links"]
    for link in links:
        version = link["rel"].rpartition("/")[2]
        answer = await network.anyone.get(link["href"])
        assert answer.ok()["version"] == version
        assert f"schema/{version}#" in answer.headers["content-type"]
        assert answer.json["software"]["name"] == "parvis"
        assert answer.json["usage"]["users"]["total"] == 1
        assert answer.headers["access-control-allow-origin"] == "*"
    meta = await network.anyone.get("/.well-known/host-meta")
    assert b"/.well-known/webfinger?resource={uri}" in meta.body


async def test_health(network: Network) -> None:
    answer = await network.anyone.get("/health")
    assert (answer.status, answer.body) == (200, b"OK")
