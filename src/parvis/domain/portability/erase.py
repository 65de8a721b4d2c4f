"""Erasing the archives and imports of somebody who left."""

from parvis.domain.portability.archives import key_of
from parvis.infra import jobs
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.portability")


async def erase(tx: Tx, account_id: int) -> int:
    """With the files of the archives."""
    rows = await tx.fetch(Q.erase, account_id)
    await jobs.enqueue(tx, "remove_files", *({"keys": [key_of(row["secret"])]} for row in rows))
    return 0
