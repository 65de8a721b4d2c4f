"""What moderators decide about an account: one command, a reason the person sees, a row that stays.

Nothing is deleted by any decision; each has its opposite, which restores everything.
"""

from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.access import second_factors
from parvis.domain.access.admission import set_admission, set_role
from parvis.domain.accounts.standing import set_standing
from parvis.domain.accounts.types import Role
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.events import AccountChanged, DecisionMade, MailWanted
from parvis.domain.moderation.types import Kind
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.moderation")

MAX_REASON = 5_000
RANKS: dict[str | None, int] = {None: -1, "member": 0, "moderator": 1, "admin": 2, "owner": 3}

# Decision → the state it changes and to what. A rejected sign-up is suspended before it began.
EFFECTS: dict[Kind, tuple[str, bool]] = {
    "limit": ("is_limited", True),
    "unlimit": ("is_limited", False),
    "sensitive": ("is_sensitized", True),
    "unsensitive": ("is_sensitized", False),
    "suspend": ("is_suspended", True),
    "reinstate": ("is_suspended", False),
    "disable": ("is_disabled", True),
    "enable": ("is_disabled", False),
    "approve": ("is_approved", True),
    "reject": ("is_suspended", True),
}
WORDS = {
    "is_limited": "limited",
    "is_sensitized": "marked as sensitive",
    "is_suspended": "suspended",
    "is_disabled": "disabled",
    "is_approved": "approved",
}
ABOUT_LOGINS = frozenset(("warn", "disable", "enable", "approve", "reject", "reset_factors"))
# Neither a state nor undone: a warning, and help for somebody whom a lost telephone locked out.
WITHOUT_STATE = frozenset(("warn", "reset_factors"))
# As in Mastodon these answer every open report on the account; a warning only the one it names.
ANSWERS_ALL_REPORTS = frozenset(("limit", "sensitive", "suspend", "disable"))


class Decision(msgspec.Struct, frozen=True):
    """A decision as the person and the moderators may read it."""

    id: int
    kind: Kind
    reason: str
    created_at: datetime
    read_at: datetime | None  # None: the person has not seen it
    moderator_id: int | None  # None: by command line on the machine
    moderator: str | None
    report_id: int | None


async def decide(
    tx: Tx,
    moderator_id: int | None,
    target_id: int,
    kind: Kind,
    reason: str,
    report_id: int | None = None,
) -> int:
    """Decide about an account; answers the decision's id. `moderator_id` None: the machine's owner.

    Told: DecisionMade, a letter, and AccountSuspended or AccountReinstated when it becomes so.
    """
    if kind not in EFFECTS and kind not in WITHOUT_STATE:
        raise Invalid("type", f"Validation failed: there is no decision called {kind}")
    reason = clean(reason, "text", MAX_REASON).strip()
    if not reason:
        raise Invalid(
            "text",
            "Validation failed: a decision needs a reason, which the person will read",
            reason="ERR_REASON",
        )
    target = await tx.fetchrow(Q.find_target, target_id, moderator_id, report_id)
    _check(target, moderator_id, kind)
    if not target["has_report"]:
        raise NotFound("Record not found", reason="no_report")
    await _effect(tx, target, kind)
    decision_id = await tx.fetchval(
        Q.record_decision,
        target_id,
        moderator_id,
        report_id,
        kind,
        reason,
        kind in ANSWERS_ALL_REPORTS,
    )
    tx.emit(DecisionMade(decision_id=decision_id, target_id=target_id))
    if target["user_id"] is not None:
        letter = "approved" if kind == "approve" else "decision"
        tx.emit(MailWanted(target["user_id"], letter, str(decision_id)))
    return decision_id


def _check(target: Any, moderator_id: int | None, kind: Kind) -> None:
    """Whether this moderator may decide this about this account, as it stands."""
    if target is None:
        raise NotFound
    if moderator_id is not None:
        check_rank(target, moderator_id, "admin" if kind == "reset_factors" else "moderator")
    if kind in ABOUT_LOGINS and target["user_id"] is None:
        raise Invalid("type", f"Validation failed: {kind} is for people of this network")
    if kind == "reject" and target["is_approved"]:
        raise Forbidden(f"{target['username']} is already approved", reason="state")
    if kind in EFFECTS:
        state, value = EFFECTS[kind]
        if target[state] is value:
            words = f"is {'already' if value else 'not'} {WORDS[state]}"
            raise Forbidden(f"{target['username']} {words}", reason="state")


def check_rank(target: Any, moderator_id: int, least: Role = "moderator") -> None:
    """Whether the one who acts is staff, and stands above the one acted upon."""
    rank = RANKS[target["moderator_role"]]
    if rank < RANKS[least]:
        reason = "not_staff" if least == "moderator" else "not_admin"
        raise Forbidden("This action is not allowed", reason=reason)
    if target["id"] == moderator_id:
        raise Forbidden("Nobody decides about their own account", reason="self")
    if rank <= RANKS[target["role"]]:
        raise Forbidden("This account's role is not below yours", reason="rank")


async def _effect(tx: Tx, target: Any, kind: Kind) -> None:
    if kind == "warn":
        return
    account_id, user_id = target["id"], target["user_id"]
    if kind == "reset_factors":
        await second_factors.reset(tx, user_id)
        return
    state, value = EFFECTS[kind]
    if state == "is_disabled":
        await set_admission(tx, user_id, is_disabled=value)
    elif state == "is_approved":
        await set_admission(tx, user_id, is_approved=True)
        tx.touch(Fact.ACCOUNT, account_id)
        if target["is_suspended"]:  # rejected before
            await set_standing(tx, account_id, is_suspended=False)
    else:
        await set_standing(tx, account_id, **{state: value})
        if user_id is not None:
            tx.touch(Fact.LOGIN, user_id)


async def list_decisions(db: Db, account_id: int) -> list[Decision]:
    """What was decided about an account, newest first, with the reasons given."""
    rows = await db.fetch(Q.list_decisions, account_id)
    return [msgspec.convert(dict(row), Decision) for row in rows]


async def mark_decisions_read(tx: Tx, account_id: int) -> None:
    """The person has seen what was decided about them."""
    await tx.execute(Q.mark_decisions_read, account_id)


async def change_role(tx: Tx, moderator_id: int | None, target_id: int, role: Role) -> None:
    """Make somebody moderator, admin or member again. `moderator_id` None: the machine's owner.

    Only to a role below one's own; nobody becomes owner or stops being it this way.
    """
    target = await tx.fetchrow(Q.find_target, target_id, moderator_id, None)
    if target is None or target["user_id"] is None:
        raise NotFound
    if role == "owner" or target["role"] == "owner":
        raise Forbidden("A network has one owner, who stays it", reason="rank")
    if moderator_id is not None:
        rank = RANKS[target["moderator_role"]]
        if rank < RANKS["admin"] or rank <= max(RANKS[target["role"]], RANKS[role]):
            raise Forbidden("This action is not allowed", reason="rank")
    await set_role(tx, target["user_id"], target_id, role)
    tx.emit(AccountChanged(account_id=target_id))
