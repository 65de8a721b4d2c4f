"""A job: a custom emoji was removed with its files; names and notes keep its name alone."""

from typing import Any

from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")

AT_ONCE = 500


async def forget(means: Means, payload: dict[str, Any]) -> None:
    """Take the picture out of every account that shows it."""
    while await means.db.run(_forget_some, payload["url"]) == AT_ONCE:
        pass


async def _forget_some(tx: Tx, url: str) -> int:
    rows = await tx.fetch(Q.forget_emoji, url, AT_ONCE)
    tx.touch(Fact.ACCOUNT, *(row["id"] for row in rows))
    return len(rows)
