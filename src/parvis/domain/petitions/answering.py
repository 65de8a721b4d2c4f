"""The addressee's answer: by their account, or by a link that the author gives them."""

import secrets

from parvis.domain.access.logins import digest
from parvis.domain.errors import Conflict, Invalid, NotFound
from parvis.domain.petitions import record
from parvis.domain.petitions.tally import end_log
from parvis.domain.transparency import openings
from parvis.domain.words import clean
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.petitions")

ANSWER_LONGEST = 20_000
PATH = "/petitions/answers/"


async def make_link(tx: Tx, account_id: int, petition_id: int) -> str:
    """Another link for the addressee of one's own petition, shown this once; the one before works no more."""
    secret = secrets.token_urlsafe(32)
    if await tx.fetchval(Q.set_answer_link, account_id, petition_id, digest(secret)) is None:
        raise NotFound(
            "You have no petition of this id that waits for an answer", reason="no_petition"
        )
    return secret


async def find_by_link(db: Db, secret: str) -> int:
    """The petition that a link lets its holder answer. Refused: there is none."""
    found = await db.fetchval(Q.find_by_answer_link, digest(secret))
    if found is None:
        raise NotFound("This link works no more", reason="link")
    return found


async def answer(
    tx: Tx, petition_id: int, text: str, *, account_id: int | None = None, secret: str = ""
) -> None:
    """Answer a petition, once, as its addressee. One statement, one more when the petition is over.

    Refused: this is not its addressee, or it has its answer.
    """
    text = clean(text, "answer", ANSWER_LONGEST).strip()
    if not text:
        raise Invalid("answer", "Validation failed: Answer can't be blank", reason="ERR_BLANK")
    one = openings.sealed(text)
    link = digest(secret) if secret else None
    words = (one.hashed, one.salt, one.text, link)
    row = await tx.fetchrow(
        Q.answer, petition_id, account_id, text, record.answer(one.hashed), *words
    )
    if row is None:
        raise Conflict("This petition is not yours to answer, or has its answer", reason="answered")
    if row["status_id"] is not None:
        tx.touch(Fact.STATUS, row["status_id"])  # its card says so
    if row["is_over"]:
        await end_log(tx, row["log_id"])
