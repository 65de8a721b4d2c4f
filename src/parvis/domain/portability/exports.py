"""Files of follows, lists, mutes, blocks and bookmarks, as other servers read them."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.portable_csv import KINDS, Kind, write, write_flag

Q = queries("parvis.domain.portability")
AT_ONCE = 1_000
STATEMENTS: dict[Kind, str] = {
    "follows": Q.export_follows,
    "lists": Q.export_lists,
    "mutes": Q.export_mutes,
    "blocks": Q.export_blocks,
    "domain_blocks": Q.export_domain_blocks,
    "bookmarks": Q.export_bookmarks,
}


async def count(db: Db, account_id: int) -> dict[Kind, int]:
    """How many lines each file would have."""
    row = await db.fetchrow(Q.count_exports, account_id)
    return {kind: row[kind] for kind in KINDS}


async def export(db: Db, account_id: int, kind: Kind, own_domain: str) -> AsyncIterator[bytes]:
    """A file in parts: nobody's list is too long to be told."""
    after, is_first = 0, True
    while True:
        rows = await db.fetch(STATEMENTS[kind], account_id, after, AT_ONCE)
        lines = [_cells(kind, row, own_domain) for row in rows]
        text = write(kind, lines, with_header=is_first)
        if text:
            yield text.encode()
        if len(rows) < AT_ONCE:
            return
        after, is_first = rows[-1]["id"], False


def _cells(kind: Kind, row: Any, own_domain: str) -> Sequence[str]:
    if kind == "domain_blocks":
        return (row["domain"],)
    if kind == "bookmarks":
        return (row["uri"],)
    address = f"{row['username']}@{row['domain'] or own_domain}"
    match kind:
        case "follows":
            languages = ", ".join(row["languages"] or ())
            shows, notifies = write_flag(row["shows_reblogs"]), write_flag(row["notifies"])
            return (address, shows, notifies, languages)
        case "mutes":
            return (address, write_flag(row["hides_notifications"]))
        case "lists":
            return (row["title"], address)
        case _:
            return (address,)
