"""Free text in a log: a salted hash is the entry, the text lies beside it and can be erased.

After that the log still holds: the hash is what was counted, and the verifier says "text erased".
"""

import os

import msgspec

from parvis.domain.transparency import entries
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.transparency")
SALT_BYTES = 16


class Opening(msgspec.Struct, frozen=True):
    """The text behind a hash; both None when it was erased."""

    salt: bytes | None
    text: str | None


async def seal(
    tx: Tx, log_id: int, account_id: int | None, text: str, *, is_shown: bool = True
) -> bytes:
    """Keep a text; answers the hash to put into an entry. `is_shown` False: held back until `show`."""
    salt = os.urandom(SALT_BYTES)
    hashed = entries.commitment(salt, text)
    await tx.execute(Q.seal, hashed, log_id, account_id, salt, text, is_shown)
    return hashed


async def show(tx: Tx, log_id: int) -> int:
    """Show what was held back in a log; answers how many texts."""
    return await tx.fetchval(Q.show_openings, log_id)


async def find(db: Db, log_id: int, hashed: bytes) -> Opening | None:
    """The text behind a hash, if it is shown already."""
    row = await db.fetchrow(Q.find_opening, log_id, hashed)
    return Opening(row["salt"], row["text"]) if row is not None else None


async def erase(tx: Tx, account_id: int) -> int:
    """Forget the words of somebody who left."""
    await tx.execute(Q.erase_openings, account_id)
    return 0
