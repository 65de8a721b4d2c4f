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


class Context(msgspec.Struct, frozen=True):
    """What stands around a status: from the root down, and answers thread by thread."""

    before: list[Shown]
    after: list[Shown]
    is_cut_before: bool
    is_cut_after: bool
    goes_deeper: bool  # below the deepest answers that are told


async def show_context(db: Db, viewer_id: int, status_id: int, *, first: int = 0) -> Context:
    """`first`: so many of the answers were read already. Two statements at most."""
    reach = FOR_NOBODY if viewer_id == NOBODY else FOR_PEOPLE
    most = reach.descendants
    row = await db.fetchrow(
        Q.context, viewer_id, status_id, reach.ancestors, most, reach.depth, first
    )
    if not row["is_there"]:
        raise NotFound
    above, below = row["ancestor_ids"], row["descendant_ids"]
    shown = await db.kept(Statuses).show(viewer_id, [*above, *below[:most]])
    ancestors = set(above)
    return Context(
        [one for one in shown if one.status.id in ancestors],
        [one for one in shown if one.status.id not in ancestors],
        row["is_cut_above"],
        len(below) > most,
        row["goes_deeper"],
    )
