"""Finding hashtags. What is shown of one is decided where hashtags are kept (statuses/tags.py)."""

from parvis.domain.accounts.lookup import as_pattern
from parvis.domain.statuses.tags import Tag, with_histories
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.search")


async def find_tags(
    db: Db, viewer_id: int, prefix: str, *, limit: int, offset: int = 0
) -> list[Tag]:
    """Tags that begin so, accents and case aside, as far as they are used in public.

    One statement, a second when histories have to be counted.
    """
    if not prefix or "\0" in prefix:
        return []
    rows = await db.fetch(Q.tags, viewer_id, prefix, as_pattern(prefix), limit, offset)
    return await with_histories(db, rows)
