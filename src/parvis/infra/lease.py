"""A right that one process of a network has at a time: a lock of the database, on a connection of its own.

Connections of the pool may not hold locks beyond a transaction (postgres.py). This one belongs to nobody
else, and when its process or its way to the database dies, PostgreSQL gives the lock back.
"""

from typing import Any

import asyncpg

ANSWER_S = 10.0  # of a database that does not hang
TRY = "select pg_try_advisory_lock($1)"


class Lease:
    """Made by `take`. `is_held` turns false when the database was out of reach for a moment."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    @property
    def is_held(self) -> bool:
        return not self._connection.is_closed()

    async def give_back(self) -> None:
        await self._connection.close()


async def take(dsn: str, key: int) -> Lease | None:
    """The lease of this key, unless another process has it."""
    connection = await asyncpg.connect(
        dsn,
        timeout=ANSWER_S,
        command_timeout=ANSWER_S,
        server_settings={"application_name": "parvis lease"},
    )
    try:
        if await connection.fetchval(TRY, key):
            return Lease(connection)
    except BaseException:
        connection.terminate()  # to close it would wait for whoever does not answer
        raise
    await connection.close()
    return None
