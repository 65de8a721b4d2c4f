"""A job: what let somebody in once and can no more is forgotten; readable secrets of codes are sealed."""

from typing import Any

from parvis.domain.access import one_time_codes
from parvis.infra.jobs import Means
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    """A day later, so that a code or link used twice is still known as such."""
    await means.db.fetch(Q.sweep_links)
    await means.db.fetch(Q.sweep_codes)
    await means.db.fetch(Q.sweep_tokens)
    await means.db.fetch(Q.sweep_sessions)
    await means.db.fetch(Q.sweep_steps)
    await one_time_codes.seal_readable(means.db)
