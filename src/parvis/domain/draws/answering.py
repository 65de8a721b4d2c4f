"""Winners accept or decline; who does not answer in time, or left, makes room for the next reserve.

All of it is logged.
"""

from datetime import timedelta
from typing import Any

from parvis.domain.draws.rows import hold, settle
from parvis.domain.draws.types import Announced, announced_of
from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.events import DrawMoved
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import append
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.draws")

SAID = {"accept": "accepted", "decline": "declined"}


async def answer(tx: Tx, account_id: int, draw_id: int, number: int, said: str) -> None:
    """A winner accepts or declines, as often as they like to say the same. Refused: it is too late."""
    if said not in SAID:
        raise Invalid("do", "Validation failed: There is no such act")
    held = await hold(tx, draw_id, number, "drawn")
    row = await tx.fetchrow(Q.find_asked, draw_id, number, account_id)
    if held is None or row is None:
        raise NotFound("You were not drawn here", reason="not_drawn")
    if row["state"] == SAID[said]:
        return
    if row["state"] != "asked" or row["answer_by"] <= now():
        raise Conflict("It is too late to answer", reason="answered")
    await _record(tx, held.log_id, draw_id, number, row, SAID[said])
    if said == "decline":
        await _call_next(
            tx, held.log_id, draw_id, number, row["place"], announced_of(held.announced)
        )
    await _go_on(tx, held.log_id, draw_id, number)


async def replace_silent(tx: Tx, draw_id: int, number: int) -> None:
    """Reserves take the places of those who did not answer in time, or whose account is gone."""
    held = await hold(tx, draw_id, number, "drawn")
    if held is None:
        return
    for row in await tx.fetch(Q.list_silent, draw_id, number, now()):
        how = "gone" if row["account_id"] is None else "silent"
        await _record(tx, held.log_id, draw_id, number, row, how)
        await _call_next(
            tx, held.log_id, draw_id, number, row["place"], announced_of(held.announced)
        )
    await _go_on(tx, held.log_id, draw_id, number)


async def _record(tx: Tx, log_id: int, draw_id: int, number: int, row: Any, how: str) -> None:
    said = entries.encode("answer", number=number, place=row["place"], answer=how)
    await append(tx, log_id, said)
    await tx.execute(Q.keep_answer, draw_id, number, row["rank"], how)


async def _call_next(
    tx: Tx, log_id: int, draw_id: int, number: int, place: int, announced: Announced
) -> None:
    """The next reserve is offered this place; one who may not win again is passed over."""
    answer_by = now() + timedelta(seconds=announced.answer_within_s)
    once = announced.again == "may not"
    entrant = await tx.fetchval(Q.call_next, draw_id, number, place, answer_by, once)
    said = entries.encode(
        "called", number=number, place=place, entrant=entrant.hex() if entrant else None
    )
    await append(tx, log_id, said)


async def _go_on(tx: Tx, log_id: int, draw_id: int, number: int) -> None:
    await tx.execute(Q.look_again, draw_id, number)
    tx.emit(DrawMoved(draw_id=draw_id, number=number))
    await settle(tx, draw_id, log_id)
