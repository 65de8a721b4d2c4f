"""Figures of days: counted once by a job, and what is known of a past day is not lost."""

from datetime import timedelta

from tests.rig.network import Network, SqlBudget

from parvis.domain.network import figures
from parvis.domain.network.figures import JOB, Day, StateKept
from parvis.infra import jobs
from parvis.infra.clock import now


async def count(network: Network, *, is_anew: bool = False) -> list[Day]:
    await network.db.run(jobs.enqueue, JOB, {"is_anew": True} if is_anew else {})
    await network.settle()
    return await figures.list_days(network.db, 7)


async def test_a_day_is_counted(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("One")
    (await bob.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    (await bob.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    gone = await bob.publish("Two")
    (await bob.delete(f"/api/v1/statuses/{gone['id']}")).ok()
    await network.db.fetch("update users set last_seen_on = current_date")
    *before, today = await count(network)
    assert (today.active, today.joined, today.statuses, today.interactions) == (2, 2, 1, 2)
    assert all(day.statuses == 0 for day in before)
    again = (await count(network))[-1]
    assert again == today
    with sql_budget(1):
        await figures.list_days(network.db, 90)


async def test_who_was_there_yesterday_stays_counted(network: Network) -> None:
    await network.people("alice", "bob")
    await network.db.fetch("update users set last_seen_on = current_date - 1")
    assert (await count(network))[-2].active == 2
    await network.db.fetch("update users set last_seen_on = current_date where email like 'alice%'")
    *_, yesterday, today = await count(network)
    assert (yesterday.active, today.active) == (2, 1)
    state = await figures.read_state(network.db)
    assert (state.active_today, state.active_week, state.active_month) == (1, 2, 2)


async def test_the_past_is_counted_at_first_and_when_asked(network: Network) -> None:
    past = now() - timedelta(days=5)
    await network.person("alice", joined_at=past)
    assert (await count(network))[1].joined == 1
    await network.person("bob", joined_at=past)
    assert (await count(network))[1].joined == 1  # a day that is over is not looked at every hour
    assert (await count(network, is_anew=True))[1].joined == 2


async def test_figures_are_counted_when_somebody_looks(network: Network) -> None:
    kept = network.db.kept(StateKept).state
    await figures.keep_counted(network.db, await figures.read_state(network.db))
    await network.settle()
    kept.forget()
    state = await figures.read_state(network.db)
    assert (state.members, state.active_today, state.active_month) == (0, 0, 0)
    assert state.database_bytes
    await figures.keep_counted(network.db, state)
    assert await network.db.fetchval("select count(*) from jobs") == 0
