"""A drawing held by whoever moves it on, and how it ends without winners."""

from datetime import datetime
from typing import Any

import msgspec

from parvis.domain.draws.types import Method, State
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import append, close_log
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.draws")


class Held(msgspec.Struct, frozen=True):
    """A drawing, its draw's row held with it. `before`: a drawing before it is not decided yet."""

    draw_id: int
    number: int
    log_id: int
    account_id: int
    status_id: int | None
    method: Method
    announced: bytes
    stage: int
    manifest: bytes
    frozen_at: datetime
    due_at: datetime
    state: State
    root: bytes | None
    root_leaf: bytes | None
    told: bytes | None
    supplied: dict[str, Any] | None
    shown_at: datetime | None
    before: bool


def held_of(row: Any) -> Held:
    return msgspec.convert(dict(row), Held)


async def hold(tx: Tx, draw_id: int, number: int, *states: State) -> Held | None:
    """Hold a draw and answer its drawing; None when that is in none of these states any more."""
    await tx.execute(Q.hold, draw_id)
    row = await tx.fetchrow(Q.find_drawing, draw_id, number)
    held = held_of(row) if row is not None else None
    return held if held is not None and held.state in states else None


def show_anew(tx: Tx, held: Held) -> None:
    """Its drawing moves on, and the card of its message says how far it is."""
    if held.status_id is not None:
        tx.touch(Fact.STATUS, held.status_id)


async def void(tx: Tx, held: Held, why: str) -> None:
    """A drawing decides nothing; the log says why."""
    await tx.execute(Q.void, held.draw_id, held.number, why)
    show_anew(tx, held)
    await append(tx, held.log_id, entries.encode("void", number=held.number, why=why))
    await settle(tx, held.draw_id, held.log_id)


async def settle(tx: Tx, draw_id: int, log_id: int) -> None:
    """Close a held draw when nothing is left to wait for."""
    if await tx.fetchval(Q.is_settled, draw_id):
        await close_log(tx, log_id, entries.encode("closed"))
        await tx.execute(Q.close, draw_id)
