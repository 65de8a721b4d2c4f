"""Links in an account's fields: verified while the page they lead to links back with rel=me.

Each is a row of `account_links`, checked by a job when it is new and weekly after that. What somebody
sees as verified is `verified_at` of the field, which only these jobs write.
"""

import asyncio
from typing import Any

from parvis.domain.events import AccountChanged
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.logs import get_logger
from parvis.infra.outgoing import Fetched, OutgoingRefused, Unreachable
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols import rel_me

Q = queries("parvis.domain.accounts")
log = get_logger()

JOB = "verify_link"
ATTEMPTS = 10  # with the pauses between them: half a day, which most outages are shorter than
AT_ONCE = 500
READ = frozenset(("text/html", "application/xhtml+xml"))
OK, SERVER_FAULTS, TOO_MANY = 200, 500, 429


async def verify(means: Means, payload: dict[str, Any]) -> None:
    """A job: fetch the page of one link and look whether it names the account."""
    account_id, url = payload["account_id"], payload["url"]
    mine = await means.db.fetchrow(Q.find_link, account_id, url)
    if mine is None:  # the line was changed meanwhile
        return
    try:
        page = await means.outgoing.fetch(url, ", ".join(sorted(READ)))
    except OutgoingRefused as refused:
        log.info("a link is not verified", account_id=account_id, why=str(refused))
        is_named = False
    else:
        if page.status >= SERVER_FAULTS or page.status == TOO_MANY:
            raise Unreachable(f"it answered {page.status}")
        is_named = await asyncio.to_thread(_names, page, [mine["url"], mine["uri"]])
    await means.db.run(set_verified, account_id, url, is_verified=is_named)


async def give_up(means: Means, payload: dict[str, Any]) -> None:
    """No answer for half a day: what nobody can see is not shown as verified. Asked again in a week."""
    await means.db.run(set_verified, payload["account_id"], payload["url"], is_verified=False)


def _names(page: Fetched, mine: list[str]) -> bool:
    if page.status != OK or page.content_type not in READ:
        return False
    try:
        html = page.content.decode(page.charset or "utf-8", "replace")
    except LookupError:  # a charset nobody knows
        html = page.content.decode("utf-8", "replace")
    return rel_me.names_me(html, page.address, mine)


async def set_verified(tx: Tx, account_id: int, url: str, *, is_verified: bool) -> None:
    """Say of a link whether it is verified, if that is news. Told: AccountChanged."""
    if await tx.fetchval(Q.set_verified, account_id, url, is_verified) is not None:
        tx.touch(Fact.ACCOUNT, account_id)
        tx.emit(AccountChanged(account_id))


async def verify_due(means: Means, _payload: dict[str, Any]) -> None:
    """A job: links not looked at for a week are looked at again."""
    while await means.db.run(_enqueue_due) == AT_ONCE:
        pass


async def _enqueue_due(tx: Tx) -> int:
    rows = await tx.fetch(Q.take_due_links, AT_ONCE)
    await jobs.enqueue(tx, JOB, *(dict(row) for row in rows))
    return len(rows)
