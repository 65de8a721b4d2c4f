"""Whether accounts keep the rules of who may vote. Asked only in polls that have any: others cost nothing."""

from collections.abc import Sequence
from typing import Any

from parvis.domain.errors import Forbidden
from parvis.domain.statuses.eligible import Rule, said
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")


async def find_barred(
    by: Db | Tx, wanted: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Rule]:
    """Of pairs (poll, account) those that may not vote, and the rule that says so. One statement."""
    rows = await by.fetch(Q.barred, [poll for poll, _ in wanted], [who for _, who in wanted])
    return {(row["poll_id"], row["account_id"]): _rule(row) for row in rows}


async def find_rules_against(db: Db, account_id: int, polls: Sequence[int]) -> dict[int, Rule]:
    """Of polls those in which this account may not vote, and the rule that says so. One statement."""
    rows = await db.fetch(Q.barred, list(polls), [account_id] * len(polls))
    return {row["poll_id"]: _rule(row) for row in rows}


def _rule(row: Any) -> Rule:
    value = row["value"]
    return Rule(row["rule"], int(value) if value is not None and value.isdecimal() else value)


def ineligible(rule: Rule) -> Forbidden:
    """The refusal of a vote by somebody the poll is not for."""
    return Forbidden(f"This poll is open only to {said(rule)}", reason=f"ineligible_{rule.name}")
