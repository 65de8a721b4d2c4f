"""Reports: people tell the moderators."""

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.moderation.reports import Category, ReportDraft, report
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.moderation import report_entity
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()


class ReportParams(msgspec.Struct):
    account_id: Id | None = None
    status_ids: list[Id] = []
    comment: str = ""
    forward: bool = False
    category: Category = "other"
    rule_ids: list[Id] = []


@routes.post("/api/v1/reports", scopes="write:reports", params=ReportParams, returns="Report")
async def make_report(call: Call) -> Response:
    """Report an account, with statuses of theirs, to the moderators."""
    said = await call.params(ReportParams)
    draft = ReportDraft(
        target_id=require(said.account_id, "account_id"),
        status_ids=said.status_ids,
        comment=said.comment,
        category=said.category,
        rule_ids=said.rule_ids,
        is_forwarded=said.forward,
    )
    made = await call.db.run(report, call.viewer_id, draft)
    (target,) = await call.db.kept(Accounts).show([made.target_id])
    raw = msgspec.Raw(account_bytes(target, call.addresses))
    return call.json(report_entity(made, raw))
