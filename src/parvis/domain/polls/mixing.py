"""Secret ballots on their way into the log: those of twenty voters are written anew in one transaction and
in an order of chance, then counted and appended; at closing all that wait. After that no row, number or entry
says when one came.

Fewer would tell: a log that shows one token given, then one ballot, says whose it is to everybody who knows
when somebody voted. While ballots wait for others, they are stirred: written anew among themselves.
"""

import random
import time
from collections import Counter
from typing import Any

import msgspec

from parvis.domain.polls.casting import read_kept
from parvis.domain.transparency import appending, openings
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")
TOGETHER = 20  # voters whose ballots go together
STIRRED_WITHIN_S = (60.0, 240.0)  # after one came
BATCH = 2_000
_chance = random.SystemRandom()


class Mixer:
    """Of one worker process: how many it stirred, and when the next are due. One that dies begins anew."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._due: dict[int, float] = {}
        self._stirred: dict[int, int] = {}  # how many waited then

    async def turn(self) -> None:
        """Mix what came together, stir what is new. One statement when nothing waits."""
        rows = await self._db.fetch(Q.list_waiting)
        of_few = {row["poll_id"] for row in rows if row["voters"] < TOGETHER}
        self._due = {one: at for one, at in self._due.items() if one in of_few}
        self._stirred = {one: n for one, n in self._stirred.items() if one in of_few}
        for row in rows:
            if row["poll_id"] in of_few:
                await self._stir(row["poll_id"], row["n"])
            else:
                await self._db.run(mix, row["poll_id"])

    async def _stir(self, poll_id: int, n: int) -> None:
        if self._stirred.get(poll_id) == n:
            return
        now = time.monotonic()
        if self._due.setdefault(poll_id, now + _chance.uniform(*STIRRED_WITHIN_S)) > now:
            return
        self._stirred[poll_id] = await self._db.run(stir, poll_id)
        del self._due[poll_id]


async def mix_all(db: Db) -> int:
    """Everything that waits, now; answers how many ballots."""
    return sum([await db.run(mix, row["poll_id"]) for row in await db.fetch(Q.list_waiting)])


async def mix(tx: Tx, poll_id: int) -> int:
    """Everything that waits in one poll; answers how many ballots. Its log closed: they go on waiting."""
    poll = await tx.fetchrow(Q.hold_secret, poll_id)
    if poll is None:
        return 0
    mixed = 0
    while rows := await tx.fetch(Q.take_waiting, poll_id, BATCH):
        await _place(tx, poll, rows)
        mixed += len(rows)
    tx.touch(Fact.STATUS_COUNTERS, poll["status_id"])
    return mixed


async def stir(tx: Tx, poll_id: int) -> int:
    """Write what waits in one poll anew, in an order of chance; answers how many. Three statements."""
    if await tx.fetchrow(Q.hold_secret, poll_id) is None:
        return 0
    rows = await tx.fetch(Q.take_waiting, poll_id, BATCH)
    _chance.shuffle(rows)
    names = ("token", "turn", "sent")
    columns = [[row[name] for row in rows] for name in names]
    await tx.execute(Q.write_stirred, poll_id, *columns, [_said(row) for row in rows])
    return len(rows)


def _said(row: Any) -> str:
    return msgspec.json.encode(row["choices"]).decode()


class _Count:
    """What a batch changes: which of its ballots count, which count no more, and by how much."""

    def __init__(self, rows: list[Any], had: list[Any], *, is_ranked: bool) -> None:
        before = {row["token"]: row for row in had}
        best = dict(before)
        for row in rows:
            rival = best.get(row["token"])
            if rival is None or rival["turn"] < row["turn"]:
                best[row["token"]] = row
        self.are_counted = [best[row["token"]] is row for row in rows]
        self.overruled = [row for token, row in before.items() if best[token] is not row]
        fresh = [row for row, is_counted in zip(rows, self.are_counted, strict=True) if is_counted]
        self.voters = len(fresh) - len(self.overruled)
        told = 1 if is_ranked else None  # of a ranking the first choice
        self.by_choice = Counter(choice for row in fresh for choice in row["choices"][:told])
        self.by_choice.subtract(c for row in self.overruled for c in row["choices"][:told])


async def _place(tx: Tx, poll: Any, rows: list[Any]) -> None:
    _chance.shuffle(rows)
    tokens = [row["token"] for row in rows]
    had = await tx.fetch(Q.list_counted, poll["id"], tokens)
    count = _Count(rows, had, is_ranked=poll["is_ranked"])
    if count.overruled:
        await tx.execute(Q.overrule, poll["id"], [row["token"] for row in count.overruled])
    await tx.execute(
        Q.write_mixed,
        poll["id"],
        tokens,
        [row["turn"] for row in rows],
        [_said(row) for row in rows],
        count.are_counted,
        count.voters,
        [count.by_choice[option] for option in range(poll["options"])],
    )
    kept = [read_kept(row["sent"]) for row in rows]
    if poll["hides_totals"]:
        await openings.hold_back(tx, poll["log_id"], [one.opening() for one in kept])
    said = [one.entry(is_sealed=poll["hides_totals"]) for one in kept]
    await appending.append(tx, poll["log_id"], *said, is_shuffled=True)
