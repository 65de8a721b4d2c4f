"""Somebody leaves while they publish elsewhere: nothing of theirs is written behind the erasure's back."""

import asyncio
from typing import Any

import pytest
from tests.races.test_status_races import at_once
from tests.rig.network import Network

from parvis.domain.access.leaving import leave
from parvis.domain.accounts import change as changing
from parvis.domain.errors import Forbidden
from parvis.domain.moderation.reports import ReportDraft, report
from parvis.domain.statuses import publish as publishing
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.publish import publish
from parvis.domain.statuses.reblog import reblog
from parvis.infra.postgres import Db, Tx

LEFT_OVER = """
select count(*) from statuses where account_id = $1 and (deleted_at is null or text <> '')
"""


async def test_who_leaves_while_publishing_leaves_nothing(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    shared = int((await bob.publish("hello"))["id"])

    async def act(db: Db, number: int) -> Any:
        if number == 8:
            return await db.run(leave, alice.account_id, alice.user_id)
        if number == 9:
            return await db.run(reblog, alice.account_id, shared)
        for round_ in range(4):
            draft = Draft(text=f"{number} {round_}", idempotency_key=f"{number} {round_}")
            await db.run(publish, alice.account_id, draft, network.app.addresses)
        return None

    answers = await at_once(network, act)
    assert any(isinstance(answer, Forbidden) for answer in answers)
    assert all(answer is None or isinstance(answer, (Forbidden, int)) for answer in answers)
    await network.settle()
    assert await network.db.fetchval(LEFT_OVER, alice.account_id) == 0


@pytest.mark.parametrize("act", ["publish", "publish once", "change"])
async def test_what_passed_the_gate_before_is_refused_after(
    network: Network, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    alice = await network.person("alice")
    passed, erased = asyncio.Event(), asyncio.Event()
    module, name = (changing, "_written") if act == "change" else (publishing, "_insert")
    real = getattr(module, name)

    async def late(tx: Tx, *args: Any) -> Any:
        found = await real(tx, *args) if act == "change" else None
        passed.set()
        await erased.wait()
        return found if act == "change" else await real(tx, *args)

    monkeypatch.setattr(module, name, late)
    addresses = network.app.addresses
    draft = Draft(text="Too late", idempotency_key=act if act == "publish once" else None)
    named = changing.Change(display_name="Still here")
    under_way = asyncio.create_task(
        network.db.run(changing.change_account, alice.account_id, named, addresses)
        if act == "change"
        else network.db.run(publish, alice.account_id, draft, addresses)
    )
    await passed.wait()
    await network.db.run(leave, alice.account_id, alice.user_id)
    await network.settle()
    erased.set()
    with pytest.raises(Forbidden):
        await under_way
    for table in ("statuses", "idempotency_keys", "accounts where display_name <> ''"):
        assert await network.db.fetchval(f"select count(*) from {table}") == 0


async def test_same_report_of_a_crowd_is_kept_once(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    said = ReportDraft(target_id=bob.account_id, comment="Look at this", category="spam")
    kept = await at_once(network, lambda db, _: db.run(report, alice.account_id, said))
    assert len({one.id for one in kept}) == 1
    assert await network.db.fetchval("select count(*) from reports") == 1
    told = "select count(*) from outbox where kind = 'ReportMade'"
    assert await network.db.fetchval(told) == 1
    # Closed, it may be said again; opened again beside its double, both stay.
    for _ in range(2):
        await network.db.fetch("update reports set resolved_at = now(), said_sha256 = null")
        await network.db.run(report, alice.account_id, said)
    assert await network.db.fetchval("select count(*) from reports") == 3
