"""The thread around a status."""

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


class Reach(msgspec.Struct, frozen=True):
    """How much of a thread is told."""

    ancestors: int
    descendants: int
    depth: int


# Mastodon's limits; the depth of a person's view is bounded by the count.
FOR_NOBODY = Reach(40, 60, 20)
FOR_PEOPLE = Reach(4_096, 4_096, 4_096)


async def show_context(db: Db, viewer_id: int, status_id: int) -> tuple[list[Shown], list[Shown]]:
    """Ancestors from the root down, and descendants thread by thread. Two statements at most."""
    reach = FOR_NOBODY if viewer_id == NOBODY else FOR_PEOPLE
    row = await db.fetchrow(
        Q.context, viewer_id, status_id, reach.ancestors, reach.descendants, reach.depth
    )
    if not row["is_there"]:
        raise NotFound
    ancestors = set(row["ancestor_ids"])
    shown = await db.kept(Statuses).show(viewer_id, [*row["ancestor_ids"], *row["descendant_ids"]])
    return (
        [one for one in shown if one.status.id in ancestors],
        [one for one in shown if one.status.id not in ancestors],
    )
