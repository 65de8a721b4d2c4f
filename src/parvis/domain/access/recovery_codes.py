"""Recovery codes: ten words for the day the telephone is lost, each good for one log-in."""

import secrets

from parvis.domain.access.logins import digest
from parvis.domain.errors import Conflict
from parvis.domain.events import MailWanted
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

COUNT = 10
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base32: nothing that reads like another
LENGTH = 16  # 80 bits: nobody finds one from its digest, so it needs no slow hash
GROUP = 4
_ALIKE = str.maketrans("ilou", "110v")  # as people misread them (Crockford)


def _make() -> str:
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(letters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def _digest(user_id: int, code: str) -> bytes:
    plain = "".join(letter for letter in code.lower().translate(_ALIKE) if letter.isalnum())
    return digest(f"{user_id}:{plain}")


async def renew(tx: Tx, user_id: int) -> list[str]:
    """Ten new codes, shown only now; older ones end."""
    codes = [_make() for _ in range(COUNT)]
    await tx.execute(Q.forget_recovery_codes, user_id)
    await tx.execute(Q.keep_recovery_codes, user_id, [_digest(user_id, code) for code in codes])
    return codes


async def replace(tx: Tx, user_id: int) -> list[str]:
    """`renew` for somebody who asked. Refused: without one-time codes there is nothing to recover."""
    if not await tx.fetchval(Q.find_secret, user_id):
        raise Conflict("One-time codes are off", reason="state")
    tx.emit(MailWanted(user_id=user_id, letter="recovery_renewed"))
    return await renew(tx, user_id)


async def use(tx: Tx, user_id: int, code: str) -> bool:
    """Use a code up, and say so by letter. False: it is none of theirs, or was used before."""
    left = await tx.fetchval(Q.use_recovery_code, user_id, _digest(user_id, code))
    if left is None:
        return False
    tx.emit(MailWanted(user_id=user_id, letter="recovery_used", argument=str(left)))
    return True
