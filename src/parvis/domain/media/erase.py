"""Erasing the media of somebody who left, some at a time; their files in jobs."""

from parvis.domain.media.uploads import REMOVE_FILES, files_of
from parvis.infra import jobs
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.media")

AT_ONCE = 100


async def erase_some(tx: Tx, account_id: int) -> int:
    rows = await tx.fetch(Q.erase_some, account_id, AT_ONCE)
    keys = [key for row in rows for key in files_of(row)]
    if keys:
        await jobs.enqueue(tx, REMOVE_FILES, {"keys": keys})
    return len(rows)
