"""Confirming that an e-mail address is the newcomer's: by a link sent to it."""

from parvis.domain.access import links
from parvis.domain.access.register import EMAIL, EMAIL_LONGEST
from parvis.domain.access.types import Login
from parvis.domain.errors import Forbidden, Invalid, NotFound, TooMany
from parvis.domain.events import MailWanted
from parvis.infra.limits import Limit
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

LETTERS = Limit(5, 1_800)  # a user: letters are a burden to whoever really has that address


async def confirm(tx: Tx, secret: str) -> int:
    """The link was opened; answers whose it is, the user's id."""
    user_id = await links.use(tx, "confirm", secret)
    if not user_id:
        raise NotFound("This link was used already, or it is too old; ask for another")
    await confirm_user(tx, user_id)
    return user_id


async def confirm_user(tx: Tx, user_id: int) -> None:
    """A person's address is theirs."""
    await tx.execute(Q.confirm, user_id)
    tx.touch(Fact.LOGIN, user_id)


async def send_again(tx: Tx, login: Login, email: str | None = None) -> None:
    """Another letter, to another address if it was wrong. Told: MailWanted.

    Refused: confirmed already, or by another application than the one the person registered with.
    """
    if email is not None:
        email = email.strip()
        if not EMAIL.fullmatch(email) or len(email) > EMAIL_LONGEST:
            raise Invalid("email", "Validation failed: E-mail address is invalid")
    if login.trouble in ("suspended", "disabled"):
        raise Forbidden("Your login is currently disabled", reason=login.trouble)
    row = await tx.fetchrow(Q.find_unconfirmed, login.user_id)
    if row is None or row["created_by_app_id"] != login.app_id:
        raise Forbidden(
            "This method is only available to the application the user originally signed-up with"
        )
    if row["is_confirmed"]:
        raise Forbidden("This method is only available while the e-mail is awaiting confirmation")
    taken = tx.db.limits.take(LETTERS, "confirm", login.user_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    if email is not None and not await tx.fetchval(Q.correct_email, login.user_id, email):
        raise Invalid(
            "email",
            "Validation failed: E-mail address has already been taken",
            reason="ERR_TAKEN",
        )
    tx.emit(MailWanted(user_id=login.user_id or 0, letter="confirm"))
