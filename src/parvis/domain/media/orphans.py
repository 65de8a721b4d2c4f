"""A job: files in storage that no row knows are removed.

They are left by processes that died between storing a file and writing its row, or between deleting a row
and its file. Files younger than two days are nobody's business here: their row may be on its way.
"""

from datetime import timedelta
from typing import Any

from parvis.infra.clock import now
from parvis.infra.jobs import Means, enqueue
from parvis.infra.logs import get_logger
from parvis.infra.sql import queries

Q = queries("parvis.domain.media")
log = get_logger()

JOB = "sweep_orphans"
DAY_S = 86_400.0
MARGIN = timedelta(days=2)
# Folder of storage → the statement that answers which of some keys are known. Emoji and the network's own
# pictures are not among them: old statuses show pictures that emoji had.
KNOWN = {
    "uploads": Q.known_uploads,
    "media": Q.known_media,
    "accounts": Q.known_pictures,
    "archives": Q.known_archives,
}


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    """Look through storage, and again in a day."""
    for folder, statement in KNOWN.items():
        removed = 0
        async for keys in means.storage.list_older(folder, now() - MARGIN):
            if not keys:
                continue
            known = {row["key"] for row in await means.db.fetch(statement, keys)}
            orphans = [key for key in keys if key not in known]
            await means.storage.delete(*orphans)
            removed += len(orphans)
        if removed:
            log.info("files that no row knew were removed", folder=folder, files=removed)
    await means.db.run(enqueue, JOB, {}, delay_s=DAY_S)
