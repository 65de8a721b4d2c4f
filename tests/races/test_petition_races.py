"""Signing and withdrawing at the same moment, by one person: each is counted once."""

import asyncio

from tests.rig.logs import Logs
from tests.rig.petitions import DRAFT, Recount, started, told

from parvis import worker
from parvis.domain.petitions import receipts, signing, starting, tally
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.starting import Rewriting
from parvis.infra.postgres import Db

WAITS = """
select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()
"""


async def is_held_up(db: Db) -> None:
    async with asyncio.timeout(60):
        while not await db.fetchval(WAITS):  # noqa: ASYNC110 - a row of PostgreSQL's
            await asyncio.sleep(0.01)


async def test_who_signs_the_next_text_while_they_withdraw_is_un_counted_once(logs: Logs) -> None:
    db = logs.network.db
    alice, bob = await logs.network.people("alice", "bob")
    id_ = await started(logs.network, alice)
    who = Signer(bob.account_id)
    await db.run(signing.sign, who, id_, Signing(1, name="bob"))
    text = DRAFT.text + " With backs."
    await db.run(starting.rewrite, alice.account_id, id_, Rewriting(DRAFT.title, text, DRAFT.goal))
    own = await receipts.find_own(db, id_, bob.account_id)
    assert own is not None
    async with db.tx() as tx:
        await signing.withdraw(tx, own)
        again = asyncio.create_task(db.run(signing.sign, who, id_, Signing(2, name="bob")))
        await is_held_up(db)
    await again
    await db.run(tally.close_own, alice.account_id, id_)
    recount = Recount(await told(logs, id_))
    assert recount.last
    said = (recount.last["signatures"], recount.last["earlier"], recount.last["withdrawn"])
    assert said == (recount.signatures, recount.earlier, 0) == (1, 0, 0)


async def test_a_milestone_waits_for_who_is_just_withdrawing(logs: Logs) -> None:
    """Else the log has it behind the withdrawal, where fewer had signed than it says."""
    network, db = logs.network, logs.network.db
    alice, bob, carol = await network.people("alice", "bob", "carol")
    id_ = await started(network, alice, goal=2)
    await db.run(signing.sign, Signer(bob.account_id), id_, Signing(1, name="bob"))
    await network.settle()
    own = await receipts.find_own(db, id_, bob.account_id)
    assert own is not None
    async with db.tx() as tx:
        await signing.withdraw(tx, own)
        await db.run(signing.sign, Signer(carol.account_id), id_, Signing(1, name="carol"))
        counting = asyncio.create_task(worker.dispatch(db))
        waiting = asyncio.create_task(is_held_up(db))
        await asyncio.wait({counting, waiting}, return_when="FIRST_COMPLETED")
        waiting.cancel()
    await counting
    recount = Recount(await told(logs, id_))
    assert (recount.signatures, recount.milestones) == (1, [])
    await db.run(signing.sign, Signer(bob.account_id), id_, Signing(1, name="bob"))
    assert Recount(await told(logs, id_)).milestones == [2]
