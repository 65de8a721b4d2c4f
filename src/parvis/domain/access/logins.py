"""From a bearer token or session cookie to a login, kept in process until it changes."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from parvis.domain.access.reading import read_answering, read_reading
from parvis.domain.access.seen import SeenLogins
from parvis.domain.access.types import Login
from parvis.infra.gathering import Gathering
from parvis.infra.postgres import Db
from parvis.infra.slots import Fact, slot_of
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")
LOGINS_KEPT = 20_000
PACE_S = (
    0.03  # between look-ups while there is a crowd: one of few costs nearly what one of many does
)

_Kept = tuple[
    int, int, int, int, float, Login
]  # token slot, value, login slot, value, expiry, login


def digest(secret: str) -> bytes:
    """Secrets are stored as SHA-256: they have 256 bits of their own, so no salt or stretching."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Logins:
    """Reached by `db.kept(Logins)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._seen = db.kept(SeenLogins)
        # By kind too: a session's secret is no access token, nor the reverse.
        self._kept: dict[tuple[bool, str], _Kept] = {}
        # When a crowd comes, one look-up is for many.
        self._by_token = Gathering[bytes, bytes, Any](
            partial(self._rows, Q.find_logins), pace_s=PACE_S
        )
        self._by_session = Gathering[bytes, bytes, Any](
            partial(self._rows, Q.find_sessions), pace_s=PACE_S
        )

    async def find(self, secret: str) -> Login | None:
        """The login of an access token; None: unknown, revoked or expired. 0 or 1 statement."""
        login = await self._find(secret, self._by_token, is_session=False)
        if login is not None:
            self._seen.note(login, is_session=False)
        return login

    async def find_session(self, secret: str) -> Login | None:
        """The login of a browser session."""
        login = await self._find(secret, self._by_session, is_session=True)
        if login is not None:
            self._seen.note(login, is_session=True)
        return login

    def knows(self, secret: str, *, is_session: bool) -> bool:
        """Whether that secret opened a login here a while ago; nothing may be allowed by it."""
        return (is_session, secret) in self._kept

    def last_known(self, secret: str) -> Login | None:
        """The login of a session as it was when it was last looked up; nothing may be allowed by it."""
        kept = self._kept.get((True, secret))
        return kept[5] if kept is not None else None

    async def _rows(self, sql: str, digests: Sequence[bytes]) -> list[Any]:
        found = {row["digest"]: row for row in await self.db.fetch(sql, digests)}
        return [found.get(one) for one in digests]

    async def _find(
        self, secret: str, rows: "Gathering[bytes, bytes, Any]", *, is_session: bool
    ) -> Login | None:
        values = self.db.slots.values
        kept = self._kept.get((is_session, secret))
        if (
            kept is not None
            and values[kept[0]] == kept[1]
            and values[kept[2]] == kept[3]
            and kept[4] > datetime.now(UTC).timestamp()
        ):
            return kept[5]
        era = self.db.slots.era
        hashed = digest(secret)
        row = await rows.ask(hashed, hashed)
        if row is None:
            self._kept.pop((is_session, secret), None)
            return None
        login = _login(row)
        # The ids of the slots are known only now: nothing may have changed since before the look-up.
        token_slot = slot_of(Fact.TOKEN, login.token_id)
        login_slot = slot_of(Fact.LOGIN, login.user_id or 0)
        token_value, login_value = values[token_slot], values[login_slot]
        if self.db.slots.era == era:
            expiry = row["expires_at"].timestamp() if row["expires_at"] else float("inf")
            self._keep(
                (is_session, secret),
                (token_slot, token_value, login_slot, login_value, expiry, login),
            )
        return login

    def _keep(self, key: tuple[bool, str], kept: _Kept) -> None:
        if len(self._kept) >= LOGINS_KEPT:
            for old in list(self._kept)[: LOGINS_KEPT // 4]:
                del self._kept[old]
        self._kept[key] = kept


def _login(row: Any) -> Login:
    return Login(
        row["token_id"],
        row["account_id"] or 0,
        row["user_id"],
        row["app_id"],
        frozenset(row["scopes"]),
        row["role"] or "member",
        row["locale"] or "en",
        row["trouble"],
        frozenset(row["home_hides"] or ()),
        row.get("default_visibility") or "public",
        row.get("default_sensitive") or False,
        row.get("default_language"),
        read_reading(row.get("preferences") or {}),
        read_answering(row.get("preferences") or {}),
    )
