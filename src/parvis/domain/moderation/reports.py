"""Reports: what people tell moderators about an account, and how moderators work through them."""

import hashlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import ReportMade
from parvis.domain.paging import paged
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown, Verdict
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.moderation")

Category = Literal["spam", "legal", "violation", "other"]
MAX_COMMENT = 1_000  # Mastodon's
MAX_STATUSES = 100  # more are no evidence, but work


class ReportDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to tell the moderators."""

    target_id: int
    status_ids: list[int] = []
    comment: str = ""
    category: Category = "other"
    rule_ids: list[int] = []
    is_forwarded: bool = False


class Report(msgspec.Struct, frozen=True):
    """A report as it is kept."""

    id: int
    account_id: int
    target_id: int
    status_ids: list[int]
    rule_ids: list[int]
    category: Category
    comment: str
    is_forwarded: bool
    created_at: datetime
    updated_at: datetime
    assigned_to_id: int | None = None
    resolved_at: datetime | None = None
    resolved_by_id: int | None = None  # None while resolved: by command line on the machine


class ReportFilter(msgspec.Struct, frozen=True):
    """Which reports; None: by or about anybody."""

    is_resolved: bool = False
    account_id: int | None = None
    target_id: int | None = None


async def report(tx: Tx, account_id: int, draft: ReportDraft) -> Report:
    """Report an account of this or another network. Told: ReportMade. Two statements."""
    draft = _check(account_id, draft)
    _, row = await gate_and(
        tx,
        Act(account_id, "report"),
        Q.make_report,
        account_id,
        draft.target_id,
        draft.status_ids,
        draft.rule_ids,
        draft.category,
        draft.comment,
        draft.is_forwarded,
        _digest(account_id, draft),
    )
    if row["target_id"] is None:
        raise NotFound("Record not found", reason="no_account")
    if len(row["status_ids"]) < len(draft.status_ids):
        raise NotFound("Record not found", reason="no_status")
    if row["id"] is None:
        raise Invalid("rule_ids", "Validation failed: Rules does not reference valid rules")
    if row["is_new"]:
        tx.emit(ReportMade(report_id=row["id"]))
    return Report(
        row["id"],
        account_id,
        draft.target_id,
        row["status_ids"],
        row["rule_ids"],
        draft.category,
        draft.comment,
        draft.is_forwarded,
        row["created_at"],
        row["created_at"],
    )


def _digest(account_id: int, draft: ReportDraft) -> bytes:
    """What two reports have in common that say the same."""
    said = (
        account_id,
        draft.target_id,
        draft.status_ids,
        draft.rule_ids,
        draft.category,
        draft.comment,
    )
    return hashlib.sha256(msgspec.json.encode(said)).digest()


def _check(account_id: int, draft: ReportDraft) -> ReportDraft:
    if draft.target_id == account_id:
        raise Invalid("account_id", "Validation failed: You cannot report yourself")
    comment = clean(draft.comment, "comment", MAX_COMMENT * 40)
    if len(comment) > MAX_COMMENT:
        raise Invalid(
            "comment",
            f"Validation failed: Comment is too long (maximum is {MAX_COMMENT} characters)",
            reason="ERR_TOO_LONG",
        )
    status_ids = sorted(set(draft.status_ids))
    if len(status_ids) > MAX_STATUSES:
        raise Invalid(
            "status_ids", f"Validation failed: a report names at most {MAX_STATUSES} statuses"
        )
    return msgspec.structs.replace(
        draft,
        comment=comment,
        status_ids=status_ids,
        rule_ids=sorted(set(draft.rule_ids)),
        category="violation" if draft.rule_ids else draft.category,
        is_forwarded=False,  # there is no other network to forward to yet
    )


async def list_reports(db: Db, wanted: ReportFilter, page: Page) -> list[Report]:
    """A page of reports, newest first."""
    rows = await paged(
        db, Q, "list_reports", page, wanted.is_resolved, wanted.account_id, wanted.target_id
    )
    return await _show(db, [row["id"] for row in rows])


async def find_report(db: Db, report_id: int) -> Report:
    """One report; not found when there is none."""
    reports = await _show(db, [report_id])
    if not reports:
        raise NotFound
    return reports[0]


async def _show(db: Db, ids: list[int]) -> list[Report]:
    if not ids:
        return []
    return [_report(row) for row in await db.fetch(Q.show_reports, ids)]


def _report(row: Any) -> Report:
    return msgspec.convert(dict(row), Report)


async def show_evidence(db: Db, reported: Report) -> list[Shown]:
    """The reported statuses as far as the reporter may see them now, without the reporter's marks.

    A report hands over what its reporter was shown and nothing else: moderators get no sight of
    their own into private statuses.
    """
    shown = await db.kept(Statuses).show(reported.account_id, reported.status_ids)
    return [_unmarked(one) for one in shown]


def _unmarked(shown: Shown) -> Shown:
    return msgspec.structs.replace(
        shown,
        verdict=Verdict(
            status_id=shown.verdict.status_id,
            is_visible=True,
            is_favourited=False,
            is_bookmarked=False,
            is_reblogged=False,
            is_pinned=False,
            is_muted=False,
        ),
        reblog=shown.reblog and _unmarked(shown.reblog),
    )


async def assign(tx: Tx, report_id: int, moderator_id: int | None) -> None:
    """Take a report upon oneself, or (None) leave it to others."""
    _need(await tx.fetchval(Q.assign_report, report_id, moderator_id))


async def resolve(tx: Tx, report_id: int, moderator_id: int | None) -> None:
    """Close a report without deciding anything about the account."""
    _need(await tx.fetchval(Q.resolve_report, report_id, moderator_id))


async def reopen(tx: Tx, report_id: int) -> None:
    _need(await tx.fetchval(Q.reopen_report, report_id))


async def categorise(
    tx: Tx, report_id: int, category: Category | None, rule_ids: list[int] | None
) -> None:
    """Change what a report is about; None leaves it as it is."""
    rules = None if rule_ids is None else sorted(set(rule_ids))
    _need(await tx.fetchval(Q.categorise_report, report_id, category, rules))


def _need(found: int | None) -> None:
    if found is None:
        raise NotFound
