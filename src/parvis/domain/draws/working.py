"""What the worker does for draws: moves on each drawing that is due, one step after the other.

A drawing says itself when it is looked at next; it is looked at again a minute later when that was
lost with a killed process. Every step finds in the drawing's state whether it was done.
"""

from datetime import datetime, timedelta
from typing import Any

from parvis.domain.draws import answering, beacons, drawing, freezing, publication
from parvis.domain.draws.rows import Held, held_of
from parvis.infra import jobs
from parvis.infra.clock import now
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.protocols import draws as formats

Q = queries("parvis.domain.draws")

JOB = "move_draw"
LIMIT_S = 600
AGAIN = timedelta(seconds=60)
BATCH = 100
STEPS_MOST = 6


async def tell_due(tx: Tx) -> int:
    """Have those drawings moved on whose time has come; answers how many."""
    rows = await tx.fetch(Q.lease_due, now(), AGAIN, BATCH)
    told = [{"draw_id": row["draw_id"], "number": row["number"]} for row in rows]
    await jobs.enqueue(tx, JOB, *told)
    return len(rows)


async def move(means: Means, payload: dict[str, Any]) -> None:
    """The job: go on until something has to be waited for."""
    draw_id, number = int(payload["draw_id"]), int(payload["number"])
    for _ in range(STEPS_MOST):
        row = await means.db.fetchrow(Q.find_drawing, draw_id, number)
        if row is None:
            return
        held = held_of(row)
        await _step(means, held)
        after = await means.db.fetchrow(Q.find_drawing, draw_id, number)
        if after is None or after["state"] == held.state:
            if held.state in ("frozen", "shown"):
                await means.db.run(_put_off, held, next_look(held))
            return


def next_look(held: Held) -> datetime:
    """When to look again at what others have to do: a list has to be seen in time, and a round that is late
    is asked for ever more seldom.
    """
    moment = now()
    left_s = (held.due_at - moment).total_seconds()
    if left_s > 0 and held.state == "shown":
        return held.due_at
    wait_s = min(max(left_s / 20, 1), 30) if left_s > 0 else min(max(-left_s / 10, 2), 600)
    return moment + timedelta(seconds=wait_s)


async def _step(means: Means, held: Held) -> None:
    db = means.db
    if held.state == "open":
        await db.run(freezing.freeze, held.draw_id, held.number)
    elif held.state == "freezing":
        was_known = await _is_signed(means, held)
        await freezing.log_root(db, held.draw_id, held.number, was_known=was_known)
    elif held.state == "frozen":
        await publication.look(db, held.draw_id, held.number)
    elif held.state == "shown":
        await _draw(means, held)
    elif held.state == "drawn":
        await db.run(answering.replace_silent, held.draw_id, held.number)


async def _is_signed(means: Means, held: Held) -> bool:
    """Whether the round that is to come is there already: then a clock is wrong, and nothing may be drawn."""
    if held.method == "selected":
        return False
    source = formats.parse_terms(held.manifest).sources[0]
    return await beacons.fetch(means.outgoing, means.beacons, source, held.announced) is not None


async def _draw(means: Means, held: Held) -> None:
    if held.method == "selected" or now() < held.due_at or held.before:
        return
    found = await beacons.find(means.outgoing, means.beacons, held)
    if found is not None:
        await drawing.draw(means.db, held, *found)


async def _put_off(tx: Tx, held: Held, until: datetime) -> None:
    await tx.execute(Q.put_off, held.draw_id, held.number, held.state, until)
