"""Who was here lately. Noted in process with each call, at most once an hour for each login, and written
for many at once: no call waits for it.
"""

import time

from parvis.domain.access.types import Login
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

NOTED_S = 3_600.0
WRITTEN_S = 60.0  # between writings (app.py)
NOTED_MOST = 50_000


class SeenLogins:
    """Reached by `db.kept(SeenLogins)`."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self._noted: dict[tuple[bool, int], float] = {}  # (is it a session, its id) → until when
        self._sessions: set[int] = set()
        self._users: set[int] = set()

    def note(self, login: Login, *, is_session: bool) -> None:
        """Called with every call by anybody, so it does nothing most of the time."""
        moment = time.monotonic()
        key = is_session, login.token_id
        if self._noted.get(key, 0.0) > moment or login.user_id is None:
            return
        if len(self._noted) >= NOTED_MOST:
            self._noted.clear()  # noted anew; the statement leaves out what was written
        self._noted[key] = moment + NOTED_S
        self._users.add(login.user_id)
        if is_session:
            self._sessions.add(login.token_id)

    async def write(self) -> None:
        """One statement for all who came since the last time, or none."""
        if not self._users:
            return
        sessions, users = self._sessions, self._users
        self._sessions, self._users = set(), set()
        try:
            await self.db.fetch(Q.mark_seen, sorted(sessions), sorted(users))
        except BaseException:
            self._sessions |= sessions
            self._users |= users
            raise
