"""Logging a browser in: by password, then by a second step if the person wants one, or by a passkey."""

import msgspec

from parvis.domain.access import one_time_codes, passkeys, passwords, sessions, steps
from parvis.domain.errors import Invalid, TooMany, Unauthenticated
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db, Tx
from parvis.protocols.passkeys import Site

QUESTIONS = Limit(120, 600)  # an address: pages ask browsers for passkeys by themselves


class Browser(msgspec.Struct, frozen=True):
    """Where somebody logs in."""

    address: str
    user_agent: str = ""
    session_secret: str = ""  # of a session it had: it ends with the new one


class Entered(msgspec.Struct, frozen=True):
    """`secret` of the new session, or (`is_step`) of the second step that comes before it."""

    secret: str
    is_step: bool = False


async def log_in(db: Db, name: str, password: str, browser: Browser) -> Entered:
    """Refused: wrong name or password (without saying which), too many attempts. People who may not
    act (`Login.trouble`) may log in, to learn why.
    """
    found = await passwords.find_user(db, name, password, address=browser.address)
    if found is None:
        raise Unauthenticated("Invalid e-mail address or password", reason="wrong_password")
    return await enter(db, found.user_id, browser, asks_second_step=found.asks_second_step)


async def enter(db: Db, user_id: int, browser: Browser, *, asks_second_step: bool) -> Entered:
    """Go on with somebody whose password is known."""
    if asks_second_step:
        return Entered(await db.run(steps.begin, user_id), is_step=True)
    return Entered(await db.run(_open, user_id, browser))


async def enter_by_link(db: Db, user_id: int, browser: Browser) -> Entered:
    """Go on with somebody who set a password by a link sent to them."""
    factors = await one_time_codes.get_factors(db, user_id)
    return await enter(db, user_id, browser, asks_second_step=factors.asks_second_step)


async def pass_by_code(db: Db, secret: str, code: str, browser: Browser) -> str:
    """The second step by a one-time or recovery code: the secret of the new session.

    Refused: a wrong code (Invalid), too many of them, a step that is too old (Unauthenticated).
    """
    user_id = await steps.find(db, secret)
    if user_id is None:
        raise _too_old()
    throttle(db, browser.address)
    entered = await db.run(_pass_by_code, secret, user_id, code, browser)
    if entered is None:
        await db.run(steps.fail, secret)
        raise Invalid("code", "This code is not right", reason="ERR_INVALID")
    return entered


async def _pass_by_code(
    tx: Tx, secret: str, user_id: int, code: str, browser: Browser
) -> str | None:
    if not await one_time_codes.use(tx, user_id, code):
        return None
    if await steps.take(tx, secret) is None:
        raise _too_old()  # used meanwhile; the code stays good
    return await _open(tx, user_id, browser)


async def pass_by_passkey(db: Db, site: Site, secret: str, answer: str, browser: Browser) -> str:
    """Log in by a passkey, as the second step or alone: the secret of the new session."""
    throttle(db, browser.address)
    step = await db.run(steps.take, secret) if secret else None
    if step is None or step.challenge is None:
        raise _too_old()
    user_id = await passkeys.prove(db, site, step, answer)
    return await db.run(_open, user_id, browser)


async def _open(tx: Tx, user_id: int, browser: Browser) -> str:
    """Always another secret than before: whoever planted one in the browser knows nothing."""
    if browser.session_secret:
        await sessions.end(tx, browser.session_secret)
    return await sessions.begin(tx, user_id, browser.user_agent)


async def ask_for_passkey(db: Db, site: Site, *, address: str) -> tuple[str, str]:
    """The question to a browser, and the secret for its cookie."""
    taken = db.limits.take(QUESTIONS, "passkey_questions", address)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    return await passkeys.ask_for_proof(db, site)


async def prove_again(db: Db, user_id: int, password: str, code: str, *, address: str) -> None:
    """Asked of somebody logged in before what a stolen session must not do: the password, and a
    code when they are on. Refused beside the field that is wrong.
    """
    await prove_password(db, user_id, password, address=address)
    factors = await one_time_codes.get_factors(db, user_id)
    if factors.has_codes and not await db.run(one_time_codes.use, user_id, code):
        raise Invalid("code", "This code is not right", reason="ERR_INVALID")


async def prove_password(db: Db, user_id: int, password: str, *, address: str) -> None:
    """The password alone; refused beside its field."""
    if not await passwords.is_password_of(db, user_id, password, address=address):
        raise Invalid("current", "Current password is not right")


def throttle(db: Db, address: str) -> None:
    """Count an attempt at a second step from an address; refused when there were too many."""
    taken = db.limits.take(passwords.PER_ADDRESS, "second_step", "address", address)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)


def _too_old() -> Unauthenticated:
    return Unauthenticated("This took too long; log in again", reason="step")
