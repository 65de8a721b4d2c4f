"""Whether accounts keep the rules of who may vote. Asked only in polls that have any: others cost nothing."""

from collections.abc import Sequence

from parvis.domain.errors import Forbidden
from parvis.domain.statuses.eligible import SAID, Name
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")

# Each without its number or domain: the poll says them, and the refusal of one is the same in every poll.
ONLY: dict[Name, str] = {
    "account_age": "accounts that were old enough when it opened",
    "verified_domain": "accounts with a verified link to a certain domain",
    "invitation": "accounts that used an invitation to it",
    "email_domain": "accounts with a confirmed e-mail address at a certain domain",
}


async def find_barred(tx: Tx, wanted: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Name]:
    """Of pairs (poll, account) those that may not vote, and the rule that says so. One statement."""
    rows = await tx.fetch(Q.barred, [poll for poll, _ in wanted], [who for _, who in wanted])
    return {(row["poll_id"], row["account_id"]): row["rule"] for row in rows}


def ineligible(rule: Name) -> Forbidden:
    """The refusal of a vote by somebody the poll is not for."""
    return Forbidden(
        f"This poll is open only to {ONLY.get(rule) or SAID[rule]}", reason=f"ineligible_{rule}"
    )
