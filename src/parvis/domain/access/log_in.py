"""Logging in with name and password, in a browser."""

from parvis.domain.access import passwords, sessions
from parvis.domain.errors import Unauthenticated
from parvis.infra.postgres import Db


async def log_in(db: Db, name: str, password: str, *, address: str, user_agent: str = "") -> str:
    """The secret of a new session. Refused: wrong name or password (without saying which), too
    many attempts. People who may not act (`Login.trouble`) may log in, to learn why.
    """
    user_id = await passwords.find_user(db, name, password, address=address)
    if user_id is None:
        raise Unauthenticated("Invalid e-mail address or password", reason="wrong_password")
    return await db.run(sessions.begin, user_id, user_agent)
