"""Draws as pages show them: public, but for the words of an author who is suspended or gone."""

from typing import Any

import msgspec

from parvis.domain.draws.types import Draw, Drawing, Winner
from parvis.domain.errors import NotFound
from parvis.domain.paging import paged
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.paging import Page

Q = queries("parvis.domain.draws")


class Own(msgspec.Struct, frozen=True):
    """What a draw is to whoever reads: whether they are in, and what they were offered."""

    is_in: bool
    was_in: bool
    wins: tuple[Winner, ...]


NOTHING = Own(is_in=False, was_in=False, wins=())


async def find(db: Db, draw_id: int) -> Draw:
    """A draw with all its drawings. Two statements."""
    row = await db.fetchrow(Q.find, draw_id)
    if row is None:
        raise NotFound
    return _draw(row, await db.fetch(Q.list_drawings, draw_id))


def _draw(row: Any, drawings: list[Any]) -> Draw:
    told = dict(row)
    if not told.pop("is_present"):
        told["title"] = told["prizes"] = ""
    return Draw(**told, drawings=tuple(Drawing(**dict(one)) for one in drawings))


async def list_winners(db: Db, draw_id: int) -> list[Winner]:
    """Who was drawn, by drawing, in the order of their tickets."""
    return [_winner(row) for row in await db.fetch(Q.list_winners, draw_id)]


def _winner(row: Any) -> Winner:
    return msgspec.convert(dict(row), Winner)


async def find_own(db: Db, draw_id: int, account_id: int) -> Own:
    """What it is to this account. Two statements."""
    row = await db.fetchrow(Q.find_entered, draw_id, account_id)
    wins = [one for one in await list_winners(db, draw_id) if one.account_id == account_id]
    return Own(row is not None and row["is_in"], row is not None, tuple(wins))


class Line(msgspec.Struct, frozen=True):
    """A draw in a list."""

    id: int
    account_id: int
    method: str
    title: str
    stage: int
    drawings: int
    frozen_at: Any  # of the drawing that is open, or the last one
    due_at: Any
    state: str
    entrants: int
    cancelled_at: Any
    closed_at: Any


async def list_draws(db: Db, page: Page) -> list[Line]:
    """All draws, the newest first."""
    return [Line(**dict(row)) for row in await paged(db, Q, "list", page)]


async def list_entrants(db: Db, draw_id: int, most: int) -> list[tuple[str, int]]:
    """Pseudonym and account of those who are in: for an author who selects."""
    rows = await db.fetch(Q.list_entrants, draw_id, most)
    return [(row["entrant"].hex(), row["account_id"]) for row in rows]


async def find_of_status(db: Db, status_id: int) -> int:
    """The draw that a status announces."""
    found = await db.fetchval(Q.find_of_status, status_id)
    if found is None:
        raise NotFound
    return found
