"""The timeline of a hashtag, with others besides or instead."""

import msgspec

from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.public import Where
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page
from parvis.protocols.text import normalise_hashtag

Q = queries("parvis.domain.timelines")
MAX_TAGS = 4  # of each kind, as Mastodon: what is beyond is left aside


class Tagged(msgspec.Struct, frozen=True):
    """With `name` or any of `any_of`, with each of `all_of`, with none of `none_of`."""

    name: str
    any_of: list[str] = []
    all_of: list[str] = []
    none_of: list[str] = []
    where: Where = "all"
    only_media: bool = False


async def show_hashtag(db: Db, viewer_id: int, tagged: Tagged, page: Page) -> list[Shown]:
    """Public statuses only, replies among them; reblogs are left out."""
    names = _normal([tagged.name, *tagged.any_of[:MAX_TAGS]])
    is_one = len(names) == 1  # read straight from the tag's index
    rows = await paged(
        db,
        Q,
        "hashtag" if is_one else "hashtags",
        page,
        viewer_id,
        names[0] if is_one else names,
        _normal(tagged.all_of[:MAX_TAGS]),
        _normal(tagged.none_of[:MAX_TAGS]),
        tagged.where,
        tagged.only_media,
    )
    return await db.kept(Statuses).show(viewer_id, [row["id"] for row in rows], page.limit)


def _normal(names: list[str]) -> list[str]:
    return list(dict.fromkeys(normalise_hashtag(name.removeprefix("#")) for name in names))
