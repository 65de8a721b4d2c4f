"""Questions to those who speak, each voted for by whoever would like an answer."""

from typing import Any

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.events import RoomChanged
from parvis.domain.words import clean
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

LONGEST = 280
OWN_MOST = 5  # of one person in one room that wait for an answer


async def ask(tx: Tx, account_id: int, room_id: int, text: str) -> None:
    """Ask something; who asks wants an answer too. The same question again is the same. Two statements.
    Told: RoomChanged.
    """
    words = " ".join(clean(text, "text", LONGEST).split())
    if not words:
        raise Invalid("text", "Validation failed: Text can't be blank", reason="ERR_BLANK")
    act = Act(account_id, "publish")
    _, row = await gate_and(tx, act, Q.ask, account_id, room_id, words, OWN_MOST)
    _check_open(row)
    if row["is_asked"]:
        tx.emit(RoomChanged(room_id=room_id))
    elif not row["is_there"]:
        raise Conflict("You have asked enough for now", reason="many_questions")


async def vote(tx: Tx, account_id: int, room_id: int, question_id: int, *, wants: bool) -> None:
    """Want an answer to a question, or no longer; twice is once. Two statements. Told: RoomChanged."""
    act = Act(account_id, "vote")
    _, row = await gate_and(
        tx, act, Q.want if wants else Q.want_not, account_id, room_id, question_id
    )
    _check_open(row)
    if not row["is_there"]:
        raise NotFound
    if row["is_counted"]:
        tx.emit(RoomChanged(room_id=room_id))


async def answer(tx: Tx, account_id: int, room_id: int, question_id: int, act: str) -> None:
    """A host says that a question is answered now (`take`), was (`answered`) or was not (`unanswered`), or
    removes it (`remove_question`), which who asked may as well. One statement. Told: RoomChanged.
    """
    row = await tx.fetchrow(Q.answer, account_id, room_id, question_id, act)
    if row is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This room is not yours", reason="not_host")
    if row["is_done"]:
        tx.emit(RoomChanged(room_id=room_id))


def _check_open(row: Any) -> None:
    if row["id"] is None:
        raise NotFound
    if row["state"] in ("ended", "published"):
        raise Conflict("The room is over", reason="room_ended")
