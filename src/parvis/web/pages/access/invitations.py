"""Invitations: making them, seeing who came, and joining by one."""

import msgspec
from starlette.responses import Response

from parvis.domain.access import invitations
from parvis.domain.access.invitations import InvitationDraft, OpenInvitation
from parvis.domain.access.types import Login
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.protocols.ids import Id
from parvis.web import words
from parvis.web.pages.access import sign_up
from parvis.web.pages.access.sign_up import SignUpForm, WayIn
from parvis.web.pages.admin.frame import render
from parvis.web.pages.moderation.reports import links
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

OFFICE, OWN = "/admin/invitations", "/settings/invitations"


class InvitationForm(msgspec.Struct):
    """`id` with `do=revoke`; the rest makes a new one."""

    comment: str = ""
    uses_most: int | None = None
    days: int | None = 7
    is_followed: bool = False
    id: Id = 0
    do: str = ""


@pages.get(OFFICE, who="admin")
async def show_all(visit: Visit) -> Response:
    return await _list(visit, OFFICE, InvitationForm())


@pages.post(OFFICE, who="admin")
async def submit_all(visit: Visit) -> Response:
    return await _submit(visit, OFFICE)


@pages.get(OWN, who="member")
async def show_own(visit: Visit) -> Response:
    _need_right(visit)
    return await _list(visit, OWN, InvitationForm())


@pages.post(OWN, who="member")
async def submit_own(visit: Visit) -> Response:
    return await _submit(visit, OWN)


async def _submit(visit: Visit, path: str) -> Response:
    login = _need_right(visit)
    said = await visit.form(InvitationForm)
    if said.do == "revoke":
        whose = None if path == OFFICE else visit.viewer_id
        await visit.db.run(invitations.revoke, said.id, whose)
        return visit.redirect(f"{path}?done=revoked")
    draft = InvitationDraft(
        comment=said.comment,
        uses_most=said.uses_most,
        days=said.days,
        is_followed=said.is_followed,
    )
    try:
        await visit.db.run(invitations.invite, login, visit.network, draft)
    except Invalid as refused:
        return await _list(visit, path, said, words.beside(refused, visit.locale))
    return visit.redirect(f"{path}?done=added")


def _need_right(visit: Visit) -> Login:
    if visit.login is None or not invitations.may_invite(visit.login, visit.network):
        raise Forbidden("Members do not invite on this network", reason="invite")
    return visit.login


async def _list(
    visit: Visit, path: str, said: InvitationForm, errors: dict[str, str] | None = None
) -> Response:
    page = visit.page()
    whose = None if path == OFFICE else visit.viewer_id
    found = await invitations.list_invitations(visit.db, whose, page)
    return render(
        visit,
        "admin/invitations.html" if path == OFFICE else "access/invitations.html",
        422 if errors else 200,
        path=path,
        found=found,
        said=said,
        errors=errors or {},
        **links(path, {}, [one.id for one in found], page),
    )


@pages.get("/invite/{code}")
async def show_invite(visit: Visit) -> Response:
    visit.is_secret = True
    if visit.login is not None:
        return visit.redirect("/")
    try:
        invitation = await _open(visit)
    except NotFound:
        return visit.render("access/link_ended.html", 404, purpose="invitation")
    return await _form(visit, invitation, SignUpForm(), {})


@pages.post("/invite/{code}")
async def submit_invite(visit: Visit) -> Response:
    visit.is_secret = True
    said = await visit.form(SignUpForm)
    try:
        invitation = await _open(visit)
        try:
            return await sign_up.join(visit, said, invitation.id)
        except Invalid as refused:
            return await _form(visit, invitation, said, words.beside(refused, visit.locale))
    except NotFound:
        return visit.render("access/link_ended.html", 404, purpose="invitation")


async def _open(visit: Visit) -> OpenInvitation:
    return await invitations.find_open(visit.db, visit.path["code"])


async def _form(
    visit: Visit, invitation: OpenInvitation, said: SignUpForm, errors: dict[str, str]
) -> Response:
    inviters = await visit.db.kept(Accounts).show([invitation.account_id])
    network = visit.network
    way_in = WayIn(
        action=f"/invite/{invitation.code}",
        needs_reason=not network.invited_are_approved and network.registrations != "open",
        inviter=inviters[0].account if inviters else None,
        is_followed=invitation.is_followed,
    )
    return await sign_up.show_form(visit, said, errors, way_in)
