"""Accounts for those who look after them: finding them, letting newcomers in, helping people back."""

from typing import cast, get_args
from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.access import log_in
from parvis.domain.accounts.types import Role
from parvis.domain.errors import Forbidden, Invalid, Refused
from parvis.domain.moderation import accounts, people
from parvis.domain.moderation.accounts import AccountFilter, Seen
from parvis.domain.moderation.decisions import change_role, decide
from parvis.domain.moderation.handing_over import hand_over
from parvis.domain.moderation.types import Kind, State
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.pages.moderation.reports import id_of, links, show_person, status_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

PATH = "/moderation/accounts"
STATES: tuple[State, ...] = (
    "active",
    "pending",
    "suspended",
    "silenced",
    "disabled",
    "sensitized",
)
ROLES: tuple[Role, ...] = get_args(Role)
WELCOME = N_("Your request to join was approved. Welcome!")
AT_ONCE = 50  # newcomers of one sending


class BulkForm(msgspec.Struct):
    ids: list[str] = []
    kind: str = ""
    text: str = ""
    alone: str = ""  # let in by the button of their own row, whoever is chosen besides


class PersonForm(msgspec.Struct):
    do: str = ""
    role: str = ""
    current: str = ""  # the owner's own password and code, to hand the network over
    code: str = ""


@pages.get(PATH, who="staff")
async def show_accounts(visit: Visit) -> Response:
    return await _accounts(visit)


async def _accounts(visit: Visit, errors: dict[str, str] | None = None) -> Response:
    state, role = visit.ask("state"), visit.ask("role")
    typed, sort = visit.ask("q").strip().removeprefix("@"), visit.ask("sort")
    wanted = AccountFilter(
        states=[state] if state in STATES else [],
        roles=[role] if role in ROLES else None,
        username=typed if typed and "@" not in typed else None,
        email=typed if "@" in typed else None,
    )
    kept = {"state": state, "role": role, "q": typed, "sort": sort}
    kept = {name: value for name, value in kept.items() if value}
    found, around = await (_by_activity if sort == "active" else _by_age)(visit, wanted, kept)
    return render(
        visit,
        "moderation/accounts.html",
        422 if errors else 200,
        accounts=found,
        state=state,
        role=role,
        sort=sort,
        q=typed,
        errors=errors or {},
        **around,
    )


async def _by_age(
    visit: Visit, wanted: AccountFilter, kept: dict[str, str]
) -> tuple[list[Seen], dict[str, str | None]]:
    page = visit.page()
    found = await accounts.list_accounts(visit.db, wanted, page)
    return found, links(PATH, kept, [one.account.id for one in found], page)


async def _by_activity(
    visit: Visit, wanted: AccountFilter, kept: dict[str, str]
) -> tuple[list[Seen], dict[str, str | None]]:
    asked = visit.ask("page")
    number = min(int(asked), accounts.PAGES_MOST) if asked.isdecimal() and len(asked) < 6 else 0  # noqa: PLR2004 - digits
    found = await accounts.list_by_activity(visit.db, wanted, number)
    is_full = len(found) >= accounts.PAGE_SIZE and number < accounts.PAGES_MOST
    here = f"{PATH}?{urlencode(kept)}&page="
    return found, {
        "older": f"{here}{number + 1}" if is_full else None,
        "newer": f"{here}{number - 1}" if number else None,
    }


@pages.post(PATH, who="staff")
async def submit_bulk(visit: Visit) -> Response:
    """Approve or refuse several newcomers: each is decided by itself, so one fault stops no other."""
    said = await visit.form(BulkForm)
    back = f"{PATH}?state=pending"
    if said.alone:
        said = BulkForm([said.alone], "approve")
    if said.kind not in {"approve", "reject"}:
        raise Invalid("kind", "There is no such decision")
    reason = said.text.strip()
    if said.kind == "approve":
        reason = reason or visit.locale.text(WELCOME)
    if not reason:
        blank = Invalid("text", "A reason is needed", reason="ERR_REASON")
        visit.query["state"] = "pending"
        return await _accounts(visit, words.beside(blank, visit.locale))
    ids = [int(one) for one in said.ids[:AT_ONCE] if one.isdecimal() and len(one) < 20]  # noqa: PLR2004 - digits of an id
    if not ids:
        return visit.redirect(f"{back}&done=nothing")
    for account_id in ids:
        try:
            await visit.db.run(decide, visit.viewer_id, account_id, cast("Kind", said.kind), reason)
        except Refused:
            continue  # decided by somebody else meanwhile, or gone
    return visit.redirect(f"{back}&done=decided")


@pages.get(PATH + "/{id}", who="staff")
async def show_account(visit: Visit) -> Response:
    return await show_person(visit, id_of(visit))


@pages.post(PATH + "/{id}", who="staff")
async def submit_account(visit: Visit) -> Response:
    """A role, a letter or link for a new password, an address confirmed."""
    said, account_id = await visit.form(PersonForm), id_of(visit)
    back = f"{PATH}/{account_id}"
    try:
        if said.do == "link":
            secret = await visit.db.run(people.make_password_link, visit.viewer_id, account_id)
            link = f"{visit.addresses.root}/auth/password/{secret}"
            return await show_person(visit, account_id, link=link)
        done = await _do(visit, said, account_id)
    except Invalid as refused:
        if refused.field not in {"current", "code"}:
            raise
        return await show_person(visit, account_id, errors=words.beside(refused, visit.locale))
    except Forbidden as refused:
        hindered = words.hindered(refused, visit.locale)
        if hindered is None:
            raise
        page = await show_person(visit, account_id, errors={"do": hindered})
        page.status_code = status_of(refused)
        return page
    return visit.redirect(f"{back}?done={done}")


async def _do(visit: Visit, said: PersonForm, account_id: int) -> str:
    if said.do == "letter":
        await visit.db.run(people.send_password_letter, visit.viewer_id, account_id)
        return "letter"
    if said.do == "confirm":
        await visit.db.run(people.confirm_address, visit.viewer_id, account_id)
        return "confirmed"
    if said.do == "role" and said.role in ROLES:
        await visit.db.run(change_role, visit.viewer_id, account_id, said.role)
        return "role"
    if said.do == "hand_over":
        await _hand_over(visit, said, account_id)
        return "handed_over"
    raise Invalid("do", "There is no such act")


async def _hand_over(visit: Visit, said: PersonForm, account_id: int) -> None:
    """The owner gives the network away, and proves once more that it is they."""
    login = visit.login
    if login is None or login.user_id is None or login.role != "owner":
        raise Forbidden("Only its owner hands a network over", reason="not_owner")
    await log_in.prove_again(
        visit.db, login.user_id, said.current, said.code, address=visit.address
    )
    await visit.db.run(hand_over, account_id)
