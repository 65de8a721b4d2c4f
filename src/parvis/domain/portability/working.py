"""The job of an import: line by line, by the same commands that a person's clicks call.

Each command is done or was done already, so a line done twice (the process was killed before its outcome
was written) does no harm. What federation will reach is not reached yet, and said so.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.lists import lists, members
from parvis.domain.lists.types import ListDraft
from parvis.domain.portability import imports
from parvis.domain.relationships import blocks, follows
from parvis.domain.relationships.follows import FollowOptions
from parvis.domain.statuses import bookmark
from parvis.infra.jobs import Means
from parvis.infra.sql import queries
from parvis.protocols.portable_csv import Kind

Q = queries("parvis.domain.portability")

AT_ONCE = 100
DONE = "done"
OF_NO_ACCOUNT: frozenset[Kind] = frozenset(("domain_blocks", "bookmarks"))
# Why nobody of this account may act any more: the gate's words.
ENDS = frozenset(("deleted", "suspended", "unconfirmed", "unapproved"))


async def work(means: Means, payload: dict[str, Any]) -> None:
    """Do an import, or go on with it."""
    import_id = payload["import_id"]
    row = await means.db.fetchrow(Q.find_working_import, import_id)
    if row is None:  # stopped, or its person may not act any more
        await means.db.fetch(Q.stop_import, import_id, None)
        return
    worker = _Worker(means, row["kind"], row["account_id"])
    try:
        if row["replaces"]:
            await _end_left_out(means, worker, import_id)
        await _do_lines(means, worker, import_id)
    except Forbidden:
        await means.db.fetch(Q.stop_import, import_id, None)
    else:
        await means.db.fetch(Q.finish_import, import_id)


async def give_up(means: Means, payload: dict[str, Any]) -> None:
    """No attempt is left: what was done stays, and the page says where it stopped."""
    await means.db.fetch(Q.stop_import, payload["import_id"], None)


async def _do_lines(means: Means, worker: "_Worker", import_id: int) -> None:
    while rows := await means.db.fetch(Q.list_rows_to_do, import_id, AT_ONCE):
        outcomes = [await worker.do(row) for row in rows]
        numbers = [row["line"] for row in rows]
        await means.db.fetch(Q.set_outcomes, import_id, numbers, outcomes)


async def _end_left_out(means: Means, worker: "_Worker", import_id: int) -> None:
    before: list[Any] = []
    while rows := await means.db.fetch(Q.list_left_out, import_id, AT_ONCE):
        if rows == before:  # nothing of it can be ended
            return
        for row in rows:
            await worker.end(row)
        before = rows


class _Worker:
    """Acts for one account, on one kind of line."""

    def __init__(self, means: Means, kind: Kind, account_id: int) -> None:
        self.db = means.db
        self.kind: Kind = kind
        self.account_id = account_id
        self.own_domain = means.mailer.root.partition("://")[2]
        self._lists: dict[str, int] | None = None
        self._doing: dict[Kind, Callable[[Any], Awaitable[str]]] = {
            "follows": self._follow,
            "blocks": self._block,
            "mutes": self._mute,
            "domain_blocks": self._block_domain,
            "bookmarks": self._bookmark,
            "lists": self._put_on_list,
        }

    async def do(self, row: Any) -> str:
        """What became of a line."""
        is_unknown = row["account_id"] is None and self.kind not in OF_NO_ACCOUNT
        if is_unknown or (self.kind == "bookmarks" and row["status_id"] is None):
            return self._absent(row)
        try:
            return await self._doing[self.kind](row)
        except NotFound:
            return self._absent(row)
        except Forbidden as refused:
            if refused.reason in ENDS:
                raise
            return imports.REFUSED
        except Invalid:
            return imports.REFUSED

    def _absent(self, row: Any) -> str:
        """The same whether nobody here knows it, or this person may not know of it."""
        if self.kind == "bookmarks":
            is_own = row["uri"].partition("://")[2].startswith(f"{self.own_domain}/")
        else:
            is_own = not row["domain"]
        return imports.MISSING if is_own else imports.ELSEWHERE

    async def _follow(self, row: Any) -> str:
        if row["account_id"] == self.account_id:
            return imports.REFUSED
        options = FollowOptions(**row["options"])
        try:
            await self.db.run(follows.follow, self.account_id, row["account_id"], options)
        except Invalid:  # the only one left: the number of those followed
            return imports.TOO_MANY_FOLLOWED
        return DONE

    async def _block(self, row: Any) -> str:
        await self.db.run(blocks.block, self.account_id, row["account_id"])
        return DONE

    async def _mute(self, row: Any) -> str:
        hides = bool(row["options"].get("hides_notifications", True))
        await self.db.run(
            blocks.mute, self.account_id, row["account_id"], hides_notifications=hides, duration_s=0
        )
        return DONE

    async def _block_domain(self, row: Any) -> str:
        await self.db.run(blocks.block_domain, self.account_id, row["domain"], self.own_domain)
        return DONE

    async def _bookmark(self, row: Any) -> str:
        await self.db.run(bookmark.bookmark, self.account_id, row["status_id"])
        return DONE

    async def _put_on_list(self, row: Any) -> str:
        list_id = await self._list(row["list"])
        try:
            await self.db.run(members.add, self.account_id, list_id, [row["account_id"]])
        except NotFound:
            self._lists = None  # the list may be gone
            return imports.NOT_FOLLOWED
        except Invalid as refused:
            if refused.reason != "ERR_TAKEN":
                raise
        return DONE

    async def _list(self, title: str) -> int:
        if self._lists is None:
            known = await lists.list_lists(self.db, self.account_id)
            self._lists = {one.title: one.id for one in known}
        if title not in self._lists:
            made = await self.db.run(lists.create, self.account_id, ListDraft(title=title))
            self._lists[title] = made.id
        return self._lists[title]

    async def end(self, row: Any) -> None:
        """End what the file does not name; what ended meanwhile is ended."""
        try:
            await self._end(row)
        except NotFound:
            return

    async def _end(self, row: Any) -> None:
        match self.kind:
            case "follows":
                await self.db.run(follows.unfollow, self.account_id, row["id"])
            case "blocks":
                await self.db.run(blocks.unblock, self.account_id, row["id"])
            case "mutes":
                await self.db.run(blocks.unmute, self.account_id, row["id"])
            case "domain_blocks":
                await self.db.run(blocks.unblock_domain, self.account_id, row["domain"])
            case "bookmarks":
                await self.db.run(bookmark.unbookmark, self.account_id, row["id"])
            case "lists" if row["id"] is None:
                await self.db.run(lists.delete, self.account_id, row["list_id"])
            case _:
                await self.db.run(members.remove, self.account_id, row["list_id"], [row["id"]])
