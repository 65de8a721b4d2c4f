"""The office of those who look after the network: who enters, and what each page does."""

from typing import Any

import pytest
from tests.rig.network import PASSWORD, Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in

from parvis.domain.access.logins import Logins
from parvis.domain.network import figures, settings
from parvis.domain.network.figures import StateKept
from parvis.domain.network.settings import Locks, NetworkShelf
from parvis.infra import jobs
from parvis.infra.jobs import Kind, Runner

OFFICE = [
    "/admin/jobs",
    "/admin/settings",
    "/admin/look",
    "/admin/rules",
    "/admin/documents",
    "/admin/documents/privacy_policy",
    "/admin/announcements",
    "/admin/emojis",
    "/admin/invitations",
    "/admin/petitions",
    "/admin/draws",
    "/admin/log",
]
WRITES = [
    ("/admin/settings", {"title": "Taken over"}),
    ("/admin/look", {"accent": "#ff0000"}),
    ("/admin/rules", {"text": "Obey"}),
    ("/admin/documents/privacy_policy", {"text": "None"}),
    ("/admin/announcements", {"text": "I rule"}),
    ("/admin/emojis/change", {"do": "remove", "codes[]": "blob"}),
    ("/admin/invitations", {"comment": "x"}),
    ("/admin/jobs", {"do": "again_all"}),
    ("/admin/petitions", {"petitions_by": "nobody"}),
    ("/admin/petitions/rolls", {"do": "remove", "roll": "Voters"}),
    ("/admin/petitions/issuers", {"do": "remove", "id": "1"}),
    ("/admin/draws", {"do": "who"}),
    ("/admin/log", {"do": "rotate", "current": PASSWORD}),
    ("/admin/log", {"do": "resume"}),
]


async def inside(
    network: Network, name: str = "anouk", role: Any = "owner"
) -> tuple[Person, Reader]:
    person = await network.person(name, role=role)
    reader = await logged_in(network, name)
    return person, reader


@pytest.mark.parametrize("role", ["owner", "admin"])
async def test_owner_and_admins_see_every_page(network: Network, role: str) -> None:
    _, reader = await inside(network, role=role)
    for path in ["/admin", *OFFICE, "/moderation/reports", "/moderation/accounts"]:
        page = await reader.get(path)
        assert "Jobs and health" in page.ok(), path
        assert page.headers["cache-control"] == "no-store"


async def test_moderators_see_what_moderators_may(network: Network) -> None:
    _, mod = await inside(network, "mod", "moderator")
    said = (await mod.get("/admin")).ok()
    assert "Open reports" in said
    assert "Jobs and health" not in said
    for path in OFFICE:
        assert "owner and admins" in (await mod.get(path)).refused(403), path


@pytest.mark.parametrize(("path", "fields"), WRITES)
async def test_a_moderator_cannot_change_the_network(
    network: Network, path: str, fields: dict[str, str]
) -> None:
    _, mod = await inside(network, "mod", "moderator")
    _, member = await inside(network, "bob", "member")
    before = await settings.read(network.db)
    for reader in (mod, member, Reader(network)):
        said = await reader.send(path, fields)
        assert said.status in {401, 403}
    assert await settings.read(network.db) == before
    assert (await network.anyone.get("/api/v1/instance/rules")).ok() == []


async def test_visitors_and_members_stay_outside(network: Network) -> None:
    assert (await Reader(network).get("/admin")).location.startswith("/auth/log-in")
    _, member = await inside(network, "bob", "member")
    for path in ["/admin", *OFFICE]:
        assert (await member.get(path)).refused(403)


async def test_the_overview_tells_what_happened(network: Network, sql_budget: SqlBudget) -> None:
    anouk, reader = await inside(network)
    bob = await network.person("bob", is_approved=False)
    made = await anouk.publish("A first word")
    await anouk.publish("An answer to it", in_reply_to_id=made["id"])
    await network.db.run(jobs.enqueue, figures.JOB, {})
    await network.settle()
    network.db.kept(StateKept).state.forget()
    assert (await reader.get("/about")).ok()  # the session is known now
    with sql_budget(4):  # the fourth has figures counted that are some minutes old
        page = await reader.get("/admin?days=7")
    said = page.ok()
    assert "Requests to join 1" in said
    assert "Members 1" in said
    assert "2 in all; the highest day has 2." in said
    assert page.html.count("<figure") == 4
    assert page.html.count('role="img"') == 4
    for days in ("30", "90", "8", "x"):
        assert (await reader.get(f"/admin?days={days}")).status == 200
    assert "@bob" in (await reader.get("/moderation/accounts?state=pending")).ok()
    assert bob.id


async def test_settings_are_kept_or_refused_together(network: Network) -> None:
    await network.person("bob")
    _, reader = await inside(network)
    fields = {
        "title": "  Place du Marché ",
        "short_description": "Ours",
        "contact": "@bob",
        "contact_email": "hello@example.org",
        "registrations": "closed",
        "registrations_message": "Back in spring",
        "languages": "fr, en oc",
        "members_may_invite": "true",
    }
    assert (await reader.send("/admin/settings", fields)).location == "/admin/settings?done=kept"
    kept = await settings.read(network.db)
    assert (kept.title, kept.registrations, kept.languages) == (
        "Place du Marché",
        "closed",
        ["fr", "en", "oc"],
    )
    assert kept.members_may_invite
    assert not kept.invited_are_approved
    shown = await reader.get("/admin/settings?done=kept")
    assert "Kept." in shown.ok()
    assert 'value="bob"' in shown.html
    wrong = {**fields, "title": " ", "contact_email": "nobody", "languages": "klingon"}
    refused = await reader.send("/admin/settings", wrong)
    said = refused.refused(422)
    assert "Give the network a name" in said
    assert "Write a whole address" in said
    assert "Back in spring" in said
    assert await settings.read(network.db) == kept
    for bad in (
        {"contact": "@nobody"},
        {"registrations": "perhaps"},
        {"title": "x" * 61},
        {"short_description": "x" * 501},
        {"languages": ""},
    ):
        assert (await reader.send("/admin/settings", {**fields, **bad})).refused(422), bad
    assert await settings.read(network.db) == kept


async def test_what_the_environment_locks_is_shown_and_left(network: Network) -> None:
    _, reader = await inside(network)
    network.db.kept(NetworkShelf).locks = Locks(registrations="approval")
    page = await reader.get("/admin/settings")
    assert "PARVIS_REGISTRATIONS" in page.ok()
    fields = {"title": "Ours", "languages": "en", "registrations": "open"}
    assert (await reader.send("/admin/settings", fields)).location
    now = await settings.read(network.db)
    assert (now.title, now.registrations) == ("Ours", "approval")


async def test_a_document_is_written_looked_at_and_taken_up_again(network: Network) -> None:
    _, reader = await inside(network)
    path = "/admin/documents/privacy_policy"
    text = "# What we keep\n\n- <b>little</b>\n- [nothing](/about)\n\nhttps://ours.example"
    preview = await reader.send(path, {"text": text, "do": "preview"})
    assert "<b>little</b>" in preview.ok()
    # On a phone a title goes that the row of places says already; this one it does not.
    assert 'class="section-head"><h1>' in preview.html
    assert 'class="section-head named"><h1>' in (await reader.get("/admin/documents")).html
    assert "<h2>What we keep</h2>" in preview.html
    assert '<a href="/about" rel="noopener noreferrer">nothing</a></li>' in preview.html
    assert '<a href="https://ours.example"' in preview.html
    assert (await reader.send(path, {"text": "x" * 60_001, "do": "preview"})).refused(422)
    assert await network.db.fetchval("select count(*) from document_versions") == 0
    for text in ("We keep little.", "We keep nothing."):
        assert (
            await reader.send(path, {"text": text, "do": "keep"})
        ).location == f"{path}?done=kept"
    assert "We keep nothing." in (await Reader(network).get("/privacy-policy")).ok()
    page = await reader.get(path)
    assert "@anouk" in page.ok()
    earlier = page.html.split("?version=")[1].partition('"')[0]
    again = await reader.get(f"{path}?version={earlier}")
    assert "This is an earlier text" in again.ok()
    assert "We keep little.</textarea>" in again.html
    assert (await reader.get(f"{path}?version=1")).refused(404)
    assert (await reader.get(f"{path}?version=x")).refused(404)
    assert (await reader.get("/admin/documents/title")).refused(404)
    assert (await reader.send("/admin/documents/title", {"text": "x"})).refused(404)
    assert (await reader.send(path, {"text": "x" * 60_001})).refused(422)
    assert (await reader.send(path, {"text": ""})).location
    assert (await Reader(network).get("/privacy-policy")).refused(404)


async def test_failed_jobs_are_tried_again_or_discarded(network: Network) -> None:
    _, reader = await inside(network)

    async def fail(_means: Any, _payload: Any) -> None:
        raise ValueError("the letter box is full")

    kinds = {"send_letter": Kind(fail, attempts=1)}
    await network.db.run(jobs.enqueue, "send_letter", {"n": 1}, {"n": 2})
    await Runner(network.app.means, kinds).run_until_idle()
    page = await reader.get("/admin/jobs")
    assert "the letter box is full" in page.ok()
    first, second = await jobs.list_failed(network.db, 10)
    tried = await reader.send("/admin/jobs", {"do": "again", "id": str(first.id)})
    assert tried.location == "/admin/jobs?done=again"
    assert [one.id for one in await jobs.list_failed(network.db, 10)] == [second.id]
    assert (await reader.send("/admin/jobs", {"do": "discard", "id": str(first.id)})).location
    discarded = await reader.send("/admin/jobs", {"do": "discard", "id": str(second.id)})
    assert discarded.location == "/admin/jobs?done=discarded"
    assert await network.db.fetchval("select array_agg(id) from jobs") == [first.id]
    await Runner(network.app.means, kinds).run_until_idle()
    assert (await reader.send("/admin/jobs", {"do": "burn"})).refused(422)
    assert (await reader.send("/admin/jobs", {"do": "again_all"})).location
    assert await jobs.list_failed(network.db, 10) == []


async def test_health_sees_a_store_that_refuses(network: Network, monkeypatch: Any) -> None:
    _, reader = await inside(network)
    assert "takes and gives files" in (await reader.get("/admin/jobs")).ok()
    assert "not seen for a minute" in (await reader.get("/admin/jobs")).ok()

    async def refuse(*_args: Any) -> None:
        raise OSError("full")

    monkeypatch.setattr(network.app.means.storage, "put", refuse)
    assert "refuses files" in (await reader.get("/admin/jobs")).ok()


async def test_who_loses_the_role_loses_the_office(network: Network) -> None:
    _, owner = await inside(network)
    admin, reader = await inside(network, "admin", "admin")
    assert (await reader.get("/admin/settings")).ok()
    path = f"/moderation/accounts/{admin.id}"
    assert (await owner.send(path, {"do": "role", "role": "member"})).location
    assert (await reader.get("/admin/settings")).refused(403)
    assert network.db.kept(Logins)
