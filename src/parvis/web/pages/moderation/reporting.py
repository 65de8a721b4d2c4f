"""Telling the moderators about somebody: one form, and what one can do oneself meanwhile."""

from typing import Any, cast, get_args

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.types import ShownAccount
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.moderation.reports import MAX_COMMENT, Category, ReportDraft, report
from parvis.domain.network import rules
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown
from parvis.domain.timelines.account import Wish, show_authored
from parvis.protocols.ids import Id
from parvis.protocols.paging import Page
from parvis.web import words
from parvis.web.addressed import id_of
from parvis.web.locales import N_
from parvis.web.pages.people.accounts import find
from parvis.web.routing import Pages
from parvis.web.showing_people import standing
from parvis.web.visit import Visit

pages = Pages()

OFFERED = 12  # messages to choose from, beside the one that was pointed at
CATEGORIES: tuple[tuple[Category, str, str], ...] = (
    ("violation", N_("It breaks a rule"), N_("Of those this network gave itself.")),
    ("spam", N_("It is spam"), N_("Advertising, deceit, the same thing over and over.")),
    ("legal", N_("It is against the law"), N_("Where you live, or where this network is run.")),
    ("other", N_("Something else"), N_("Say what in your own words below.")),
)


class ReportForm(msgspec.Struct):
    category: str = ""
    rule: list[Id] = []
    status: list[Id] = []
    comment: str = ""


@pages.get("/@{acct}/report", who="member")
async def show_report_account(visit: Visit) -> Response:
    return await _show(visit, await _target(visit), ReportForm())


@pages.get("/@{acct}/{id}/report", who="member")
async def show_report_status(visit: Visit) -> Response:
    return await _show(visit, await _target(visit), ReportForm(status=[id_of(visit)]))


@pages.post("/@{acct}/report", who="member")
async def submit_report(visit: Visit) -> Response:
    said = await visit.form(ReportForm)
    target = await _target(visit)
    try:
        draft = _draft(said, target.account.id)
        await visit.db.run(report, visit.viewer_id, draft)
    except Invalid as refused:
        return await _show(visit, target, said, words.beside(refused, visit.locale))
    return visit.redirect(f"/@{target.account.acct}/reported")


@pages.get("/@{acct}/reported", who="member")
async def thank(visit: Visit) -> Response:
    target = await _target(visit)
    relation = await standing(visit, target.account.id)
    return visit.render("moderation/reported.html", of=target, relation=relation)


async def _target(visit: Visit) -> ShownAccount:
    found = await find(visit, visit.path["acct"])
    if found.account.is_gone:
        raise NotFound
    if found.account.id == visit.viewer_id:
        raise Forbidden("You cannot report yourself", reason="self_report")
    return found


def _draft(said: ReportForm, target_id: int) -> ReportDraft:
    missing = ""
    if said.category not in get_args(Category):
        missing = "category"
    elif said.category == "violation" and not said.rule:
        missing = "rule"
    elif said.category == "other" and not said.comment.strip():
        missing = "comment"
    if missing:
        raise Invalid(missing, f"{missing} can't be blank", reason="ERR_UNSAID")
    is_rule = said.category == "violation"
    return ReportDraft(
        target_id=target_id,
        status_ids=said.status,
        comment=said.comment,
        category=cast("Category", said.category),
        rule_ids=said.rule if is_rule else [],
    )


async def _show(
    visit: Visit, of: ShownAccount, said: ReportForm, errors: dict[str, str] | None = None
) -> Response:
    return visit.render(
        "moderation/report_form.html",
        422 if errors else 200,
        of=of,
        said=said,
        errors=errors or {},
        longest=MAX_COMMENT,
        **await _choices(visit, of, said),
    )


async def _choices(visit: Visit, of: ShownAccount, said: ReportForm) -> dict[str, Any]:
    """The messages pointed at first, then the account's latest; rules and categories."""
    pointed = await visit.db.kept(Statuses).show(visit.viewer_id, said.status)
    pointed = [one for one in pointed if one.author.id == of.account.id]
    if said.status and not pointed and visit.request.method == "GET":
        raise NotFound
    wish = Wish(without_reblogs=True)
    latest = await show_authored(visit.db, visit.viewer_id, of.account.id, wish, Page(OFFERED))
    offered: dict[int, Shown] = {one.status.id: one for one in (*pointed, *latest)}
    rule_list = await rules.list_rules(visit.db)
    kinds = [one for one in CATEGORIES if rule_list or one[0] != "violation"]
    return {"offered": list(offered.values()), "rule_list": rule_list, "categories": kinds}
