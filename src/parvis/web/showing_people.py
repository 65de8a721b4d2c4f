"""How the reader stands to the people on a page, and whom they might like to follow."""

from collections.abc import Sequence
from typing import Literal

from parvis.domain.accounts.types import ShownAccount
from parvis.domain.relationships import lookup
from parvis.domain.relationships.suggestions import Suggested, Suggestion
from parvis.domain.relationships.types import Relationship
from parvis.web.visit import Visit

# Which part of a page a form stands in: what is answered to a script.
View = Literal["button", "panel", "page", "suggestion", "mutes", "blocks", "requests", "request"]
Act = Literal[
    "follow",
    "options",
    "unfollow",
    "remove_follower",
    "accept",
    "reject",
    "gone",
    "mute",
    "unmute",
    "block",
    "unblock",
    "note",
    "endorse",
    "unendorse",
    "lists",
    "dismiss",
]
SUGGESTED = 3  # beside a home; the directory has more


async def standings(visit: Visit, ids: Sequence[int]) -> dict[int, Relationship]:
    """How the reader stands to each; nothing for visitors. One statement."""
    if not visit.viewer_id or not ids:
        return {}
    found = await lookup.list_relationships(visit.db, visit.viewer_id, ids)
    return {one.target_id: one for one in found}


async def standing(visit: Visit, account_id: int) -> Relationship | None:
    """How the reader stands to one; None for visitors."""
    return (await standings(visit, [account_id])).get(account_id)


async def familiar(visit: Visit, account_id: int) -> list[ShownAccount]:
    """Those whom the reader follows among somebody's followers; one statement."""
    if visit.viewer_id in (0, account_id):
        return []
    found = await lookup.list_familiar_followers(visit.db, visit.viewer_id, [account_id])
    return found[0][1] if found else []


async def suggested(visit: Visit, most: int = SUGGESTED) -> list[Suggestion]:
    """Whom the reader might like to follow; nothing for visitors. At most one statement."""
    if not visit.viewer_id:
        return []
    return await visit.db.kept(Suggested).show(visit.viewer_id, most)
