"""Whom a file may be served to, kept in process until its status or uploader changes."""

from typing import Literal

import msgspec

from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.media")
KEPT = 50_000

Audience = Literal["everyone", "holders"]  # holders: whoever knows the address, and no shared cache


class Serving:
    """Reached by `db.kept(Serving)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._kept: dict[str, _Kept] = {}

    async def find_audience(self, secret: str) -> Audience | None:
        """Who may fetch the files of this media; None: nobody (unknown, withdrawn). 0-1 statement."""
        values = self.db.slots.values
        kept = self._kept.get(secret)
        if kept is not None and all(values[slot] == value for slot, value in kept.slots):
            return kept.audience
        era = self.db.slots.era
        row = await self.db.fetchrow(Q.find_served, secret)
        if row is None or row["is_withdrawn"]:
            return None
        if row["status_id"] is None:
            return "holders"  # not published yet: asked again each time
        audience: Audience = (
            "everyone" if row["visibility"] in ("public", "unlisted") else "holders"
        )
        slots = (slot_of(Fact.STATUS, row["status_id"]), slot_of(Fact.ACCOUNT, row["account_id"]))
        kept = _Kept(audience, tuple((slot, values[slot]) for slot in slots))
        if self.db.slots.era == era:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[secret] = kept
        return audience


class _Kept(msgspec.Struct, frozen=True):
    audience: Audience
    slots: tuple[tuple[int, int], ...]
