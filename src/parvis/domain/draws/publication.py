"""Whether a frozen list was published, and witnessed where the manifest asks for it, before its round."""

from parvis.domain.draws.rows import held_of, hold, void
from parvis.domain.draws.types import announced_of
from parvis.domain.transparency import entries
from parvis.infra.clock import now
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.draws")

NOT_SHOWN = "the frozen list was not published before its round"
NOT_WITNESSED = "no witness had seen the frozen list before its round"


async def look(db: Db, draw_id: int, number: int) -> None:
    """Note that the list is public, or that it was not in time."""
    row = await db.fetchrow(Q.find_drawing, draw_id, number)
    held = held_of(row)
    seen = await db.fetchrow(Q.find_publication, held.root_leaf, held.told, draw_id)
    is_witnessed = announced_of(held.announced).witnessed
    if held.told is None and seen["published"] is not None:
        checkpoint = notes.parse_checkpoint(notes.parse(seen["published"].encode()).text)
        told = leaf_hash(entries.checkpoint_entry(checkpoint, is_public=True))
        seen = await db.fetchrow(Q.find_publication, held.root_leaf, told, draw_id)
        await db.run(_note, draw_id, number, told)
    is_shown = seen["is_witnessed"] if is_witnessed else seen["is_told"]
    if now() >= held.due_at:
        why = NOT_WITNESSED if is_witnessed and seen["is_told"] else NOT_SHOWN
        await db.run(_miss, draw_id, number, why)
    elif is_shown:
        await db.run(_show, draw_id, number)


async def _note(tx: Tx, draw_id: int, number: int, told: bytes) -> None:
    await tx.execute(Q.note_told, draw_id, number, told)


async def _miss(tx: Tx, draw_id: int, number: int, why: str) -> None:
    held = await hold(tx, draw_id, number, "frozen")
    if held is not None:
        await void(tx, held, why)


async def _show(tx: Tx, draw_id: int, number: int) -> None:
    held = await hold(tx, draw_id, number, "frozen")
    if held is not None:
        await tx.execute(Q.show, draw_id, number, now())
