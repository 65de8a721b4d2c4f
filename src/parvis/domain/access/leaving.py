"""Leaving for good: the login closes with the account, and forgets whose it was."""

from parvis.domain.access import sessions, tokens
from parvis.domain.accounts import leaving
from parvis.domain.errors import Forbidden
from parvis.domain.events import AccountLeft, MailWanted
from parvis.infra import jobs
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

ERASE = "erase_account"


async def leave(tx: Tx, account_id: int, user_id: int) -> None:
    """The person, who proved who they are, leaves. Told: AccountLeft, a last letter.

    Refused: the network's only owner. The username stays taken for ever, so that nobody is ever
    taken for them.
    """
    email = await tx.fetchval(Q.leave, user_id)
    if email is None:
        raise Forbidden("The network's only owner cannot leave it", reason="sole_owner")
    await leaving.leave(tx, account_id)
    await sessions.end_all(tx, user_id)
    await tokens.revoke_all(tx, user_id)
    await tx.fetchval(Q.reset_factors, user_id)
    tx.touch(Fact.LOGIN, user_id)
    tx.emit(MailWanted(user_id=user_id, letter="left", argument=email))
    tx.emit(AccountLeft(account_id=account_id))
    await jobs.enqueue(tx, ERASE, {"account_id": account_id})


async def erase_some(tx: Tx, account_id: int) -> int:
    """Sessions and tokens that have ended: who used what, and when. The login once more: an address or
    a preference may have been on its way while the person left.
    """
    user_id = await tx.fetchval(Q.user_of, account_id)
    await tx.execute(Q.leave, user_id)
    await tx.execute(Q.erase, user_id)
    return 0
