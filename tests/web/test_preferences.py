"""How one publishes and reads: said once, followed by pages and applications."""

import pytest
from tests.rig.network import Network, SqlBudget
from tests.rig.reader import Reader, logged_in

PREFERENCES = "/settings/preferences"
FIELDS = {"visibility": "unlisted", "language": "fr", "media": "default"}


async def test_choices_are_kept_and_told_to_applications(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    said = {**FIELDS, "is_sensitive": "true", "expands_warnings": "true", "media": "show_all"}
    await reader.get("/about")
    with sql_budget(1):
        assert (await reader.send(PREFERENCES, {**said, "autoplays": "true"})).location
    page = await reader.get(PREFERENCES)
    assert "are kept" in page.ok()
    for kept in ('value="unlisted" checked', 'value="fr" selected', 'value="show_all" checked'):
        assert kept in page.html
    assert (await alice.get("/api/v1/preferences")).ok() == {
        "posting:default:visibility": "unlisted",
        "posting:default:sensitive": True,
        "posting:default:language": "fr",
        "posting:default:quote_policy": "nobody",
        "reading:expand:media": "show_all",
        "reading:expand:spoilers": True,
        "reading:autoplay:gifs": True,
    }
    published = await alice.publish("as I am used to")
    assert published["visibility"] == "unlisted"
    assert (await reader.submit(PREFERENCES, FIELDS)).ok()
    assert (await alice.get("/api/v1/preferences")).ok()["posting:default:sensitive"] is False


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visibility", ""),
        ("visibility", "everybody"),
        ("language", "xx"),
        ("language", "<b>"),
        ("media", "maybe"),
        ("media", ""),
    ],
)
async def test_choices_there_are_not_are_refused(network: Network, field: str, value: str) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    refused = await reader.send(PREFERENCES, {**FIELDS, field: value})
    assert "Something needs to be changed" in refused.refused(422)
    kept = (await alice.get("/api/v1/preferences")).ok()
    assert kept["posting:default:visibility"] == "public"


async def test_warnings_open_for_who_wants_them_so(network: Network) -> None:
    bob = await network.person("bob")
    await network.person("alice")
    warned = await bob.publish("the end of the film", spoiler_text="A film")
    path = f"/@bob/{warned['id']}"
    alice, visitor = await logged_in(network), Reader(network)
    closed = '<details class="warning"><summary dir="auto">A film'
    assert closed in (await alice.get(path)).html
    assert (await alice.submit(PREFERENCES, {**FIELDS, "expands_warnings": "true"})).ok()
    assert closed not in (await alice.get(path)).html
    assert "<details open" in (await alice.get(path)).html
    assert closed in (await visitor.get(path)).html  # hers alone


async def test_pictures_are_blurred_for_who_wants_them_so(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert 'data-media="hidden"' not in (await reader.get("/about")).html
    await reader.send(PREFERENCES, {**FIELDS, "media": "hide_all"})
    assert 'data-media="hidden"' in (await reader.get("/about")).html


async def test_visitors_have_no_choices(network: Network) -> None:
    assert (await Reader(network).get(PREFERENCES)).status == 303
    assert (await Reader(network).send(PREFERENCES, FIELDS)).refused(401)
