"""A job: homes keep what people may still scroll to."""

from typing import Any

from parvis.infra.jobs import Means
from parvis.infra.sql import queries

Q = queries("parvis.domain.timelines")

ENTRIES_KEPT = 800  # Mastodon's: nobody scrolls further
PEOPLE_AT_ONCE = 200


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    account_id = 0
    while account_id is not None:
        account_id = await means.db.fetchval(
            Q.sweep_homes, account_id, PEOPLE_AT_ONCE, ENTRIES_KEPT
        )
