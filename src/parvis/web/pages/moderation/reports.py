"""Moderators' work: reports and accounts, and decisions with a reason the person reads."""

from typing import Any, cast, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.access import one_time_codes
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.moderation import accounts, reports
from parvis.domain.moderation.accounts import Seen
from parvis.domain.moderation.decisions import RANKS, decide, list_decisions
from parvis.domain.moderation.reports import Report, ReportFilter
from parvis.domain.moderation.types import Kind
from parvis.domain.network import rules
from parvis.protocols.ids import Id, IdInvalid, parse_id
from parvis.protocols.paging import Page
from parvis.web import words
from parvis.web.pages.admin.frame import render
from parvis.web.pages.settings.account import login_of, me, person
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class DecisionForm(msgspec.Struct):
    """`back` is the page of the form: a report's or an account's."""

    target_id: Id = 0
    kind: str = ""
    text: str = ""  # the reason
    report_id: Id | None = None
    back: str = ""


class ReportForm(msgspec.Struct):
    act: str = ""


@pages.get("/moderation", who="staff")
async def overview(visit: Visit) -> Response:
    return await show_reports(visit)


@pages.get("/moderation/reports", who="staff")
async def show_reports(visit: Visit) -> Response:
    is_resolved = visit.ask("state") == "resolved"
    page = visit.page()
    found = await reports.list_reports(visit.db, ReportFilter(is_resolved=is_resolved), page)
    people = await _people(visit, found)
    kept = {"state": "resolved"} if is_resolved else {}
    return render(
        visit,
        "moderation/reports.html",
        reports=found,
        people=people,
        is_resolved=is_resolved,
        **links("/moderation/reports", kept, [one.id for one in found], page),
    )


@pages.get("/moderation/reports/{id}", who="staff")
async def show_report(visit: Visit) -> Response:
    return await _report(visit, id_of(visit))


@pages.post("/moderation/reports/{id}", who="staff")
async def submit_report(visit: Visit) -> Response:
    """Take it upon oneself, close it without a decision, or open it again."""
    report_id = id_of(visit)
    said = await visit.form(ReportForm)
    if said.act == "assign":
        await visit.db.run(reports.assign, report_id, visit.viewer_id)
    elif said.act == "resolve":
        await visit.db.run(reports.resolve, report_id, visit.viewer_id)
    elif said.act == "reopen":
        await visit.db.run(reports.reopen, report_id)
    else:
        raise Invalid("act", "There is no such act")
    return visit.redirect(f"/moderation/reports/{report_id}")


@pages.post("/moderation/decisions", who="staff")
async def submit_decision(visit: Visit) -> Response:
    said = await visit.form(DecisionForm)
    try:
        kind = _kind(said.kind)
        await visit.db.run(decide, visit.viewer_id, said.target_id, kind, said.text, said.report_id)
    except Invalid as refused:
        return await _again(visit, said, words.beside(refused, visit.locale))
    except Forbidden as refused:
        hindered = words.hindered(refused, visit.locale)
        if hindered is None:
            raise
        return await _again(visit, said, {"text": hindered}, status_of(refused))
    return visit.redirect(visit.next(said.back, "/moderation"))


def _kind(said: str) -> Kind:
    if said not in get_args(Kind):
        raise Invalid("kind", "There is no such decision")
    return cast("Kind", said)


async def _again(
    visit: Visit, said: DecisionForm, errors: dict[str, str], status: int = 422
) -> Response:
    if said.report_id is not None:
        page = await _report(visit, said.report_id, said, errors)
    else:
        page = await show_person(visit, said.target_id, said, errors)
    page.status_code = status
    return page


async def _report(
    visit: Visit,
    report_id: int,
    said: DecisionForm | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    report = await reports.find_report(visit.db, report_id)
    people = await _people(visit, [report])
    named = {rule.id: rule.text for rule in await rules.list_rules(visit.db)}
    target = _need(people, report.target_id)
    return render(
        visit,
        "moderation/report.html",
        422 if errors else 200,
        report=report,
        people=people,
        broken_rules=[named[id_] for id_ in report.rule_ids if id_ in named],
        evidence=await reports.show_evidence(visit.db, report),
        decisions=await list_decisions(visit.db, report.target_id),
        target=target,
        is_below=is_below(visit, target),
        said=said,
        errors=errors or {},
    )


async def show_person(
    visit: Visit,
    account_id: int,
    said: DecisionForm | None = None,
    errors: dict[str, str] | None = None,
    link: str = "",
) -> Response:
    """All about an account; `link` is one by which its person may choose a new password."""
    proof: dict[str, Any] = {}  # what an owner is asked who hands the network over
    if login_of(visit).role == "owner":
        proof["me"] = await me(visit)
        proof["factors"] = await one_time_codes.get_factors(visit.db, person(visit))
    target = await accounts.find_account(visit.db, account_id)
    return render(
        visit,
        "moderation/account.html",
        422 if errors else 200,
        target=target,
        is_below=is_below(visit, target),
        decisions=await list_decisions(visit.db, account_id),
        report=None,
        said=said,
        errors=errors or {},
        link=link,
        **proof,
    )


def is_below(visit: Visit, target: Seen) -> bool:
    """Whether the viewer may decide about this account: it is another's, and of lower standing."""
    account = target.account
    return account.id != visit.viewer_id and RANKS[account.role] < RANKS[login_of(visit).role]


def status_of(refused: Forbidden) -> int:
    """What is somebody else's to do is forbidden; what is done already can only be changed."""
    return 422 if refused.reason == "state" else 403


async def _people(visit: Visit, found: list[Report]) -> dict[int, Seen]:
    ids = {id_ for one in found for id_ in (one.account_id, one.target_id, one.assigned_to_id)}
    return await accounts.show_accounts(visit.db, [id_ for id_ in ids if id_ is not None])


def _need(people: dict[int, Seen], account_id: int) -> Seen:
    if account_id not in people:
        raise NotFound
    return people[account_id]


def id_of(visit: Visit) -> int:
    try:
        return parse_id(visit.path["id"])
    except IdInvalid:
        raise NotFound from None


def links(path: str, kept: dict[str, str], ids: list[int], page: Page) -> dict[str, Any]:
    """Addresses of the pages before and after."""
    older = newer = None
    if len(ids) >= page.limit:
        older = f"{path}?{urlencode({**kept, 'max_id': ids[-1]})}"
    if ids and page.max_id is not None:
        newer = f"{path}?{urlencode({**kept, 'min_id': ids[0]})}"
    return {"older": older, "newer": newer}
