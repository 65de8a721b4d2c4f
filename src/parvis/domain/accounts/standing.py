"""An account's standing: suspended, limited, sensitised. Moderation decides; here it becomes so."""

from parvis.domain.events import AccountReinstated, AccountSuspended
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.accounts")


async def set_standing(
    tx: Tx,
    account_id: int,
    *,
    is_suspended: bool | None = None,
    is_limited: bool | None = None,
    is_sensitized: bool | None = None,
) -> None:
    """Change what is not None. Told: AccountSuspended or AccountReinstated.

    Nothing is deleted, so that nothing has to be restored: a suspended account's statuses, follows
    and reactions are there and shown to nobody.
    """
    await tx.execute(Q.set_standing, account_id, is_suspended, is_limited, is_sensitized)
    # Every verdict on a status rests on its author's row, so this one slot hides or shows them all.
    tx.touch(Fact.ACCOUNT, account_id)
    tx.touch(Fact.AUTHORED, account_id)
    tx.touch(Fact.PUBLIC, 0)
    if is_suspended is None:
        return
    tx.touch(Fact.ACCOUNT_COUNTERS, account_id)
    # Lists of ids kept for home timelines left out what could not be seen: of this author, and of
    # whoever reblogged them. All homes are read anew rather than searched for those.
    tx.touch(Fact.HOME, 0)
    tx.emit(AccountSuspended(account_id) if is_suspended else AccountReinstated(account_id))
