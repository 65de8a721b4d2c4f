"""One-time codes of an authenticator app: set up, proven by a first code, used once each."""

from datetime import datetime

import msgspec

from parvis.domain.access import recovery_codes
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from parvis.domain.events import MailWanted
from parvis.infra.clock import now
from parvis.infra.limits import Limit
from parvis.infra.logs import get_logger
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import PREFIX, Sealing
from parvis.infra.sql import queries
from parvis.protocols import one_time_codes as protocol

Q = queries("parvis.domain.access")
log = get_logger()

# Codes that somebody may try who knows the password already: a million codes, three good at a time.
PER_PERSON = Limit(10, 900)
PER_PERSON_A_DAY = Limit(50, 86_400)


class Factors(msgspec.Struct, frozen=True):
    """What somebody proves themself by besides the password."""

    has_codes: bool
    recovery_left: int
    passkeys: int

    @property
    def asks_second_step(self) -> bool:
        """Whether the password alone does not log in. A passkey is two factors by itself and changes
        nothing of that: who has one may still be where it is not.
        """
        return self.has_codes


async def get_factors(db: Db, user_id: int) -> Factors:
    return Factors(*await db.fetchrow(Q.factors, user_id))


async def begin(tx: Tx, user_id: int) -> None:
    """A secret for an authenticator app, to be proven by a code. Refused: codes are on already, or
    those of others are sealed with a key that this machine does not have.
    """
    sealing = tx.db.kept(Sealing)
    if await _lacks_key(sealing, tx):
        raise Forbidden("This machine lacks the key of one-time codes", reason="no_key")
    sealed = sealing.seal(protocol.new_secret(), _purpose(user_id))
    if await tx.fetchval(Q.begin_codes, user_id, sealed) is None:
        raise Conflict("One-time codes are on already", reason="state")


async def find_begun(db: Db, user_id: int) -> str | None:
    """The secret to show while it is not proven; None: nothing was begun within the hour."""
    return _open(db, user_id, await db.fetchval(Q.find_begun_codes, user_id))


async def confirm(tx: Tx, user_id: int, code: str) -> list[str]:
    """Switch codes on by the first of them. Answers the recovery codes, which are shown only now."""
    throttle(tx.db, user_id)
    kept = await tx.fetchval(Q.find_begun_codes, user_id)
    secret = _open(tx.db, user_id, kept)
    if secret is None:
        raise NotFound
    step = protocol.find_step(secret, _plain(code), _moment(now()))
    if step is None:
        raise Invalid("code", "This code is not right", reason="ERR_INVALID")
    if await tx.fetchval(Q.confirm_codes, user_id, kept, step) is None:
        raise Conflict("One-time codes are on already", reason="state")
    tx.emit(MailWanted(user_id=user_id, letter="codes_on"))
    return await recovery_codes.renew(tx, user_id)


async def use(tx: Tx, user_id: int, said: str) -> bool:
    """Use up a one-time code or a recovery code. False: it is none, or was used before."""
    throttle(tx.db, user_id)
    code = _plain(said)
    if len(code) > protocol.DIGITS:
        return await recovery_codes.use(tx, user_id, said)
    secret = _open(tx.db, user_id, await tx.fetchval(Q.find_secret, user_id))
    step = protocol.find_step(secret or protocol.new_secret(), code, _moment(now()))
    if secret is None or step is None:
        return False
    return await tx.fetchval(Q.use_step, user_id, step) is not None


async def switch_off(tx: Tx, user_id: int) -> None:
    """The password alone logs in again. Told by letter. Refused: codes are off."""
    if await tx.fetchval(Q.end_codes_of, user_id) is None:
        raise Conflict("One-time codes are off already", reason="state")
    await tx.execute(Q.forget_recovery_codes, user_id)
    tx.emit(MailWanted(user_id=user_id, letter="codes_off"))


async def seal_readable(db: Db) -> None:
    """Seal the secrets that were kept before there was a key; say so when others' cannot be opened."""
    sealing = db.kept(Sealing)
    if await _lacks_key(sealing, db):
        return
    for row in await db.fetch(Q.readable_secrets, PREFIX):
        sealed = sealing.seal(row["secret"], _purpose(row["user_id"]))
        await db.fetch(Q.seal_secret, row["user_id"], row["secret"], sealed)
    if sealing.has_key():
        others = await db.fetchval(Q.count_sealed, PREFIX, sealing.key_prefix())
        if others:
            log.error(
                "one-time codes are sealed with another key than this machine's", count=others
            )


async def _lacks_key(sealing: Sealing, asked: Db | Tx) -> bool:
    """Whether secrets were sealed with a key that is not in this data folder: then none is made here."""
    if sealing.has_key() or not await asked.fetchval(Q.count_sealed, PREFIX, None):
        return False
    log.error("keys/sealing, the key of one-time codes, is missing in this data folder")
    return True


def _open(db: Db, user_id: int, kept: str | None) -> str | None:
    if kept is None or not kept.startswith(PREFIX):  # not sealed yet: the worker soon does
        return kept
    return db.kept(Sealing).open(kept, _purpose(user_id))


def _purpose(user_id: int) -> str:
    """So that nobody's secret is good in somebody else's row."""
    return f"one-time codes of user {user_id}"


def throttle(db: Db, user_id: int) -> None:
    """Count an attempt at a person's codes; refused when there were too many."""
    for limit in (PER_PERSON, PER_PERSON_A_DAY):
        taken = db.limits.take(limit, "one_time_code", user_id)
        if not taken.is_allowed:
            raise TooMany(retry_after_s=taken.retry_after_s)


def _plain(code: str) -> str:
    """As apps show it: 123 456."""
    return code.replace(" ", "").replace("\u202f", "").replace("\u00a0", "").replace("-", "")


def _moment(when: datetime) -> float:
    return when.timestamp()
