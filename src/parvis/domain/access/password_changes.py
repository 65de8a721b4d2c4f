"""New passwords: changed by who knows the old one, or reset by a link sent to them."""

from parvis.domain.access import links, sessions, tokens
from parvis.domain.access.passwords import throttle
from parvis.domain.errors import NotFound
from parvis.domain.events import MailWanted
from parvis.domain.words import clean
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

LETTERS = Limit(5, 1_800)  # an address: letters are a burden to whoever has it


async def change_password(
    tx: Tx, user_id: int, password_hash: str, *, except_session_id: int = 0
) -> None:
    """Every other session and every token of the person ends: a thief's among them. Told by letter."""
    await tx.execute(Q.change_password, user_id, password_hash)
    await sessions.end_all(tx, user_id, except_id=except_session_id)
    await tokens.revoke_all(tx, user_id)
    tx.touch(Fact.LOGIN, user_id)
    tx.emit(MailWanted(user_id=user_id, letter="password_changed"))


async def set_password(tx: Tx, email: str, password_hash: str) -> None:
    """By whoever runs the machine: another password for whoever has this address."""
    user_id = await tx.fetchval(Q.find_by_email, email)
    if user_id is None:
        raise NotFound
    await change_password(tx, user_id, password_hash)


async def ask_reset(tx: Tx, email: str, *, address: str) -> None:
    """Send a link to whoever has this address; the answer never tells whether anybody has."""
    email = clean(email, "email", 254).strip()
    throttle(tx.db, email, address, act="ask_reset")
    taken = tx.db.limits.take(LETTERS, "ask_reset_letters", email.lower())
    if not taken.is_allowed:
        return  # the letters sent already do; whose address it is stays unsaid
    user_id = await tx.fetchval(Q.find_by_email, email)
    if user_id is not None:
        tx.emit(MailWanted(user_id=user_id, letter="password"))


async def reset_password(tx: Tx, secret: str, password_hash: str) -> int:
    """Set a password by the link that was sent; answers whose it is."""
    user_id = await links.use(tx, "password", secret)
    if user_id is None:
        raise NotFound("This link was used already, or it is too old; ask for another")
    await change_password(tx, user_id, password_hash)
    return user_id
