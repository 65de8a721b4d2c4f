"""Reports for moderators: reading them and working through them."""

import msgspec
from starlette.responses import Response

from parvis.domain.moderation.accounts import show_accounts
from parvis.domain.moderation.reports import (
    Category,
    Report,
    ReportFilter,
    assign,
    categorise,
    find_report,
    list_reports,
    reopen,
    resolve,
    show_evidence,
)
from parvis.domain.network.rules import list_rules
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.moderation import AdminReport, admin_account, admin_report
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()

READ = "admin:read:reports"
WRITE = "admin:write:reports"
MAX_PAGE = 200


class ReportsParams(msgspec.Struct):
    resolved: bool = False
    account_id: Id | None = None
    target_account_id: Id | None = None


class CategoryParams(msgspec.Struct):
    category: Category | None = None
    rule_ids: list[Id] | None = None


@routes.get(
    "/api/v1/admin/reports",
    auth="staff",
    scopes=READ,
    params=ReportsParams,
    returns="[Admin::Report]",
    paged=True,
)
async def list_all(call: Call) -> Response:
    """List open reports, or resolved ones."""
    said = await call.params(ReportsParams)
    wanted = ReportFilter(said.resolved, said.account_id, said.target_account_id)
    reports = await list_reports(call.db, wanted, call.page(default=100, maximum=MAX_PAGE))
    if reports:
        call.link(reports[0].id, reports[-1].id)
    return call.json(await _entities(call, reports))


async def _entities(call: Call, reports: list[Report]) -> list[AdminReport]:
    named = {
        id_
        for report in reports
        for id_ in (
            report.account_id,
            report.target_id,
            report.assigned_to_id,
            report.resolved_by_id,
        )
        if id_ is not None
    }
    seen = await show_accounts(call.db, named)
    accounts = {id_: admin_account(one, call.addresses) for id_, one in seen.items()}
    rules = await list_rules(call.db)
    return [
        admin_report(report, accounts, await show_evidence(call.db, report), rules, call.addresses)
        for report in reports
    ]


async def _show(call: Call) -> Response:
    (entity,) = await _entities(call, [await find_report(call.db, call.id())])
    return call.json(entity)


@routes.get("/api/v1/admin/reports/{id}", auth="staff", scopes=READ, returns="Admin::Report")
async def show(call: Call) -> Response:
    """Show one report with its accounts and statuses."""
    return await _show(call)


@routes.put(
    "/api/v1/admin/reports/{id}",
    auth="staff",
    scopes=WRITE,
    params=CategoryParams,
    returns="Admin::Report",
)
async def change(call: Call) -> Response:
    """Change what a report is about."""
    said = await call.params(CategoryParams)
    await call.db.run(categorise, call.id(), said.category, said.rule_ids)
    return await _show(call)


@routes.post(
    "/api/v1/admin/reports/{id}/assign_to_self",
    auth="staff",
    scopes=WRITE,
    returns="Admin::Report",
)
async def assign_to_self(call: Call) -> Response:
    """Take a report upon oneself."""
    await call.db.run(assign, call.id(), call.viewer_id)
    return await _show(call)


@routes.post(
    "/api/v1/admin/reports/{id}/unassign", auth="staff", scopes=WRITE, returns="Admin::Report"
)
async def unassign(call: Call) -> Response:
    """Leave a report to others."""
    await call.db.run(assign, call.id(), None)
    return await _show(call)


@routes.post(
    "/api/v1/admin/reports/{id}/resolve", auth="staff", scopes=WRITE, returns="Admin::Report"
)
async def close(call: Call) -> Response:
    """Close a report without deciding anything about the account."""
    await call.db.run(resolve, call.id(), call.viewer_id)
    return await _show(call)


@routes.post(
    "/api/v1/admin/reports/{id}/reopen", auth="staff", scopes=WRITE, returns="Admin::Report"
)
async def open_again(call: Call) -> Response:
    """Open a report again."""
    await call.db.run(reopen, call.id())
    return await _show(call)
