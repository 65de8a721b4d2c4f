"""Private keys of open secret ballots, opened and kept for a while by the process that signs with them."""

import asyncio
import time
from typing import Any

from parvis.domain.statuses.secret_asking import sealed_for
from parvis.infra.postgres import Db
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.blind_rsa import PrivateKey

Q = queries("parvis.domain.polls")
KEPT_MOST = 200
KEPT_S = 60.0  # then the database is asked whether it has been destroyed


class KeyMissing(Exception):
    """The data folder is not the one whose key this poll's key is sealed with: a fault of the machine, which
    a voter can do nothing about but come back.
    """

    def __init__(self, poll_id: int) -> None:
        super().__init__(f"the key of poll {poll_id} is sealed with another data folder's key")


class BallotKeys:
    """Reached by `db.kept(BallotKeys)`, by poll. However many ask for one at the same moment, it is opened
    once: a crowd of 128 at a new poll opened it 128 times, which took seconds.
    """

    def __init__(self, db: Db) -> None:
        self._db = db
        self._kept: dict[int, tuple[float, PrivateKey]] = {}
        self._opening: dict[int, asyncio.Task[PrivateKey | None]] = {}
        self._signing = asyncio.Lock()

    async def find(self, poll_id: int) -> PrivateKey | None:
        """None: no secret ballot, or its key is destroyed. 0-1 statement."""
        found = self._kept.get(poll_id)
        if found is not None and found[0] > time.monotonic():
            return found[1]
        opening = self._opening.get(poll_id)
        if opening is None:
            opening = self._opening[poll_id] = asyncio.create_task(self._open(poll_id))
            opening.add_done_callback(lambda _: self._opening.pop(poll_id, None))
        return await asyncio.shield(opening)  # one who gives up does not take it from the others

    async def sign(self, key: PrivateKey, blinded: bytes) -> bytes:
        """One at a time, so that whoever asks this process for something else waits for one signature
        and not for those of a whole crowd.
        """
        async with self._signing:
            return key.blind_sign(blinded)

    async def _open(self, poll_id: int) -> PrivateKey | None:
        row = await self._db.fetchrow(Q.find_key, poll_id)
        _, key = self._kept.pop(poll_id, (0.0, None))
        if row is None or row["private"] is None:
            return None
        if key is None:
            key = self._unseal(poll_id, row)
        if len(self._kept) >= KEPT_MOST:
            self._kept.clear()
        self._kept[poll_id] = (time.monotonic() + KEPT_S, key)
        return key

    def _unseal(self, poll_id: int, row: Any) -> PrivateKey:
        opened = self._db.kept(Sealing).open(row["private"], sealed_for(row["public"]))
        if opened is None:
            raise KeyMissing(poll_id)
        return PrivateKey.parse(bytes.fromhex(opened))
