"""Following, asking to follow, and answering those who ask.

What decides between two accounts holds their pair first (sql/hold_pair.sql), so that a follow and a
block that race never both stand; counters move only with the row that changed, in its statement.
"""

import re
from typing import Any

import msgspec

from parvis.domain.accounts.gate import Act, gate_and
from parvis.domain.errors import Forbidden, Invalid, NotFound
from parvis.domain.events import Followed, FollowRequested, Unfollowed
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

# Mastodon's: so many at least, then a tenth more than one's own followers. Slows mass following.
FOLLOWING_MOST = 7_500
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
LANGUAGES_MOST = 100
ACCEPTED_AT_ONCE = 50


class FollowOptions(msgspec.Struct, frozen=True):
    """What a follower wants to meet. None: as it is, or the default when new."""

    shows_reblogs: bool | None = None
    notifies: bool | None = None
    languages: list[str] | None = None  # []: all


async def follow(tx: Tx, account_id: int, target_id: int, options: FollowOptions) -> None:
    """Follow, or ask to; when already so, only the options change.

    Two statements. Refused: oneself, who moved away, a block in either direction. Told: Followed or
    FollowRequested, once.
    """
    _check(options)
    await gate_and(tx, Act(account_id, "follow"), Q.hold_pair, account_id, target_id)
    if account_id == target_id:
        raise Forbidden
    touch_pair(tx, account_id, target_id)
    tx.told = True
    word = await tx.fetchval(
        Q.follow,
        account_id,
        target_id,
        options.shows_reblogs,
        options.notifies,
        options.languages,
        Followed.kind(),
        FollowRequested.kind(),
        sorted(tx.touched),
        FOLLOWING_MOST,
    )
    if word is None:
        raise NotFound
    if word == "forbidden":
        raise Forbidden
    if word == "too_many":
        raise Invalid(
            "id",
            f"Validation failed: You can't follow more than {FOLLOWING_MOST} people",
            reason="ERR_TOO_MANY",
        )


def _check(options: FollowOptions) -> None:
    languages = options.languages or []
    if len(languages) > LANGUAGES_MOST or not all(map(LANGUAGE.fullmatch, languages)):
        raise Invalid(
            "languages",
            "Validation failed: Languages must be ISO 639-1 codes such as fr or en",
        )


async def unfollow(tx: Tx, account_id: int, target_id: int) -> None:
    """Unfollow, or withdraw a request. Told: Unfollowed, when there was either."""
    touch_pair(tx, account_id, target_id)
    tx.told = True
    is_there = await tx.fetchval(
        Q.unfollow, account_id, target_id, Unfollowed.kind(), sorted(tx.touched)
    )
    if not is_there:
        raise NotFound


async def remove_from_followers(tx: Tx, account_id: int, follower_id: int) -> None:
    """End somebody's following of this account, without blocking them."""
    await unfollow(tx, follower_id, account_id)


async def authorize(tx: Tx, account_id: int, follower_id: int) -> None:
    """Let somebody who asked follow. Told: Followed."""
    await tx.execute(Q.hold_pair, account_id, follower_id)
    touch_pair(tx, follower_id, account_id)
    tx.told = True
    if not await tx.fetchval(
        Q.authorize, [follower_id], account_id, Followed.kind(), sorted(tx.touched)
    ):
        raise NotFound


async def accept_waiting(means: Means, payload: dict[str, Any]) -> None:
    """A job: an account asks to be asked no longer, so those who wait follow it now."""
    while await means.db.run(_accept_some, payload["account_id"]) == ACCEPTED_AT_ONCE:
        pass


async def _accept_some(tx: Tx, account_id: int) -> int:
    rows = await tx.fetch(Q.waiting, account_id, ACCEPTED_AT_ONCE)
    follower_ids = [row["account_id"] for row in rows]
    if follower_ids:
        for follower_id in follower_ids:
            touch_pair(tx, follower_id, account_id)
        tx.told = True
        slots = sorted(tx.touched)
        await tx.fetchval(Q.authorize, follower_ids, account_id, Followed.kind(), slots)
    return len(rows)


async def reject(tx: Tx, account_id: int, follower_id: int) -> None:
    """Do not let somebody who asked follow. Told: Unfollowed."""
    touch_pair(tx, follower_id, account_id)
    tx.told = True
    if not await tx.fetchval(
        Q.reject, follower_id, account_id, Unfollowed.kind(), sorted(tx.touched)
    ):
        raise NotFound


def touch_pair(tx: Tx, account_id: int, target_id: int) -> None:
    """What a change between two accounts makes stale: sight, homes, counters, notices of both."""
    for id_ in (account_id, target_id):
        for fact in (Fact.VIEWER, Fact.HOME, Fact.ACCOUNT_COUNTERS, Fact.NOTIFICATIONS):
            tx.touch(fact, id_)
