"""A lease is one process's at a time, and free again when its holder is gone."""

import asyncpg

from parvis.infra import lease


async def test_one_holder_at_a_time(dsn: str) -> None:
    first = await lease.take(dsn, 7)
    assert first is not None
    assert await lease.take(dsn, 7) is None
    other = await lease.take(dsn, 8)
    assert other is not None
    await other.give_back()
    connection = await asyncpg.connect(dsn)
    await connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'parvis lease'"
    )
    while first.is_held:
        await connection.fetchval("select pg_sleep(0.01)")
    second = await lease.take(dsn, 7)
    assert second is not None
    assert second.is_held
    await second.give_back()
    await connection.close()
