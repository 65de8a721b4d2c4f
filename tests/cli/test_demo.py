"""`parvis demo`: a network is filled, whatever breaks the filling off, and lives."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.rig.network import Caller, Network, serve

from parvis.cli.demo import fill as filler
from parvis.cli.demo.fill import WORRY
from parvis.cli.demo.filling import DemoRefused, fill
from parvis.cli.demo.script import Plan, make_plan
from parvis.domain.statuses.publish import publish
from parvis.settings import Settings

PEOPLE = 12
CAMPAIGNS = 3  # statuses that announce petitions and a draw
WRITTEN = 100  # own statuses, of some three hundred, when it is broken off
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
STATUSES = "select count(*) from statuses"
# But figures are counted by the worker, at its leisure.
UNDONE = """select (select count(*) from outbox where run_at <= now())
+ (select count(*) from jobs where run_at <= now() and kind <> 'count_days')"""
TWICE = """
select text from statuses where reblog_of_id is null group by account_id, text having count(*) > 1
"""


@pytest.fixture
def settings(dsn: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=dsn)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_a_network_is_filled_and_lives(settings: Settings, capsys: Any) -> None:
    plan = make_plan(PEOPLE, 7)
    async with serve(str(settings.database_url), settings.data) as network:
        await _break_off(network, settings)
    await fill(settings, PEOPLE, 7, force=False)
    said = capsys.readouterr().out
    async with serve(str(settings.database_url), settings.data) as network:
        db = network.db
        assert await db.fetchval(STATUSES) == len(plan.lines) + len(plan.reblogs) + CAMPAIGNS
        assert await db.fetchval(UNDONE) == 0
        assert await db.fetch(TWICE) == []
        visitor = await _log_in(network, "visite", said)
        await _check_timelines(network, visitor, plan)
        await _check_rest(network, visitor, plan)
    await fill(settings, PEOPLE, 7, force=False)
    assert "nothing was added" in capsys.readouterr().out
    with pytest.raises(DemoRefused, match=r"--accounts 12 --seed 7"):
        await fill(settings, PEOPLE, 8, force=False)


async def _break_off(network: Network, settings: Settings) -> None:
    """Cancel a filling in the midst of its statuses: while it writes one."""
    begun = 0

    async def breaking(*said: Any) -> Any:
        nonlocal begun
        begun += 1
        if begun > WRITTEN:
            filling.cancel()
        return await publish(*said)

    with pytest.MonkeyPatch.context() as patching:
        patching.setattr(filler, "publish", breaking)
        filling = asyncio.create_task(fill(settings, PEOPLE, 7, force=False))
        await asyncio.gather(filling, return_exceptions=True)
    assert filling.cancelled()
    assert await network.db.fetchval(f"{STATUSES} where reblog_of_id is null") == WRITTEN


async def _log_in(network: Network, username: str, said: str) -> Caller:
    """With the password that was printed."""
    password = re.search(r"Password of all: (\S+)", said)
    assert password
    app = await network.anyone.post(
        "/api/v1/apps", {"client_name": "a", "redirect_uris": OUT_OF_BAND, "scopes": "read"}
    )
    email = await network.db.fetchval(
        "select u.email from users u join accounts a on a.id = u.account_id where a.username = $1",
        username,
    )
    asked = {
        "grant_type": "password",
        "username": email,
        "password": password[1],
        "client_id": app.ok()["client_id"],
        "client_secret": app.ok()["client_secret"],
        "scope": "read",
    }
    token = (await network.anyone.post("/oauth/token", asked)).ok()
    return Caller(network, token["access_token"])


async def _check_timelines(network: Network, visitor: Caller, plan: Plan) -> None:
    home = (await visitor.get("/api/v1/timelines/home", limit=40)).ok()
    assert len(home) == 40
    assert [one["id"] for one in home] == sorted((one["id"] for one in home), key=int)[::-1]
    days = {one["created_at"][:10] for one in home}
    assert len(days) > 1
    assert max(days) <= datetime.now(UTC).isoformat()
    public = await _read_all(network.anyone, "/api/v1/timelines/public")
    shown = [
        one
        for one in plan.lines
        if one.visibility == "public"
        and one.author != 2  # the pedlar was limited
        and (one.reply_to is None or one.reply_to.author == one.author)
    ]
    assert len(public) == len(shown) + CAMPAIGNS
    assert {one["language"] for one in public} == {"fr", "en"}
    oldest = min(datetime.fromisoformat(one["created_at"]) for one in public)
    assert oldest < datetime.now(UTC) - timedelta(days=14)
    assert all(
        one["account"]["created_at"] < one["created_at"] and one["visibility"] == "public"
        for one in public
    )
    secret = {one.text for one in plan.lines if one.visibility in {"private", "direct"}}
    assert secret
    assert not any(text in one["content"] for text in secret for one in public)


async def _read_all(caller: Caller, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    page = (await caller.get(path, limit=40)).ok()
    while page:
        found += page
        page = (await caller.get(path, limit=40, max_id=found[-1]["id"])).ok()
    return found


async def _check_rest(network: Network, visitor: Caller, plan: Plan) -> None:
    public = await _read_all(network.anyone, "/api/v1/timelines/public")
    polls = [one["poll"] for one in public if one["poll"]]
    assert sum(poll["voters_count"] for poll in polls) == len(plan.votes)
    media = [one["media_attachments"][0] for one in public if one["media_attachments"]]
    assert len(media) == sum(one.drawing is not None for one in plan.lines)
    assert all(one["description"] and one["blurhash"] for one in media)
    (await network.anyone.call("GET", media[0]["url"])).ok()
    me = (await visitor.get("/api/v1/accounts/verify_credentials")).ok()
    assert me["following_count"] > 3
    assert "/avatars/" not in me["avatar"]
    assert me["role"]["name"].lower() == "admin"
    for path in ("notifications", "lists", "favourites", "conversations"):
        assert (await visitor.get(f"/api/v1/{path}")).ok(), path
    found = await visitor.get("/api/v2/search", q="#Jardin", type="hashtags")
    assert found.ok()["hashtags"][0]["name"].lower() == "jardin"
    petitions = (await visitor.get("/api/v1/petitions")).ok()
    assert [(one["answered"], one["signatures_count"] > 2) for one in petitions] == [
        (False, True),
        (True, True),
    ]
    answered = petitions[1]
    assert 0 < answered["goal"] <= answered["signatures_count"]
    assert await network.db.fetchval("select count(*) from petition_milestones") == 1
    (draw,) = await network.db.fetch("select id from draws")
    page = await network.anyone.call("GET", f"/draws/{draw['id']}")
    assert b"Five baskets" in page.body
    kept = await network.db.fetch("select comment from reports where resolved_at is null")
    assert [row["comment"] for row in kept] == [WORRY]


async def test_real_members_are_not_crowded_out(settings: Settings) -> None:
    async with serve(str(settings.database_url), settings.data) as network:
        await network.person("owner_of_all", role="owner")
        await network.person("alice")
        with pytest.raises(DemoRefused, match="1 real members"):
            await fill(settings, PEOPLE, 7, force=False)
        assert await network.db.fetchval(STATUSES) == 0


@pytest.mark.parametrize("count", [12, 13, 60, 300])
def test_a_plan_is_sound(count: int) -> None:
    plan = make_plan(count, 1)
    again = make_plan(count, 1)
    assert [one.text for one in plan.lines] == [one.text for one in again.lines]
    assert len(plan.people) == count == len({one.username for one in plan.people})
    said = [(one.author, one.addressee, one.text) for one in plan.lines]
    assert len(said) == len(set(said))
    assert all(one.age_s > 60 for one in plan.lines)
    assert all(one.reply_to is None or one.reply_to.age_s > one.age_s for one in plan.lines)
    ages = [one.age_s for one in plan.lines]
    assert ages == sorted(ages, reverse=True)
    assert all(one != other for one, other in plan.follows)
    assert len(set(plan.follows)) == len(plan.follows)
    assert all(age_s < line.age_s for _, line, age_s in plan.reblogs)
    if count >= 60:
        assert len(plan.lines) >= 600
