"""Processes go by the database's clock: one whose own is an hour off asks no poll that is over already."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from tests.rig.network import Network

from parvis.domain.network import processes
from parvis.domain.transparency import keys
from parvis.infra import clock, waits


class Wrong(datetime):
    off = timedelta()

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # noqa: ARG003 - as datetime's
        return datetime.now(UTC) + cls.off


async def test_a_process_whose_clock_is_an_hour_off_goes_by_the_databases(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.db.run(keys.ensure)
    for module in ("parvis.infra.clock", "parvis.infra.postgres"):
        monkeypatch.setattr(f"{module}.datetime", Wrong)
    try:
        for hours in (-1, 1):
            Wrong.off = timedelta(hours=hours)
            await network.db.pool.expire_connections()
            await network.db.fetchval("select 1")  # by a new connection, as when a process starts
            assert abs(clock.now() - datetime.now(UTC)) < clock.AGREES
            made = await alice.publish("well?", poll={"options": ["yes", "no"], "expires_in": 60})
            poll = f"/api/v1/polls/{made['poll']['id']}"
            voted = (await bob.post(f"{poll}/votes", {"choices": [0]})).ok()
            assert (voted["expired"], voted["votes_count"]) == (False, 1)
            promised = re.search(r" by (\d+)", str(voted))
            assert promised
            assert 0 < int(promised[1]) - datetime.now(UTC).timestamp() <= 120
    finally:
        monkeypatch.undo()
        clock.follow(datetime.now(UTC), datetime.now(UTC))


async def test_a_clock_put_right_meanwhile_is_gone_by_at_the_next_beat(network: Network) -> None:
    clock.follow(datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC))
    assert clock.now() - datetime.now(UTC) > timedelta(minutes=59)
    beating = asyncio.create_task(
        processes.keep_beating(network.db, network.app.bus, "web", lambda: 0)
    )
    try:
        for _ in range(3_000):
            if clock.now() - datetime.now(UTC) < clock.AGREES:
                break
            await asyncio.sleep(0.02)
        assert clock.now() - datetime.now(UTC) < clock.AGREES
    finally:
        await waits.end([beating])


def test_what_took_long_to_answer_moves_no_clock() -> None:
    now = datetime.now(UTC)
    for said, asked in ((now + timedelta(seconds=4), now), (now, now - timedelta(minutes=1))):
        assert not clock.follow(said, asked)
