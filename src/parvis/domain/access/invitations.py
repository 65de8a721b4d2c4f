"""Invitations: links by which people join, whoever else may. Who came by each stays known."""

import re
import secrets
from datetime import datetime, timedelta

import msgspec

from parvis.domain.access.types import Login
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.paging import paged
from parvis.domain.words import clean
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.access")

MAX_COMMENT = 420
USES_MOST = 10_000
DAYS_MOST = 366
OPEN_MOST = 50  # of a member at once; moderators and the owner as many as they like
CODE = re.compile(r"[A-Za-z0-9_-]{1,40}")
CODE_BYTES = 9  # 72 bits: nobody guesses it, and it can be read aloud


class Invitation(msgspec.Struct, frozen=True):
    """A link and what became of it."""

    id: int
    account_id: int
    inviter: str
    code: str
    comment: str
    uses: int
    uses_most: int | None
    expires_at: datetime | None
    is_followed: bool
    is_revoked: bool
    works: bool
    created_at: datetime
    guests: list[str]  # usernames


class OpenInvitation(msgspec.Struct, frozen=True):
    """An invitation that lets somebody in now."""

    id: int
    code: str
    account_id: int
    is_followed: bool


class InvitationDraft(msgspec.Struct, frozen=True, kw_only=True):
    """`uses_most` and `days` None: without end."""

    comment: str = ""
    uses_most: int | None = None
    days: int | None = None
    is_followed: bool = False


def may_invite(login: Login | None, network: NetworkSettings) -> bool:
    """Whether somebody may make invitations: staff always, members as the owner chose."""
    if login is None or login.trouble is not None:
        return False
    return login.is_staff or network.members_may_invite


async def invite(tx: Tx, login: Login, network: NetworkSettings, draft: InvitationDraft) -> str:
    """A new invitation's code. At most two statements."""
    if not may_invite(login, network):
        raise Forbidden("Members do not invite on this network", reason="invite")
    comment = clean(draft.comment, "comment", MAX_COMMENT).strip()
    if draft.uses_most is not None and not 1 <= draft.uses_most <= USES_MOST:
        raise Invalid("uses_most", f"Validation failed: Uses are 1 to {USES_MOST}")
    if draft.days is not None and not 1 <= draft.days <= DAYS_MOST:
        raise Invalid("days", f"Validation failed: It lasts 1 to {DAYS_MOST} days")
    if not login.is_staff and await tx.fetchval(Q.count_invitations, login.account_id) >= OPEN_MOST:
        raise Invalid("comment", f"Validation failed: {OPEN_MOST} invitations are open already")
    code = secrets.token_urlsafe(CODE_BYTES)
    expires_at = now() + timedelta(days=draft.days) if draft.days else None
    await tx.fetchval(
        Q.invite, login.account_id, code, comment, draft.uses_most, expires_at, draft.is_followed
    )
    return code


async def revoke(tx: Tx, invitation_id: int, account_id: int | None) -> None:
    """End an invitation: one's own, or (None) anybody's."""
    if await tx.fetchval(Q.revoke_invitation, invitation_id, account_id) is None:
        raise NotFound


async def find_open(db: Db, code: str) -> OpenInvitation:
    """The invitation of this code; not found when it lets nobody in."""
    row = await db.fetchrow(Q.find_invitation, code) if CODE.fullmatch(code) else None
    if row is None:
        raise NotFound("This invitation works no more", reason="invitation")
    return OpenInvitation(**dict(row))


async def list_invitations(db: Db, account_id: int | None, page: Page) -> list[Invitation]:
    """Somebody's, or (None) everybody's, the newest first."""
    rows = await paged(db, Q, "list_invitations", page, account_id)
    return [Invitation(**dict(row)) for row in rows]
