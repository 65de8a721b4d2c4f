"""A job: a custom emoji was removed with its files; what was written with it keeps its name alone."""

from collections.abc import Awaitable, Callable
from typing import Any

from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact

AT_ONCE = 500


def forgetting(statement: str, fact: Fact) -> Callable[[Means, dict[str, Any]], Awaitable[None]]:
    """The job that takes the picture out of all that shows it, of one kind."""

    async def forget_some(tx: Tx, url: str) -> int:
        rows = await tx.fetch(statement, url, AT_ONCE)
        tx.touch(fact, *(row["id"] for row in rows))
        return len(rows)

    async def forget(means: Means, payload: dict[str, Any]) -> None:
        while await means.db.run(forget_some, payload["url"]) == AT_ONCE:
            pass

    return forget
