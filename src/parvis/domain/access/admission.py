"""Who may log in, and as what. Moderation decides; this only makes it so."""

from parvis.domain.accounts.types import Role
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")


async def set_admission(
    tx: Tx, user_id: int, *, is_disabled: bool | None = None, is_approved: bool = False
) -> None:
    """Disable or enable a log-in, or approve a sign-up. Tokens stay: enabled, they work again."""
    await tx.execute(Q.set_admission, user_id, is_disabled, is_approved)
    tx.touch(Fact.LOGIN, user_id)


async def set_role(tx: Tx, user_id: int, account_id: int, role: Role) -> None:
    await tx.execute(Q.set_role, user_id, role)
    tx.touch(Fact.LOGIN, user_id)
    tx.touch(Fact.ACCOUNT, account_id)  # the role is shown beside the name
