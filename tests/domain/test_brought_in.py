"""What happened elsewhere, or before, keeps its date when it is brought in."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.rig.network import Network

from parvis.domain.errors import Invalid
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.statuses.publish import publish
from parvis.domain.statuses.reblog import reblog
from parvis.protocols.ids import timestamp_of

DAY = timedelta(days=1)


async def test_old_statuses_stand_in_their_place(network: Network) -> None:
    joined = datetime.now(UTC) - 30 * DAY
    alice = await network.person("alice", joined_at=joined)
    bob = await network.person("bob")
    await bob.follow(alice)
    fresh = await alice.publish("today")
    written = datetime.now(UTC) - 3 * DAY
    draft = Draft(text="long ago", published_at=written, poll=PollDraft(["a", "b"], 4 * 86_400))
    old_id = await network.db.run(publish, alice.account_id, draft, network.app.addresses)
    await network.settle()
    assert abs(timestamp_of(old_id) - written) < timedelta(milliseconds=2)
    home = await bob.home()
    assert [one["id"] for one in home] == [fresh["id"], str(old_id)]
    assert home[1]["created_at"][:19] == written.isoformat()[:19]
    assert home[1]["poll"]["expires_at"][:19] == (written + 4 * DAY).isoformat()[:19]
    account = (await network.anyone.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert account["last_status_at"] == datetime.now(UTC).date().isoformat()
    assert account["created_at"][:10] == joined.date().isoformat()
    assert abs(timestamp_of(alice.account_id) - joined) < timedelta(milliseconds=2)
    shared = written + DAY
    reblog_id = await network.db.run(reblog, bob.account_id, old_id, "public", None, shared)
    assert abs(timestamp_of(reblog_id) - shared) < timedelta(milliseconds=2)
    assert [one["id"] for one in await bob.home()] == [fresh["id"], str(reblog_id), str(old_id)]


async def test_nothing_comes_from_the_future_nor_dated_from_an_app(network: Network) -> None:
    alice = await network.person("alice")
    draft = Draft(text="tomorrow", published_at=datetime.now(UTC) + DAY)
    with pytest.raises(Invalid):
        await network.db.run(publish, alice.account_id, draft, network.app.addresses)
    said = await alice.publish("now", published_at="2001-01-01T00:00:00Z")
    assert said["created_at"][:4] != "2001"
