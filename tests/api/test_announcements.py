"""Announcements as apps show them: read, put away, answered with an emoji."""

from datetime import timedelta

import pytest
from tests.rig.network import Network, SqlBudget
from tests.rig.pictures import plain
from tests.rig.yardsticks import entity_faults

from parvis.domain.errors import Invalid
from parvis.domain.network import announcements, emojis
from parvis.domain.network.announcements import AnnouncementDraft, announce, is_emoji
from parvis.infra.clock import now

PATH = "/api/v1/announcements"


async def test_it_is_read_and_put_away(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    assert (await alice.get(PATH)).ok() == []
    with sql_budget(0):
        assert (await alice.get(PATH)).ok() == []
    id_ = await network.db.run(announce, AnnouncementDraft(text="We meet on Saturday #assembly"))
    [shown] = (await alice.get(PATH)).ok()
    assert entity_faults("Announcement", shown) == []
    assert shown["id"] == str(id_)
    assert shown["tags"][0]["name"] == "assembly"
    assert "<p>We meet" in shown["content"]
    (await alice.post(f"{PATH}/{id_}/dismiss")).ok()
    (await alice.post(f"{PATH}/{id_}/dismiss")).ok()
    assert (await alice.get(PATH)).ok() == []
    [again] = (await alice.get(PATH, with_dismissed=True)).ok()
    assert again["read"] is True
    assert len((await bob.get(PATH)).ok()) == 1


async def test_drafts_and_past_ones_are_not_shown(network: Network) -> None:
    alice = await network.person("alice")
    draft = AnnouncementDraft(text="Later", is_published=False)
    await network.db.run(announce, draft)
    over = AnnouncementDraft(text="Over", ends_at=now() - timedelta(minutes=1))
    id_ = await network.db.run(announce, over)
    soon = AnnouncementDraft(text="Soon", starts_at=now() + timedelta(days=1))
    await network.db.run(announce, soon)
    assert ["Soon" in one["content"] for one in (await alice.get(PATH)).ok()] == [True]
    await network.db.run(announcements.change_announcement, id_, AnnouncementDraft(text="On again"))
    assert len((await alice.get(PATH)).ok()) == 2


async def test_reactions_are_counted(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    id_ = await network.db.run(announce, AnnouncementDraft(text="Cake :blob: in the kitchen"))
    drawn = await emojis.draw(network.app.means, "blob", plain(64, 64, "PNG"))
    await network.db.run(emojis.add, drawn)
    for name in ("🎉", "blob"):
        (await alice.put(f"{PATH}/{id_}/reactions/{name}")).ok()
        (await alice.put(f"{PATH}/{id_}/reactions/{name}")).ok()
    (await bob.put(f"{PATH}/{id_}/reactions/🎉")).ok()
    [shown] = (await bob.get(PATH)).ok()
    party, blob = shown["reactions"]
    assert (party["name"], party["count"], party["me"]) == ("🎉", 2, True)
    assert (blob["count"], blob["me"]) == (1, False)
    assert blob["static_url"].startswith("http")
    assert entity_faults("Reaction", blob) == []
    assert [one["shortcode"] for one in shown["emojis"]] == ["blob"]
    (await bob.delete(f"{PATH}/{id_}/reactions/🎉")).ok()
    assert (await bob.get(PATH)).ok()[0]["reactions"][0]["count"] == 1


async def test_what_is_no_reaction_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    id_ = await network.db.run(announce, AnnouncementDraft(text="Hello"))
    for name in ("unknown", "ab", "🎉🎉", "a"):
        (await alice.put(f"{PATH}/{id_}/reactions/{name}")).refused(422)
    (await alice.put(f"{PATH}/{id_}/reactions/%00")).refused(404)
    (await alice.put(f"{PATH}/1/reactions/🎉")).refused(404)
    (await alice.post(f"{PATH}/1/dismiss")).refused(404)
    (await alice.delete(f"{PATH}/1/reactions/🎉")).refused(404)
    for name in "🎉🎈🍰🥧🍪🍩🍫🍬":
        (await alice.put(f"{PATH}/{id_}/reactions/{name}")).ok()
    assert "Limit" in (await alice.put(f"{PATH}/{id_}/reactions/🍭")).refused(422)
    (await network.anyone.get(PATH)).refused(401)


def test_emoji_are_told_from_words() -> None:
    assert all(map(is_emoji, ("🎉", "👩‍🚀", "🇫🇷", "1️⃣", "❤️", "👍🏽")))
    assert not any(map(is_emoji, ("", "a", "é", "12", "🎉🎉", "🎉a", "🎉" * 50)))


async def test_what_cannot_be_announced(network: Network) -> None:
    for wrong in (
        AnnouncementDraft(text="  "),
        AnnouncementDraft(text="x" * 5_001),
        AnnouncementDraft(text="x", starts_at=now(), ends_at=now() - timedelta(hours=1)),
    ):
        with pytest.raises(Invalid):
            await network.db.run(announce, wrong)
