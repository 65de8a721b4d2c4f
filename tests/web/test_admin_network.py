"""Rules, announcements, emoji and invitations: what the office gives and members meet."""

import re
from datetime import timedelta

import pytest
from tests.rig.network import PASSWORD, Network, SqlBudget
from tests.rig.pictures import SVG, plain
from tests.rig.reader import Reader, logged_in
from tests.web.test_admin import inside

from parvis.domain.access import invitations
from parvis.domain.network import emojis, rules, settings
from parvis.infra.clock import now

RULES, ANNOUNCED, EMOJIS = "/admin/rules", "/admin/announcements", "/admin/emojis"
NEWCOMER = {
    "username": "nina",
    "email": "nina@example.org",
    "password": PASSWORD,
    "agreement": "true",
}


async def test_rules_are_written_moved_translated_and_removed(network: Network) -> None:
    _, reader = await inside(network)
    for text in ("Be kind", "No spam", "Speak up"):
        assert (await reader.send(RULES, {"text": text})).location == f"{RULES}?done=added"
    first, second, third = await rules.list_rules(network.db)
    moved = await reader.submit(RULES, {"id": str(third.id), "do": "up"})
    assert re.findall(r'aria-label="([^"]*)" autofocus', moved.html) == ["Move up: Speak up"]
    moved = await reader.submit(RULES, {"id": str(first.id), "do": "up"})
    assert re.findall(r'aria-label="([^"]*)" autofocus', moved.html) == ["Move down: Be kind"]
    order = [rule.text for rule in await rules.list_rules(network.db)]
    assert order == ["Be kind", "Speak up", "No spam"]
    fields = {
        "id": str(first.id),
        "text": "Be kind to all",
        "hint": "Even when you disagree",
        "words[fr]": "Soyez bienveillants",
        "hints[fr]": "Même en désaccord",
        "do": "keep",
    }
    assert (await reader.send(RULES, fields)).location == f"{RULES}?done=kept"
    assert "Soyez bienveillants" in (await Reader(network, "fr").get("/about")).ok()
    english = (await Reader(network).get("/about")).ok()
    assert "Be kind to all" in english
    assert "bienveillants" not in english
    told = (await network.anyone.get("/api/v1/instance/rules")).ok()[0]
    assert told["translations"]["fr"]["text"] == "Soyez bienveillants"
    removed = await reader.send(RULES, {"id": str(second.id), "do": "remove"})
    assert removed.location == f"{RULES}?done=removed"
    assert len(await rules.list_rules(network.db)) == 2
    shown = await reader.get(RULES)
    assert "No spam" not in shown.ok()


async def test_a_rule_that_cannot_stand_is_refused(network: Network) -> None:
    _, reader = await inside(network)
    assert "Write something first" in (await reader.send(RULES, {"text": " "})).refused(422)
    long = await reader.send(RULES, {"text": "x" * 301})
    assert "too long" in long.refused(422)
    assert "x" * 301 in long.html
    made = await network.db.run(rules.add_rule, "Be kind")
    wrong = await reader.send(RULES, {"id": str(made), "text": "", "do": "keep"})
    assert wrong.refused(422)
    assert (await reader.send(RULES, {"id": "1", "do": "remove"})).refused(404)
    assert [rule.text for rule in await rules.list_rules(network.db)] == ["Be kind"]


async def test_an_announcement_is_seen_until_it_is_put_away(
    network: Network, sql_budget: SqlBudget
) -> None:
    _, reader = await inside(network)
    await network.person("bob")
    bob = await logged_in(network, "bob")
    draft = await reader.send(ANNOUNCED, {"text": "Not yet", "do": "draft"})
    assert draft.location == f"{ANNOUNCED}?done=draft"
    assert "Not yet" not in (await bob.get("/home")).ok()
    over = {"text": "It was", "ends_at": "2020-01-05T18:00", "do": "publish"}
    page = await reader.submit(ANNOUNCED, over)
    assert "Its end is past" in page.ok()
    assert "Over until 5 January 2020 18:00" in page.text
    text = "We meet on Saturday #assembly <b>bold</b>"
    said = {"text": text, "starts_at": "2030-01-05T18:00", "ends_at": "2030-01-05T20:00"}
    sent = await reader.send(ANNOUNCED, {**said, "do": "publish"})
    assert sent.location == f"{ANNOUNCED}?done=published"
    home = await bob.get("/home")
    assert "We meet on Saturday" in home.ok()
    assert "<b>bold</b>" in home.text
    assert "5 January 2030 18:00" in home.ok()
    assert "We meet" in (await Reader(network).get("/")).ok()
    path = re.findall(r'action="(/announcements/\d+/dismiss)"', home.html)[0]
    await bob.get("/home")
    with sql_budget(2):
        assert (await bob.send(path)).status == 303
    assert "We meet" not in (await bob.get("/home")).ok()
    assert (await bob.send("/announcements/1/dismiss")).refused(404)
    away = await reader.send(path, None, **{"x-fragment": "1"})
    assert (away.status, away.html.strip()) == (200, "")
    id_ = path.split("/")[2]
    edit = f"{ANNOUNCED}/{id_}"
    shown = await reader.get(edit)
    assert 'value="2030-01-05T18:00"' in shown.html
    again = {"text": "We meet on Sunday", "is_news": "true", "do": "publish"}
    assert (await reader.send(edit, again)).location == f"{ANNOUNCED}?done=published"
    assert "Sunday" in (await bob.get("/home")).ok()
    assert (await reader.send(edit, {"do": "remove"})).location == f"{ANNOUNCED}?done=removed"
    assert (await reader.get(edit)).refused(404)
    assert (await reader.get(f"{ANNOUNCED}/x")).refused(404)
    assert "Sunday" not in (await bob.get("/home")).ok()


async def test_hours_are_those_of_the_writers_clock(network: Network) -> None:
    _, reader = await inside(network)
    assert 'name="zone" type="text" value="UTC"' in (await reader.get(ANNOUNCED)).html
    reader.cookies["tz"] = "Asia/Tokyo"
    page = await reader.get(ANNOUNCED)
    assert 'value="Asia/Tokyo"' in page.html
    # The form says what its hours meant, whatever the browser has told since.
    reader.cookies["tz"] = "America/Lima"
    said = {"text": "In summer", "starts_at": "2030-07-05T18:00", "ends_at": "2030-07-05T19:00"}
    assert (await reader.send(ANNOUNCED, {**said, "zone": "Asia/Tokyo"})).location
    reads = "select starts_at, ends_at, id from announcements"
    kept = await network.db.fetchrow(reads)
    assert kept["starts_at"].isoformat() == "2030-07-05T09:00:00+00:00"
    there = await reader.get(f"{ANNOUNCED}/{kept['id']}")
    assert 'value="2030-07-05T04:00"' in there.html
    assert 'value="America/Lima"' in there.html
    assert "5 July 2030 09:00 UTC" in (await Reader(network).get("/")).ok()
    # Whole days are the same days everywhere, the last one to its end.
    days = {**said, "zone": "Asia/Tokyo", "is_all_day": "true", "do": "publish"}
    assert (await reader.send(f"{ANNOUNCED}/{kept['id']}", days)).location
    kept = await network.db.fetchrow(reads)
    assert kept["starts_at"].isoformat() == "2030-07-05T00:00:00+00:00"
    assert kept["ends_at"].isoformat() == "2030-07-05T23:59:00+00:00"
    for zone in ("America/Lima", "Asia/Tokyo"):
        reader.cookies["tz"] = zone
        assert "5 July 2030 – 5 July 2030" in (await reader.get("/")).text
    assert 'value="2030-07-05T00:00"' in (await reader.get(f"{ANNOUNCED}/{kept['id']}")).html


async def test_announcements_that_cannot_be(network: Network) -> None:
    _, reader = await inside(network)
    for wrong in (
        {"text": ""},
        {"text": "x" * 5_001},
        {"text": "x", "starts_at": "tomorrow"},
        {"text": "x", "zone": "Nowhere/Atall"},
        {"text": "x", "zone": "../../etc/passwd"},
        {"text": "x", "zone": "America/Lima", "ends_at": "9999-12-31T23:59"},
        {"text": "x", "zone": "Asia/Tokyo", "starts_at": "0001-01-01T00:00"},
        {"text": "x", "starts_at": "2030-01-02T00:00", "ends_at": "2030-01-01T00:00"},
    ):
        assert (await reader.send(ANNOUNCED, {**wrong, "do": "publish"})).refused(422), wrong
    assert await network.db.fetchval("select count(*) from announcements") == 0
    past = (now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    assert (await reader.send(ANNOUNCED, {"text": "It was", "ends_at": past})).location
    assert "It was" not in (await Reader(network).get("/")).ok()
    assert "Over" in (await reader.get(ANNOUNCED)).ok()


async def test_emoji_come_several_at_once(network: Network) -> None:
    _, reader = await inside(network)
    files = [
        ("files[]", "party-parrot.png", plain(32, 32, "PNG")),
        ("files[]", "Wave.gif", plain(32, 32, "GIF")),
    ]
    sent = await reader.send_files(EMOJIS, {"category": "Birds"}, files)
    assert sent.location == f"{EMOJIS}?done=added"
    named = {"shortcode": "sun"}
    one = await reader.send_files(EMOJIS, named, [("files[]", "x.png", plain(8, 8, "PNG"))])
    assert one.location
    page = await reader.get(EMOJIS)
    assert all(name in page.ok() for name in ("party_parrot", "wave", "sun", "Birds"))
    change = f"{EMOJIS}/change"

    async def act(do: str, **fields: str) -> None:
        said = {"do": do, "codes[]": "wave", **fields}
        assert (await reader.send(change, said)).status == 303

    await act("hide")
    told = (await network.anyone.get("/api/v1/custom_emojis")).ok()
    assert {one["shortcode"]: one["visible_in_picker"] for one in told}["wave"] is False
    await act("show")
    await act("disable")
    told = (await network.anyone.get("/api/v1/custom_emojis")).ok()
    assert "wave" not in {one["shortcode"] for one in told}
    await act("enable")
    await act("move", category="Hands")
    await act("rename", old="Birds", category="Wings")
    kept = {one.shortcode: one.category for one in await emojis.list_every(network.db)}
    assert kept == {"party_parrot": "Wings", "wave": "Hands", "sun": None}
    await act("remove")
    assert len(await emojis.list_every(network.db)) == 2
    assert (await reader.send(change, {"do": "hide"})).location.endswith("nothing_chosen")
    assert (await reader.send(change, {"do": "hide", "codes[]": "gone"})).refused(404)
    assert (await reader.send(change, {"do": "burn", "codes[]": "sun"})).refused(422)
    long = {"do": "move", "codes[]": "sun", "category": "x" * 101}
    assert (await reader.send(change, long)).refused(422)


async def test_pictures_that_are_no_emoji_are_named(network: Network) -> None:
    _, reader = await inside(network)
    good = ("files[]", "good.png", plain(16, 16, "PNG"))
    for wrong, words in (
        (("files[]", "bad.svg", SVG), "bad.svg: send a PNG"),
        (("files[]", "-.png", plain(16, 16, "PNG")), "-.png: give it a name"),
        (("files[]", "large.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000)), "large.png: send"),
    ):
        refused = await reader.send_files(EMOJIS, {}, [good, wrong])
        assert words in refused.refused(422)
    same = await reader.send_files(EMOJIS, {}, [good, ("files[]", "GOOD.png", good[2])])
    assert "GOOD.png: another of these pictures" in same.refused(422)
    assert "Send less" in (await reader.send_files(EMOJIS, {}, [good] * 25)).refused(413)
    assert "Choose one or more" in (await reader.send_files(EMOJIS, {}, [])).refused(422)
    assert await emojis.list_every(network.db) == []


async def test_an_invitation_opens_a_closed_door(network: Network, sql_budget: SqlBudget) -> None:
    anouk, reader = await inside(network)
    await network.db.run(settings.change, registrations="closed")
    path = "/admin/invitations"
    made = await reader.send(path, {"comment": "For Nina", "uses_most": "1", "is_followed": "true"})
    assert made.location == f"{path}?done=added"
    page = await reader.get(path)
    code = re.findall(r"/invite/([\w-]+)", page.html)[0]
    nina = Reader(network)
    form = await nina.get(f"/invite/{code}")
    assert "You are invited by" in form.ok()
    assert "You will follow them" in form.ok()
    bad = await nina.send(f"/invite/{code}", {**NEWCOMER, "password": "short"})
    assert "8 characters" in bad.refused(422)
    with sql_budget(6):
        assert (await nina.send(f"/invite/{code}", NEWCOMER)).location in {"/", "/home"}
    assert (await nina.get("/home")).ok()
    await network.settle()
    assert await network.db.fetchval("select count(*) from follows") == 1
    listed = (await reader.get(path)).ok()
    assert "1 of 1 came" in listed
    assert "@nina" in listed
    assert "Ended" in listed
    late = Reader(network)
    assert "has ended" in (await late.get(f"/invite/{code}")).refused(404)
    other = {**NEWCOMER, "username": "late", "email": "late@example.org"}
    assert "has ended" in (await late.send(f"/invite/{code}", other)).refused(404)
    shown = (await reader.get("/moderation/accounts?q=nina")).ok()
    assert "invited by @anouk" in shown
    assert anouk.id


@pytest.mark.parametrize("code", ["unknown", "x" * 200, "%00", "é"])
async def test_no_invitation_of_that_code(network: Network, code: str) -> None:
    await network.db.run(settings.change, registrations="closed")
    visitor = Reader(network)
    assert (await visitor.get(f"/invite/{code}")).status in {400, 404}
    assert (await visitor.send(f"/invite/{code}", NEWCOMER)).status in {400, 404}
    assert await network.db.fetchval("select count(*) from users") == 0


async def test_invited_people_may_still_be_read_first(network: Network) -> None:
    _, reader = await inside(network)
    await network.db.run(settings.change, registrations="closed", invited_are_approved=False)
    await reader.send("/admin/invitations", {})
    code = re.findall(r"/invite/([\w-]+)", (await reader.get("/admin/invitations")).html)[0]
    nina = Reader(network)
    assert "Why would you like" in (await nina.get(f"/invite/{code}")).ok()
    assert (await nina.send(f"/invite/{code}", NEWCOMER)).refused(422)
    told = await nina.send(f"/invite/{code}", {**NEWCOMER, "reason": "I live there"})
    assert told.location == "/auth/waiting"


async def test_members_invite_only_when_they_may(network: Network) -> None:
    _, owner = await inside(network)
    bob, reader = await inside(network, "bob", "member")
    own = "/settings/invitations"
    for answer in (await reader.get(own), await reader.send(own, {})):
        assert "Members do not invite" in answer.refused(403)
    await network.db.run(settings.change, members_may_invite=True)
    assert (await reader.send(own, {"days": "1"})).location == f"{own}?done=added"
    await owner.send("/admin/invitations", {"comment": "The owner's"})
    mine = await reader.get(own)
    assert "The owner's" not in mine.ok()
    found = await network.db.fetch("select id, account_id from invitations order by id")
    ids = {row["account_id"] == bob.account_id: row["id"] for row in found}
    other = await reader.send(own, {"do": "revoke", "id": str(ids[False])})
    assert other.refused(404)
    assert (await reader.send(own, {"do": "revoke", "id": str(ids[True])})).location
    assert (
        await owner.send("/admin/invitations", {"do": "revoke", "id": str(ids[False])})
    ).location
    assert "Revoked" in (await owner.get("/admin/invitations")).ok()
    for wrong in ({"uses_most": "0"}, {"uses_most": "100000"}, {"days": "4000"}, {"days": "x"}):
        assert (await reader.send(own, wrong)).refused(422), wrong
    assert invitations.OPEN_MOST == 50


async def test_an_invitation_of_somebody_suspended_lets_nobody_in(network: Network) -> None:
    _, owner = await inside(network)
    mod, reader = await inside(network, "mod", "moderator")
    await reader.send("/settings/invitations", {})
    code = re.findall(r"/invite/([\w-]+)", (await reader.get("/settings/invitations")).html)[0]
    assert (await Reader(network).get(f"/invite/{code}")).ok()
    said = {"target_id": mod.id, "kind": "suspend", "text": "Gone astray"}
    assert (await owner.send("/moderation/decisions", said)).status == 303
    assert (await Reader(network).get(f"/invite/{code}")).refused(404)


CHANGES = [
    ("/admin/settings", {"title": "Ours", "languages": "en", "registrations": "open"}),
    ("/admin/look", {"accent": "#1d4ed8", "do": "keep"}),
    ("/admin/rules", {"text": "Be kind"}),
    ("/admin/documents/description", {"text": "About us", "do": "keep"}),
    ("/admin/announcements", {"text": "News", "do": "publish"}),
    ("/admin/invitations", {"comment": "Nina"}),
    ("/admin/jobs", {"do": "again_all"}),
]


@pytest.mark.parametrize(("path", "fields"), CHANGES)
async def test_a_change_takes_few_statements(
    network: Network, sql_budget: SqlBudget, path: str, fields: dict[str, str]
) -> None:
    _, reader = await inside(network)
    assert (await reader.get(path)).ok()
    with sql_budget(3):
        assert (await reader.send(path, fields)).status == 303
    with sql_budget(6):
        assert (await reader.get(path)).ok()
