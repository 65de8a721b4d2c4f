"""Accounts for moderators: looking for them, and deciding about them."""

from typing import Literal

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.types import Role
from parvis.domain.moderation.accounts import AccountFilter, find_account, list_accounts
from parvis.domain.moderation.decisions import decide
from parvis.domain.moderation.types import Kind, State
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.accounts import ROLE_IDS
from parvis.mastodon_api.entities.moderation import admin_account
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()

READ = "admin:read:accounts"
WRITE = "admin:write:accounts"
ALL: list[Role] = ["member", "moderator", "admin", "owner"]
STAFF: list[Role] = ["moderator", "admin", "owner"]
MAX_PAGE = 200


class AccountsParams(msgspec.Struct):
    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    staff: bool = False
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None
    ip: str | None = None


class AccountsV2Params(msgspec.Struct):
    origin: Literal["local", "remote"] | None = None
    status: State | None = None
    permissions: Literal["staff"] | None = None
    role_ids: list[str] = []
    invited_by: str | None = None
    username: str | None = None
    display_name: str | None = None
    by_domain: str | None = None
    email: str | None = None
    ip: str | None = None


class ReasonParams(msgspec.Struct):
    text: str = ""  # the reason, which the person reads


class ActionParams(msgspec.Struct):
    type: Literal["none", "sensitive", "disable", "silence", "suspend"] | None = None
    text: str = ""  # the reason, which the person reads
    report_id: Id | None = None
    warning_preset_id: str | None = None  # accepted; there are no presets
    send_email_notification: bool = True  # accepted; people always get to know


@routes.get(
    "/api/v1/admin/accounts",
    auth="staff",
    scopes=READ,
    params=AccountsParams,
    returns="[Admin::Account]",
    paged=True,
)
async def list_v1(call: Call) -> Response:
    """List accounts by what they are and how they stand; all given conditions hold."""
    said = await call.params(AccountsParams)
    states: list[State] = [
        state
        for state in ("active", "pending", "disabled", "silenced", "suspended", "sensitized")
        if getattr(said, state)
    ]
    origin = None if said.local == said.remote else "local" if said.local else "remote"
    wanted = AccountFilter(
        origin=origin,
        states=states,
        roles=STAFF if said.staff else None,
        username=said.username,
        display_name=said.display_name,
        domain=said.by_domain,
        email=said.email,
    )
    return await _answer(call, wanted, is_none=bool(said.ip))


@routes.get(
    "/api/v2/admin/accounts",
    auth="staff",
    scopes=READ,
    params=AccountsV2Params,
    returns="[Admin::Account]",
    paged=True,
)
async def list_v2(call: Call) -> Response:
    """List accounts by origin, state, role and name; all given conditions hold."""
    said = await call.params(AccountsV2Params)
    roles: list[Role] | None = STAFF if said.permissions else None
    if said.role_ids:
        within = roles or ALL
        roles = [role for role in within if ROLE_IDS.get(role, "-99") in said.role_ids]
    wanted = AccountFilter(
        origin=said.origin,
        states=[said.status] if said.status else [],
        roles=roles,
        username=said.username,
        display_name=said.display_name,
        domain=said.by_domain,
        email=said.email,
    )
    return await _answer(call, wanted, is_none=bool(said.ip or said.invited_by))


async def _answer(call: Call, wanted: AccountFilter, *, is_none: bool) -> Response:
    """`is_none`: asked by an address or an invitation, neither of which is kept."""
    page = call.page(default=100, maximum=MAX_PAGE)
    seen = [] if is_none else await list_accounts(call.db, wanted, page)
    if seen:
        call.link(seen[0].account.id, seen[-1].account.id)
    return call.json([admin_account(one, call.addresses) for one in seen])


@routes.get("/api/v1/admin/accounts/{id}", auth="staff", scopes=READ, returns="Admin::Account")
async def show(call: Call) -> Response:
    """Show an account with the person behind it."""
    return call.json(admin_account(await find_account(call.db, call.id()), call.addresses))


def _decides(path: str, kind: Kind, summary: str, otherwise: str) -> None:
    """Declare a decision. Mastodon has no reason to give here: `otherwise` is it when none is sent."""

    async def decide_so(call: Call) -> Response:
        said = await call.params(ReasonParams)
        await call.db.run(decide, call.viewer_id, call.id(), kind, said.text.strip() or otherwise)
        return await show(call)

    routes.post(
        path,
        auth="staff",
        scopes=WRITE,
        params=ReasonParams,
        returns="Admin::Account",
        summary=summary,
    )(decide_so)


_decides(
    "/api/v1/admin/accounts/{id}/approve",
    "approve",
    "Let a newcomer in.",
    "Your sign-up was approved. Welcome!",
)
_decides(
    "/api/v1/admin/accounts/{id}/reject",
    "reject",
    "Turn a newcomer down.",
    "Your sign-up was not approved.",
)
_decides(
    "/api/v1/admin/accounts/{id}/enable",
    "enable",
    "Let somebody log in again.",
    "You may log in again.",
)
_decides(
    "/api/v1/admin/accounts/{id}/unsilence",
    "unlimit",
    "Lift a limit.",
    "The limit on your account was lifted.",
)
_decides(
    "/api/v1/admin/accounts/{id}/unsuspend",
    "reinstate",
    "Reinstate a suspended account, with everything it had.",
    "Your account was reinstated.",
)
_decides(
    "/api/v1/admin/accounts/{id}/unsensitive",
    "unsensitive",
    "Stop marking an account's media as sensitive.",
    "Your media are no longer marked as sensitive.",
)


ACTIONS: dict[str, Kind] = {
    "none": "warn",
    "sensitive": "sensitive",
    "disable": "disable",
    "silence": "limit",
    "suspend": "suspend",
}


@routes.post("/api/v1/admin/accounts/{id}/action", auth="staff", scopes=WRITE, params=ActionParams)
async def act(call: Call) -> Response:
    """Warn, mark as sensitive, disable, limit or suspend; `text` is the reason the person reads."""
    said = await call.params(ActionParams)
    kind = ACTIONS[said.type or "none"]
    await call.db.run(decide, call.viewer_id, call.id(), kind, said.text, said.report_id)
    return call.empty()
