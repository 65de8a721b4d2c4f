"""A network goes over to another owner: by whoever runs the machine, since nobody may decide it alone."""

from parvis.domain.access.admission import set_role
from parvis.domain.errors import Forbidden, NotFound
from parvis.domain.events import AccountChanged
from parvis.domain.network import settings
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.moderation")


async def hand_over(tx: Tx, target_id: int) -> None:
    """The account's person owns the network from now on; who owned it becomes an admin.

    Refused: a person who may not act, or who owns it already.
    """
    target = await tx.fetchrow(Q.find_target, target_id, None, None)
    if target is None or target["user_id"] is None:
        raise NotFound
    if target["role"] == "owner":
        raise Forbidden(f"{target['username']} owns this network already", reason="state")
    if target["is_suspended"] or target["is_disabled"] or not target["is_approved"]:
        raise Forbidden(f"{target['username']} may not act at the moment", reason="state")
    for row in await tx.fetch(Q.list_owners):
        await set_role(tx, row["user_id"], row["account_id"], "admin")
        tx.emit(AccountChanged(account_id=row["account_id"]))
    await set_role(tx, target["user_id"], target_id, "owner")
    await settings.change(tx, contact_account_id=target_id)
    tx.emit(AccountChanged(account_id=target_id))
