"""Drawing: the round is there, so the tickets are; and selecting, where the author picks by hand.

Both end alike: winners are offered their prize, in the order of their tickets or of the author's choice.
"""

import asyncio
import re
from datetime import timedelta

from parvis.domain.draws import beacons
from parvis.domain.draws.rows import Held, hold, settle, show_anew
from parvis.domain.draws.types import announced_of
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.events import DrawMoved
from parvis.domain.transparency import entries
from parvis.domain.transparency.appending import append
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import draws as formats
from parvis.protocols.drand import Beacon
from parvis.protocols.draws import Outcome

Q = queries("parvis.domain.draws")


async def draw(db: Db, held: Held, place: int, beacon: Beacon) -> None:
    """Draw from a frozen list by its round, and log who won. Done again, it ends the same."""
    leaves = [row["leaf"] for row in await db.fetch(Q.frozen_leaves, held.draw_id, held.number)]
    before = {row["leaf"] for row in await db.fetch(Q.won_before, held.draw_id, held.number)}
    outcome = await asyncio.to_thread(
        formats.draw, held.manifest, leaves, beacon.randomness, before
    )
    if outcome.root != held.root:
        raise RuntimeError("the frozen list is not what was logged")
    await db.run(_keep, held, place, beacon, outcome)


async def _keep(tx: Tx, of: Held, place: int, beacon: Beacon, outcome: Outcome) -> None:
    held = await hold(tx, of.draw_id, of.number, "shown")
    if held is None:
        return
    told = beacons.written(beacon)
    drawn = [one.leaf for one in outcome.winners + outcome.reserves]
    names = await _offer(tx, held, drawn, len(outcome.winners))
    said = entries.encode(
        "drawn",
        number=held.number,
        source=place,
        beacon=told,
        left_out=outcome.left_out,
        winners=names[: len(outcome.winners)],
        reserves=names[len(outcome.winners) :],
    )
    await append(tx, held.log_id, said)
    await tx.execute(Q.keep_drawn, held.draw_id, held.number, place, told, now())
    await _end(tx, held)


async def _offer(tx: Tx, held: Held, leaves: list[bytes], winners: int) -> list[str]:
    """Write down who was drawn, by the hashes of their entries; answers their pseudonyms in that order."""
    answer_by = now() + timedelta(seconds=announced_of(held.announced).answer_within_s)
    rows = await tx.fetch(Q.offer, held.draw_id, held.number, leaves, winners, answer_by)
    return [row["entrant"].hex() for row in sorted(rows, key=lambda row: row["rank"])]


async def _end(tx: Tx, held: Held) -> None:
    tx.emit(DrawMoved(draw_id=held.draw_id, number=held.number))
    show_anew(tx, held)
    await settle(tx, held.draw_id, held.log_id)


async def select(tx: Tx, account_id: int, draw_id: int, entrants: list[str]) -> None:
    """The author picks who wins, in this order. The log and every page say "selected".

    Refused: before the list is frozen, more or fewer than were announced, who is not on the list.
    """
    held = await hold(tx, draw_id, 1, "shown")
    if held is None or held.method != "selected":
        raise NotFound("There is nothing to select in this draw", reason="no_drawing")
    if held.account_id != account_id:
        raise Forbidden("This draw is not yours", reason="not_yours")
    wanted = [bytes.fromhex(one) for one in dict.fromkeys(entrants) if _is_name(one)]
    most = announced_of(held.announced).winners
    found = await tx.fetch(Q.leaves_of, draw_id, wanted)
    if not 1 <= len(wanted) <= most or len(found) < len(wanted):
        raise Invalid("entrants", f"Validation failed: Choose 1 to {most} of those who entered")
    leaf_of = {row["entrant"]: row["leaf"] for row in found}
    names = await _offer(tx, held, [leaf_of[one] for one in wanted], len(wanted))
    await append(tx, held.log_id, entries.encode("selected", number=1, winners=names))
    await tx.execute(Q.keep_drawn, draw_id, 1, None, None, now())
    await _end(tx, held)


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{32}", text) is not None
