"""The API's description: whole, consistent, and true of what is answered."""

import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tests.rig.network import ALL_SCOPES, Answer, Network

from parvis.mastodon_api.openapi import UnknownEntity, describe, table
from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Routes
from parvis.protocols.oauth import SCOPES

DOCS = Path(__file__).parents[2] / "docs" / "api.md"


def resolve(document: Any, reference: str) -> Any:
    at = document
    for part in reference.removeprefix("#/").split("/"):
        at = at[part]
    return at


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [one for part in value.values() for one in references(part)]
    if isinstance(value, list):
        return [one for part in value for one in references(part)]
    return []


async def test_every_route_is_described(network: Network, sql_budget: Any) -> None:
    document = (await network.anyone.get("/api/openapi.json")).ok()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": network.base}]
    described = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
    }
    assert described == {f"{route.method} {route.path}" for route in all_routes()}
    with sql_budget(0):
        await network.anyone.get("/api/openapi.json")


def test_document_holds_together() -> None:
    document = describe(all_routes(), "https://parvis.example", "Parvis")
    for reference in references(document):
        assert resolve(document, reference) is not None
    operations = [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(set(ids)) == len(ids)
    nouns = {noun["name"]: noun["description"] for noun in document["tags"]}
    assert all(nouns.values())
    for path, method, operation in operations:
        assert operation["summary"].strip(), path
        assert set(operation["tags"]) <= set(nouns)
        named = [one["name"] for one in operation["parameters"]]
        assert len(set(named)) == len(named), path
        in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert in_path == set(re.findall(r"\{(\w+)\}", path))
        assert "requestBody" not in operation or method in ("post", "put", "patch")
        for alternative in operation["security"]:
            for scope in alternative.get("oauth2", []):
                assert scope in SCOPES
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        whole = {**schema, "components": document["components"]}
        jsonschema_rs.validator_for(whole)


def test_an_unknown_entity_is_refused() -> None:
    routes = Routes()

    @routes.get("/api/v1/odd", returns="Oddity")
    async def odd() -> None:
        """Never called."""

    with pytest.raises(UnknownEntity):
        describe(routes.all, "https://parvis.example", "Parvis")


def test_docs_list_exactly_the_routes() -> None:
    """When this fails: `just api-docs`."""
    written = "\n".join(line for line in DOCS.read_text().splitlines() if line.startswith("|"))
    assert written.strip() == table(all_routes()).strip()


class Comparer:
    """Compares answers with what the document says of their route."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def check(self, method: str, template: str, answer: Answer) -> Any:
        operation = self.document["paths"][template][method.lower()]
        (content,) = operation["responses"]["200"]["content"].values()
        whole = {**content["schema"], "components": self.document["components"]}
        value = answer.ok()
        faults = [
            f"{error.instance_path}: {error.message}"
            for error in jsonschema_rs.validator_for(whole).iter_errors(value)
        ]
        assert not faults, (method, template, faults[:5])
        return value


async def test_answers_are_as_described(network: Network) -> None:
    document = (await network.anyone.get("/api/openapi.json")).ok()
    compare = Comparer(document).check
    alice, bob = await network.people("alice", "bob")
    olga = await network.person("olga", role="owner")
    olga.token = await network.token(olga.user_id, (*ALL_SCOPES, "admin:read", "admin:write"))
    await bob.follow(alice)
    poll = {"options": ["one", "two"], "expires_in": 3_600}
    made = await alice.publish("hello @bob #parvis", poll=poll)
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    (await bob.post("/api/v1/lists", {"title": "friends"})).ok()
    await alice.publish("psst @bob", visibility="direct")
    await network.settle()
    said = {"account_id": alice.id, "status_ids": [made["id"]]}
    compare("POST", "/api/v1/reports", await bob.post("/api/v1/reports", said))
    ids = {"id": made["id"], "account": alice.id}
    for who, template, where, params in (
        (bob, "/api/v1/statuses/{id}", "/api/v1/statuses/{id}", {}),
        (network.anyone, "/api/v1/statuses/{id}", "/api/v1/statuses/{id}", {}),
        (bob, "/api/v1/statuses/{id}/context", "/api/v1/statuses/{id}/context", {}),
        (bob, "/api/v1/accounts/{id}", "/api/v1/accounts/{account}", {}),
        (bob, "/api/v1/accounts/{id}/statuses", "/api/v1/accounts/{account}/statuses", {}),
        (bob, "/api/v1/accounts/{id}/followers", "/api/v1/accounts/{account}/followers", {}),
        (bob, "/api/v1/accounts/relationships", "", {"id": [alice.id]}),
        (bob, "/api/v1/accounts/verify_credentials", "", {}),
        (bob, "/api/v1/timelines/home", "", {}),
        (bob, "/api/v1/notifications", "", {}),
        (bob, "/api/v1/conversations", "", {}),
        (bob, "/api/v1/lists", "", {}),
        (bob, "/api/v1/preferences", "", {}),
        (bob, "/api/v1/followed_tags", "", {}),
        (bob, "/api/v2/search", "", {"q": "parvis"}),
        (bob, "/api/v1/trends/tags", "", {}),
        (bob, "/api/v1/trends/statuses", "", {}),
        (network.anyone, "/api/v1/instance", "", {}),
        (network.anyone, "/api/v2/instance", "", {}),
        (network.anyone, "/api/v1/instance/activity", "", {}),
        (network.anyone, "/api/v1/instance/extended_description", "", {}),
        (network.anyone, "/.well-known/nodeinfo", "", {}),
        (network.anyone, "/nodeinfo/2.0", "", {}),
        (olga, "/api/v1/admin/accounts", "", {}),
        (olga, "/api/v1/admin/reports", "", {}),
    ):
        path = (where or template).format(**ids)
        compare("GET", template, await who.get(path, **params))
