"""What an account says of another: a note for itself, an endorsement for everybody."""

from parvis.domain.accounts.gate import Act, gate
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.relationships.follows import touch_pair
from parvis.domain.words import clean
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

NOTE_LONGEST = 2_000


async def note(tx: Tx, account_id: int, target_id: int, comment: str) -> None:
    """Note something about somebody, seen by nobody else. Blank: no note."""
    comment = clean(comment, "comment", NOTE_LONGEST * 10).strip()
    if len(comment) > NOTE_LONGEST:
        raise Invalid(
            "comment",
            f"Validation failed: Comment is too long (maximum is {NOTE_LONGEST} characters)",
            reason="ERR_TOO_LONG",
        )
    tx.touch(Fact.VIEWER, account_id)
    if not await tx.fetchval(Q.note, account_id, target_id, comment):
        raise NotFound


async def endorse(tx: Tx, account_id: int, target_id: int) -> None:
    """Show somebody one follows on one's page."""
    await gate(tx, Act(account_id, "change_account"))
    touch_pair(tx, account_id, target_id)
    is_followed = await tx.fetchval(Q.endorse, account_id, target_id)
    if is_followed is None:
        raise NotFound
    if not is_followed:
        raise Invalid(
            "id",
            "Validation failed: You must be already following the person you want to endorse",
            reason="ERR_NOT_FOLLOWED",
        )


async def unendorse(tx: Tx, account_id: int, target_id: int) -> None:
    """No longer show somebody on one's page."""
    touch_pair(tx, account_id, target_id)
    if not await tx.fetchval(Q.unendorse, account_id, target_id):
        raise NotFound
