"""Taking somebody's second factors away, for whom a lost telephone locked out. Moderation decides it."""

from parvis.domain.errors import Forbidden
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")


async def reset(tx: Tx, user_id: int) -> None:
    """The password alone logs in again. Refused: there is nothing to take away."""
    if not await tx.fetchval(Q.reset_factors, user_id):
        raise Forbidden("This person has no second factor", reason="no_factors")
