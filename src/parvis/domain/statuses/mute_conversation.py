"""Muting a conversation: its replies and mentions notify no more."""

from parvis.domain.errors import NotFound
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.statuses")


async def mute_conversation(tx: Tx, account_id: int, status_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    if await tx.fetchval(Q.mute_conversation, account_id, status_id) is None:
        raise NotFound


async def unmute_conversation(tx: Tx, account_id: int, status_id: int) -> None:
    tx.touch(Fact.VIEWER, account_id)
    if await tx.fetchval(Q.unmute_conversation, account_id, status_id) is None:
        raise NotFound
