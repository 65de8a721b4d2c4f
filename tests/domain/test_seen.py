"""Who was here: noted without asking the database, written once for many, at most once an hour."""

import asyncpg
import pytest
from tests.rig.network import Network, SqlBudget

from parvis.domain.access import sessions
from parvis.domain.access.logins import Logins
from parvis.domain.access.seen import SeenLogins
from parvis.domain.network.numbers import Counted

LONG_AGO = "update users set last_seen_on = current_date - 40"
SEEN = "select count(*) from users where last_seen_on = current_date"


async def test_calls_are_noted_and_written_together(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob = await network.people("alice", "bob")
    await network.person("carol")
    app = await network.token(None)
    await network.db.fetch(LONG_AGO)
    await network.db.fetch("update access_tokens set created_at = now() - interval '40 days'")
    seen = network.db.kept(SeenLogins)
    for caller in (alice, bob):
        (await caller.get("/api/v1/timelines/home")).ok()
    await network.db.kept(Logins).find(app)
    with sql_budget(0):
        (await alice.get("/api/v1/timelines/home")).ok()
    with sql_budget(1):
        await seen.write()
    assert await network.db.fetchval(SEEN) == 2
    network.db.kept(Counted).forget()
    usage = (await network.anyone.get("/api/v2/instance")).ok()["usage"]
    assert usage == {"users": {"active_month": 2}}
    weeks = (await network.anyone.get("/api/v1/instance/activity")).ok()
    assert weeks[0]["logins"] == "2"
    (await alice.get("/api/v1/markers")).ok()
    with sql_budget(0):  # within the hour, nothing is written again
        await seen.write()


async def test_a_browser_is_seen_at_most_once_an_hour(network: Network) -> None:
    alice = await network.person("alice")
    secret = await network.db.run(sessions.begin, alice.user_id)
    await network.db.fetch("update sessions set seen_at = now() - interval '3 hours'")
    await network.db.kept(Logins).find_session(secret)
    await network.db.kept(SeenLogins).write()
    (seen,) = await sessions.list_sessions(network.db, alice.user_id)
    assert seen.seen_at >= seen.created_at
    other = SeenLogins(network.db)  # another process, which knows of nothing
    login = await network.db.kept(Logins).find_session(secret)
    assert login is not None
    other.note(login, is_session=True)
    await other.write()
    (again,) = await sessions.list_sessions(network.db, alice.user_id)
    assert again.seen_at == seen.seen_at


async def test_what_could_not_be_written_is_written_later(network: Network) -> None:
    alice = await network.person("alice")
    await network.db.fetch(LONG_AGO)
    login = await network.db.kept(Logins).find(alice.token or "")
    assert login is not None
    await network.db.fetch("alter table users rename to away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await network.db.kept(SeenLogins).write()
    await network.db.fetch("alter table away rename to users")
    await network.db.kept(SeenLogins).write()
    assert await network.db.fetchval(SEEN) == 1


async def test_that_somebody_was_here_touches_no_index(network: Network) -> None:
    """Written for everybody every day: as a change within its page (PostgreSQL's README.HOT)."""
    await network.people("alice", "bob")
    asked = "select pg_stat_get_xact_tuples_hot_updated('users'::regclass)"
    async with network.db.pool.acquire() as connection, connection.transaction():
        before = await connection.fetchval(asked)  # of this connection, told or not yet
        await connection.execute("update users set last_seen_on = current_date")
        assert await connection.fetchval(asked) == before + 2
