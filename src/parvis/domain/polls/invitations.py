"""Invitations to vote: links that the author of a poll hands out, each for one account.

Who used which is not kept: the author learns how many were, and nobody whose ballot it was.
"""

import msgspec

from parvis.domain.errors import Forbidden, NotFound
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
CODE_LONGEST = 100


class Invitation(msgspec.Struct, frozen=True):
    code: str
    is_used: bool


class Invited(msgspec.Struct, frozen=True):
    """An invitation as whoever opens it finds it."""

    poll_id: int
    status_id: int
    is_used: bool
    is_over: bool
    is_own: bool
    is_elector: bool  # this account may vote by an invitation already


async def list_invitations(db: Db, account_id: int, poll_id: int) -> list[Invitation]:
    """Those of one's own poll, unused first. Refused: somebody else's, or one that has none."""
    rows = await db.fetch(Q.list_invitations, account_id, poll_id)
    if not rows:
        raise NotFound("You have no poll with invitations of this id", reason="no_poll")
    return [Invitation(*row.values()) for row in rows]


async def find_invitation(db: Db | Tx, account_id: int, code: str) -> Invited:
    """What an invitation is to, for somebody who may see it."""
    if not code.isascii() or not code.isprintable():  # NUL among them, which no database takes
        raise NotFound
    row = await db.fetchrow(Q.find_invitation, account_id, code[:CODE_LONGEST])
    if row is None:
        raise NotFound
    return Invited(*row.values())


async def use_invitation(tx: Tx, account_id: int, code: str) -> Invited:
    """Use an invitation; again by the same account is the same. 1-3 statements."""
    found = await find_invitation(tx, account_id, code)
    if found.is_elector:
        return found
    if found.is_own:
        raise Forbidden("An author does not vote in their own poll", reason="own_poll")
    if found.is_over:
        raise Forbidden("The poll has already ended", reason="ended")
    done = await tx.fetchrow(Q.use_invitation, account_id, code)
    if done["is_enrolled"] != done["is_used"]:
        raise _used()
    # A double click finds itself enrolled by the other.
    if done["is_enrolled"] or (await find_invitation(tx, account_id, code)).is_elector:
        return found
    raise _used()


def _used() -> Forbidden:
    return Forbidden("This invitation was used already", reason="invitation_used")
