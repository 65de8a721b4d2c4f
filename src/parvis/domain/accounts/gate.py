"""The one gate before every publishing command: who is suspended, unconfirmed or too fast stops
here.

Later also supervision: an act of a supervised account is held here. A rule test finds publishing
commands that do not pass.
"""

from typing import Any, Literal

import msgspec

from parvis.domain.errors import Forbidden, TooMany
from parvis.domain.events import Visibility
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")

Verb = Literal[
    "publish",
    "edit",
    "reblog",
    "vote",
    "petition",
    "sign",
    "follow",
    "favourite",
    "report",
    "change_account",
    "upload",
    "list",
    "call",
]

HOUR, DAY = 3600.0, 86400.0
# Mastodon's own limits for what reaches other people; the doors limit requests as such.
LIMITS: dict[Verb, Limit] = {
    "publish": Limit(300, 3 * HOUR),
    "reblog": Limit(300, 3 * HOUR),
    "edit": Limit(300, 3 * HOUR),
    "follow": Limit(400, DAY),
    "report": Limit(400, DAY),
    "upload": Limit(300, 3 * HOUR),
    "petition": Limit(60, DAY),
    "call": Limit(60, HOUR),
}


class Act(msgspec.Struct, frozen=True):
    """Somebody is about to do something others will see."""

    account_id: int
    verb: Verb


class Standing(msgspec.Struct, frozen=True):
    """What the gate read of the one who acts, for the command that follows."""

    account_id: int
    username: str
    is_deleted: bool
    is_suspended: bool
    is_limited: bool
    is_sensitized: bool
    is_locked: bool
    is_pulled: bool
    is_disabled: bool
    is_confirmed: bool
    is_approved: bool
    default_visibility: Visibility
    default_sensitive: bool
    default_language: str | None


_standing = msgspec.json.Decoder(Standing)


async def gate(tx: Tx, act: Act) -> Standing:
    """Let an act pass or refuse it. One statement.

    A suspension that commits meanwhile is no gap: what a suspended account published is seen by
    nobody.
    """
    standing, _ = await gate_and(tx, act, Q.standing, act.account_id)
    return standing


async def gate_and(tx: Tx, act: Act, sql: str, *args: object) -> tuple[Standing, Any]:
    """The gate in one round trip with the statement that the command needs anyway; answers its row.

    `sql` selects `{{standing($n)}} as standing` besides its own columns. If it writes, a refusal
    here rolls it back: the command must let the refusal pass.
    """
    row = await tx.fetchrow(sql, *args)
    if row is None or row["standing"] is None:
        raise has_left()
    standing = _standing.decode(row["standing"])
    _admit(standing)
    limit = LIMITS.get(act.verb)
    if limit is not None:
        taken = tx.db.limits.take(limit, act.verb, act.account_id)
        if not taken.is_allowed:
            raise TooMany(retry_after_s=taken.retry_after_s)
    return standing, row


async def gate_each(tx: Tx, sql: str, *args: object) -> list[tuple[Forbidden | None, Any]]:
    """The gate for many who act at once, in the statement that does what they want; answers its rows, each
    with the refusal of whoever may not.

    `sql` selects `{{trouble(…)}} as trouble` besides its own columns, and writes nothing for rows in trouble.
    """
    return [(_refusal(row["trouble"]), row) for row in await tx.fetch(sql, *args)]


def has_left() -> Forbidden:
    """For who left between the gate and the writing."""
    return Forbidden("This account no longer exists", reason="deleted")


WORDS = {
    "suspended": "Your login is currently disabled",
    "unconfirmed": "Your login is missing a confirmed e-mail address",
    "unapproved": "Your login is currently pending approval",
}


def _refusal(trouble: str | None) -> Forbidden | None:
    if trouble == "":
        return None
    if trouble is None or trouble == "deleted":
        return has_left()
    return Forbidden(WORDS[trouble], reason=trouble)


def _admit(standing: Standing) -> None:
    trouble = ""
    if standing.is_deleted:
        trouble = "deleted"
    elif standing.is_suspended or standing.is_disabled:
        trouble = "suspended"
    elif not standing.is_confirmed:
        trouble = "unconfirmed"
    elif not standing.is_approved:
        trouble = "unapproved"
    refused = _refusal(trouble)
    if refused is not None:
        raise refused
