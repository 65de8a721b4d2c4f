"""Changing one's vote where the poll allows it: the last one counts, and every one is in the log."""

from typing import Any

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Conflict, Refused
from parvis.domain.events import BallotCast
from parvis.domain.polls import ballot
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.polls")


async def change(
    tx: Tx, account_id: int, poll_id: int, choices: list[int]
) -> tuple[str | None, bytes | None]:
    """Replace one's ballot; answers the log's name and the entry. The same choices again change nothing.

    The ballot is held, so that of two changes at once the second un-counts the first. Refused: the poll is
    over meanwhile. Two statements. Told: BallotCast.
    """
    _, held = await gate_and(tx, Act(account_id, "vote"), Q.hold_cast, account_id, poll_id)
    if held["status_id"] is None:
        raise Refused("Validation failed: The poll has already ended", reason="ended")
    if not held["is_sequenced"]:
        raise Conflict("Your vote is just being counted: try again", reason="being_counted")
    before = list(held["choices"])
    entry = _entry(held)
    if before == choices:
        return held["origin"], entry
    made = None
    replaces = leaf_hash(entry) if entry is not None else None
    if held["secret"] is not None and replaces is not None:
        made = ballot.make(
            held["secret"],
            account_id,
            choices,
            is_sealed=held["hides_totals"],
            replaces=replaces,
        )
    tx.touch(Fact.VIEWER, account_id)
    tx.touch(Fact.STATUS_COUNTERS, held["status_id"])
    tx.told = True
    await tx.execute(
        Q.change,
        poll_id,
        account_id,
        choices,
        _difference(held, before, choices),
        replaces if made is not None else None,
        held["log_id"],
        made and made.entry,
        made and made.commitment,
        made and made.opening and made.opening.salt,
        made and made.opening and made.opening.text,
        BallotCast.kind(),
        held["status_id"],
        sorted(tx.touched),
    )
    return (held["origin"], made.entry) if made is not None else (None, None)


def _difference(held: Any, before: list[int], after: list[int]) -> list[int]:
    """What the change adds to each option's tally; of a ranking the first choice counts there."""
    if held["is_ranked"]:
        before, after = before[:1], after[:1]
    options: int = held["options"]
    return [(option in after) - (option in before) for option in range(options)]


def _entry(held: Any) -> bytes | None:
    """The ballot as it stands in the log; None: the poll has none."""
    if held["voter"] is None:
        return None
    return ballot.entry_of(
        held["voter"].hex(), list(held["choices"]), held["commitment"], held["replaces"]
    )
