"""Another e-mail address: asked for by who proved who they are, theirs once they open a link sent to it."""

from typing import NamedTuple

from parvis.domain.access import links
from parvis.domain.access.register import EMAIL, EMAIL_LONGEST
from parvis.domain.errors import Invalid, NotFound, TooMany
from parvis.domain.events import MailWanted
from parvis.domain.words import clean
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db, Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

LETTERS = Limit(5, 1_800)  # a user: letters are a burden to whoever really has that address


class Emails(NamedTuple):
    """A user's address, whether a letter has shown that it is theirs, and the one that waits for that."""

    address: str
    is_proven: bool
    wanted: str | None


async def get_emails(db: Db, user_id: int) -> Emails:
    """The addresses of a user."""
    row = await db.fetchrow(Q.find_emails, user_id)
    return Emails(row["email"], row["is_proven"], row["new_email"])


async def ask(tx: Tx, user_id: int, email: str) -> None:
    """Send a link to the address, also to one's own while nothing has shown that it is. Whether somebody
    else has it stays unsaid: then no letter goes out.
    """
    email = clean(email, "email", EMAIL_LONGEST).strip()
    if not EMAIL.fullmatch(email):
        raise Invalid("email", "Validation failed: E-mail address is invalid")
    taken = tx.db.limits.take(LETTERS, "email_change", user_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    if await tx.fetchval(Q.ask_email, user_id, email) is None:
        raise Invalid("email", "This is your address already", reason="ERR_SAME")
    if await tx.fetchval(Q.find_by_email, email) in {None, user_id}:
        tx.emit(MailWanted(user_id=user_id, letter="email", argument=email))


async def withdraw(tx: Tx, user_id: int) -> None:
    """The old address stays; the link that was sent works no more."""
    await tx.execute(Q.withdraw_email, user_id)


async def confirm(tx: Tx, secret: str) -> None:
    """The link was opened: the new address counts, and the old one is told of it."""
    user_id = await links.use(tx, "email", secret)
    row = await tx.fetchrow(Q.change_email, user_id) if user_id else None
    if user_id is None or row is None:
        raise NotFound("This link was used already, or it is too old; ask for another")
    tx.touch(Fact.LOGIN, user_id)
    if row["old"].lower() != row["new"].lower():
        tx.emit(MailWanted(user_id=user_id, letter="email_changed", argument=row["old"]))
