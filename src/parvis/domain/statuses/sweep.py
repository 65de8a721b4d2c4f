"""A job: keys of requests that nobody repeats any more are forgotten."""

from typing import Any

from parvis.infra.jobs import Means
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    await means.db.fetch(Q.sweep_idempotency_keys)
