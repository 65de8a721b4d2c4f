"""Bringing follows, lists, mutes, blocks and bookmarks from elsewhere: read, looked over, agreed to.

A file is read strictly and kept as lines; nothing happens before its person has seen what would. The job
that does it (working.py) marks each line with its outcome, so that it goes on where it was.
"""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict, NotFound, TooMany
from parvis.infra import jobs
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.portable_csv import Kind, Line, write, write_flag

Q = queries("parvis.domain.portability")

JOB = "work_import"
BROUGHT = Limit(20, 86_400)  # files a day
AT_ONCE = 1_000
# Outcomes of lines beside `done`; pages say them in words.
ELSEWHERE, MISSING, REFUSED = "elsewhere", "missing", "refused"
NOT_FOLLOWED, TOO_MANY_FOLLOWED = "not_followed", "too_many"


class Import(msgspec.Struct, frozen=True):
    """An import as its person sees it."""

    id: int
    kind: Kind
    replaces: bool
    state: str  # read, waiting, done or stopped
    created_at: datetime
    finished_at: datetime | None
    lines: int
    worked: int
    done: int

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "stopped")


class Preview(msgspec.Struct, frozen=True):
    """What an import would meet."""

    known: int
    elsewhere: int  # on servers nobody here has met
    missing: int  # not there
    ending: int  # what the file does not name, when it replaces


async def begin(
    tx: Tx, account_id: int, kind: Kind, lines: list[Line], *, replaces: bool, addresses: Addresses
) -> int:
    """Keep the lines of a file until its person says yes or no. Two statements."""
    taken = tx.db.limits.take(BROUGHT, "import", account_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    made = await tx.fetchval(Q.begin_import, account_id, kind, replaces)
    await tx.execute(Q.add_import_rows, made, [_row(line, addresses) for line in lines])
    return made


def _row(line: Line, addresses: Addresses) -> dict[str, Any]:
    uri = line.uri
    page = f"{addresses.root}/@"
    if uri is not None and uri.startswith(page):  # people copy addresses of pages
        name, _, id_ = uri.removeprefix(page).partition("/")
        uri = addresses.status_uri(name, id_)
    return msgspec.to_builtins(msgspec.structs.replace(line, uri=uri))


async def preview(db: Db, import_id: int, addresses: Addresses) -> Preview:
    """What an import would meet, as things are now."""
    return Preview(*await db.fetchrow(Q.preview_import, import_id, addresses.root))


async def start(tx: Tx, account_id: int, import_id: int) -> None:
    """The yes. Refused: while another import is under way."""
    if await tx.fetchval(Q.start_import, account_id, import_id) is None:
        found = await tx.fetchrow(Q.find_import, account_id, import_id)
        if found is None:
            raise NotFound
        if found["state"] != "read":
            return  # said twice
        raise Conflict("Another import is under way; wait for it", reason="import_under_way")
    await jobs.enqueue(tx, JOB, {"import_id": import_id})


async def stop(tx: Tx, account_id: int, import_id: int) -> None:
    """The no, before or meanwhile."""
    stopped = await tx.fetchval(Q.stop_import, import_id, account_id)
    if stopped is None and await tx.fetchrow(Q.find_import, account_id, import_id) is None:
        raise NotFound


async def find(db: Db, account_id: int, import_id: int) -> Import:
    row = await db.fetchrow(Q.find_import, account_id, import_id)
    if row is None:
        raise NotFound
    return Import(*row)


async def list_imports(db: Db, account_id: int) -> list[Import]:
    """The latest, the newest first."""
    return [Import(*row) for row in await db.fetch(Q.list_imports, account_id)]


async def count_outcomes(db: Db, import_id: int) -> list[tuple[str, int]]:
    """Why lines were not done."""
    return [(row["outcome"], row["lines"]) for row in await db.fetch(Q.count_outcomes, import_id)]


async def list_failures(
    db: Db, account_id: int, import_id: int, *, most: int, after: int = 0
) -> list[tuple[Line, str]]:
    """Lines that were not done, and why."""
    rows = await db.fetch(Q.list_failures, account_id, import_id, after, most)
    return [(_line(row), row["outcome"]) for row in rows]


def _line(row: Any) -> Line:
    return Line(
        line=row["line"],
        username=row["username"],
        domain=row["domain"],
        list=row["list"],
        uri=row["uri"],
        options=row["options"],
    )


async def export_failures(
    db: Db, account_id: int, found: Import, own_domain: str
) -> AsyncIterator[bytes]:
    """The lines not done, as a file that can be brought again."""
    after, is_first = 0, True
    while True:
        some = await list_failures(db, account_id, found.id, most=AT_ONCE, after=after)
        rows = [cells(found.kind, line, own_domain) for line, _ in some]
        text = write(found.kind, rows, with_header=is_first)
        if text:
            yield text.encode()
        if len(some) < AT_ONCE:
            return
        after, is_first = some[-1][0].line, False


def cells(kind: Kind, line: Line, own_domain: str) -> list[str]:
    """A line as files say it."""
    if kind == "bookmarks":
        return [line.uri or ""]
    if kind == "domain_blocks":
        return [line.domain or ""]
    address = f"{line.username}@{line.domain or own_domain}"
    if kind == "lists":
        return [line.list or "", address]
    said = line.options
    if kind == "follows":
        languages: Any = said.get("languages") or ()
        return [
            address,
            write_flag(bool(said.get("shows_reblogs", True))),
            write_flag(bool(said.get("notifies", False))),
            ", ".join(languages),
        ]
    if kind == "mutes":
        return [address, write_flag(bool(said.get("hides_notifications", True)))]
    return [address]
