"""The versions a status was and is."""

import msgspec

from parvis.domain.statuses.types import Shown, Version
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")
_versions = msgspec.json.Decoder(list[Version])


async def list_versions(db: Db, shown: Shown) -> list[Version]:
    """All versions, oldest first, the last being the present one. Asked of what was shown only."""
    row = shown.status
    past: list[Version] = []
    if row.edited_at is not None:
        past = _versions.decode(await db.fetchval(Q.list_edits, row.id))
    present = Version(
        row.content,
        row.spoiler_text,
        row.is_sensitive,
        row.media,
        row.poll.options if row.poll else None,
        row.emojis,
        row.edited_at or row.created_at,
    )
    return [*past, present]
