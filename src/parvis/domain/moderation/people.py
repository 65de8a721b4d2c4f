"""What staff do for the people behind accounts: a way back in, an address confirmed.

Only for those who stand below: who resets a password could log in as that person.
"""

from typing import Any

from parvis.domain.access import confirmations, links
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.events import MailWanted
from parvis.domain.moderation.decisions import RANKS, check_rank
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.moderation")


async def send_password_letter(tx: Tx, moderator_id: int | None, target_id: int) -> None:
    """Send somebody a link to choose a new password. Told: MailWanted."""
    target = await _find(tx, moderator_id, target_id)
    tx.emit(MailWanted(user_id=target["user_id"], letter="password"))


async def make_password_link(tx: Tx, moderator_id: int | None, target_id: int) -> str:
    """The secret of such a link, to hand over by another way than mail; for those who run the network."""
    target = await _find(tx, moderator_id, target_id)
    if moderator_id is not None and RANKS[target["moderator_role"]] < RANKS["admin"]:
        raise Forbidden("This is for the network's owner and admins", reason="not_admin")
    return await links.make(tx, "password", target["user_id"])


async def confirm_address(tx: Tx, moderator_id: int | None, target_id: int) -> None:
    """Take somebody's e-mail address as theirs, without the letter."""
    target = await _find(tx, moderator_id, target_id)
    await confirmations.confirm_user(tx, target["user_id"])


async def _find(tx: Tx, moderator_id: int | None, target_id: int) -> Any:
    target = await tx.fetchrow(Q.find_target, target_id, moderator_id, None)
    if target is None:
        raise NotFound
    if moderator_id is not None:
        check_rank(target, moderator_id)
    if target["user_id"] is None:
        raise Invalid("account_id", "Validation failed: this is for people of this network")
    return target
