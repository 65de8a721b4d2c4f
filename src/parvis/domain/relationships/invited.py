"""Who comes by an invitation follows whoever invited them, when the invitation says so."""

from functools import partial
from typing import Any

from parvis.domain.errors import Refused
from parvis.domain.events import AccountRegistered
from parvis.domain.relationships.follows import FollowOptions, follow
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

JOB = "follow_inviter"
AGAIN_S = 3_600
TRIES = 7 * 24  # a week to open the link in the letter, or for a moderator to read


async def on_registered(tx: Tx, told: list[AccountRegistered]) -> None:
    """A job for each: the follow passes the gate like any other, and may have to wait for it."""
    rows = await tx.fetch(Q.find_inviters, [one.account_id for one in told])
    await jobs.enqueue(tx, JOB, *(dict(row) for row in rows))


async def follow_inviter(means: Means, payload: dict[str, Any]) -> None:
    """Do the job, later for who is not let in yet. Who may not follow (blocked, gone) follows nobody."""
    try:
        await means.db.run(follow, payload["account_id"], payload["inviter_id"], FollowOptions())
    except Refused as refused:
        tries = payload.get("tries", 1)
        if refused.reason in {"unconfirmed", "unapproved"} and tries < TRIES:
            again = partial(jobs.enqueue, delay_s=AGAIN_S)
            await means.db.run(again, JOB, {**payload, "tries": tries + 1})
