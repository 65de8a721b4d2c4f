"""What happened becomes notifications: handlers of the worker, one statement for a whole batch.

The unique index tells everything once, whatever is handled twice; what is undone takes its
notification with it.
"""

from collections.abc import Iterable
from typing import Any

from parvis.domain.events import (
    AccountRegistered,
    AccountReinstated,
    Blocked,
    DrawMoved,
    Followed,
    FollowRequested,
    NotificationsRead,
    PollClosed,
    ReportMade,
    SignatoriesAsked,
    StatusDeleted,
    StatusEdited,
    StatusFavourited,
    StatusPublished,
    StatusUnfavourited,
    Unfollowed,
)
from parvis.domain.wakes import wakes
from parvis.domain.wakes.wakes import Wake
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.notifications")


async def on_published(tx: Tx, told: list[StatusPublished]) -> None:
    await _tell(tx, Q.published, [one.status_id for one in told])


async def on_edited(tx: Tx, told: list[StatusEdited]) -> None:
    """Each edit is told anew, in the place of the one before; a mention only once."""
    status_ids = [one.status_id for one in told]
    await _forget(tx, Q.forget_edits, status_ids)
    await _tell(tx, Q.edited, status_ids)


async def on_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    await _forget(
        tx,
        Q.deleted,
        [one.status_id for one in told],
        [one.account_id for one in told],
        [one.reblog_of_id for one in told],
    )


async def on_favourited(tx: Tx, told: list[StatusFavourited]) -> None:
    await _tell(tx, Q.favourited, [one.status_id for one in told], [one.account_id for one in told])


async def on_unfavourited(tx: Tx, told: list[StatusUnfavourited]) -> None:
    await _forget(
        tx, Q.unfavourited, [one.status_id for one in told], [one.account_id for one in told]
    )


async def on_followed(tx: Tx, told: list[Followed]) -> None:
    await _tell(tx, Q.followed, *_pairs(told))
    await _forget(tx, Q.settle_requests, *_pairs(told))


async def on_follow_requested(tx: Tx, told: list[FollowRequested]) -> None:
    await _tell(tx, Q.follow_requested, *_pairs(told))


async def on_unfollowed(tx: Tx, told: list[Unfollowed]) -> None:
    await _forget(tx, Q.unfollowed, *_pairs(told))
    await _forget(tx, Q.settle_requests, *_pairs(told))


async def on_blocked(tx: Tx, told: list[Blocked]) -> None:
    await _forget(tx, Q.blocked, *_pairs(told))


async def on_poll_closed(tx: Tx, told: list[PollClosed]) -> None:
    await _tell(tx, Q.poll_closed, [one.poll_id for one in told])


async def on_draw_moved(tx: Tx, told: list[DrawMoved]) -> None:
    """Those who were drawn, and those in reserve; who is drawn again in a series is told again."""
    drawings = [one.draw_id for one in told], [one.number for one in told]
    await _forget(tx, Q.forget_drawn, *drawings)
    await _tell(tx, Q.drawn, *drawings)


async def on_signatories_asked(tx: Tx, told: list[SignatoriesAsked]) -> None:
    """Members whose petition has another text; of the one before that they were told enough."""
    ids = [one.petition_id for one in told]
    some = ids, [one.after for one in told], [one.last for one in told]
    await _forget(tx, Q.forget_asked, *some)
    await _tell(tx, Q.asked_again, *some)


async def on_registered(tx: Tx, told: list[AccountRegistered]) -> None:
    await _tell(tx, Q.signed_up, [one.account_id for one in told])


async def on_reported(tx: Tx, told: list[ReportMade]) -> None:
    await _tell(tx, Q.reported, [one.report_id for one in told])


async def on_reinstated(tx: Tx, told: list[AccountReinstated]) -> None:
    """What somebody caused is shown again; while they were away it was left out of what is kept."""
    rows = await tx.fetch(Q.told_by, [one.account_id for one in told])
    tx.touch(Fact.NOTIFICATIONS, *(row["account_id"] for row in rows))


async def on_read(tx: Tx, told: list[NotificationsRead]) -> None:
    """Open pages show how many are left, whichever tab or app they were read in."""
    await _count_anew(tx, {one.account_id for one in told})


def _pairs(
    told: Iterable[Followed | FollowRequested | Unfollowed | Blocked],
) -> tuple[list[int], list[int]]:
    told = list(told)
    return [one.account_id for one in told], [one.target_id for one in told]


async def _tell(tx: Tx, sql: str, *args: list[Any]) -> None:
    rows = await tx.fetch(sql, *args)
    tx.touch(Fact.NOTIFICATIONS, *(row["account_id"] for row in rows))
    await wakes.write(tx, [Wake("notification", row["id"], row["account_id"]) for row in rows])


async def _forget(tx: Tx, sql: str, *args: list[Any]) -> None:
    rows = await tx.fetch(sql, *args)
    accounts = {row["account_id"] for row in rows}
    tx.touch(Fact.NOTIFICATIONS, *accounts)
    await _count_anew(tx, accounts)


async def _count_anew(tx: Tx, account_ids: Iterable[int]) -> None:
    await wakes.write(tx, [Wake("badge", id_, id_) for id_ in sorted(account_ids)])
