"""Private keys of open secret ballots, opened and kept for a while by the process that signs with them."""

import asyncio
import time

from parvis.domain.errors import Conflict
from parvis.domain.statuses.secret_asking import sealed_for
from parvis.infra.postgres import Db
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.blind_rsa import PrivateKey

Q = queries("parvis.domain.polls")
KEPT_MOST = 200
KEPT_S = 60.0


class BallotKeys:
    """Reached by `db.kept(BallotKeys)`, by poll. Opening one takes 40 ms."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[int, tuple[float, PrivateKey]] = {}

    async def find(self, poll_id: int) -> PrivateKey | None:
        """None: no secret ballot, or its key is destroyed. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        self._kept.pop(poll_id, None)
        row = await self._db.fetchrow(Q.find_key, poll_id)
        if row is None or row["private"] is None:
            return None
        opened = self._db.kept(Sealing).open(row["private"], sealed_for(row["public"]))
        if opened is None:
            raise Conflict(
                "This machine lacks the key that this poll's is sealed with", reason="no_key"
            )
        key = await asyncio.to_thread(PrivateKey.parse, bytes.fromhex(opened))
        if len(self._kept) >= KEPT_MOST:
            self._kept.clear()
        self._kept[poll_id] = (time.monotonic() + KEPT_S, key)
        return key

    def forget(self, poll_id: int) -> None:
        self._kept.pop(poll_id, None)
