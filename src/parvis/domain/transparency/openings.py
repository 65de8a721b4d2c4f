"""Free text in a log: a salted hash is the entry, the text lies beside it and can be erased.

After that the log still holds: the hash is what was counted, and the verifier says "text erased".
"""

import hmac
import os
import re
from collections.abc import Sequence

import msgspec

from parvis.domain.transparency import entries
from parvis.domain.transparency.types import Published
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import TILE_WIDTH

Q = queries("parvis.domain.transparency")
SALT_BYTES = 16
_HASH = re.compile(rb'"([0-9a-f]{64})"')


class Opening(msgspec.Struct, frozen=True):
    """The text behind a hash; both None when it was erased."""

    salt: bytes | None
    text: str | None


class Sealed(msgspec.Struct, frozen=True):
    """A text with the salted hash that stands for it."""

    hashed: bytes
    salt: bytes
    text: str


def sealed(text: str) -> Sealed:
    salt = os.urandom(SALT_BYTES)
    return Sealed(entries.commitment(salt, text), salt, text)


def salt_by(secret: bytes, said: str) -> bytes:
    """The salt of a text that may come again, by the secret of its log and what was said with it."""
    return hmac.digest(secret, b"opening\0" + said.encode(), "sha256")[:SALT_BYTES]


def columns(
    texts: Sequence[Sealed], log_id: int | None, account_id: int | None
) -> tuple[object, ...]:
    """As statements take them that write a log and whose words it begins with."""
    hashes, salts = [one.hashed for one in texts], [one.salt for one in texts]
    return log_id, account_id, hashes, salts, [one.text for one in texts]


async def seal(
    tx: Tx, log_id: int, account_id: int | None, text: str, *, is_shown: bool = True
) -> bytes:
    """Keep a text; answers the hash to put into an entry. `is_shown` False: held back until `show`."""
    one = sealed(text)
    await tx.execute(Q.seal, one.hashed, log_id, account_id, one.salt, text, is_shown)
    return one.hashed


async def hold_back(tx: Tx, log_id: int, texts: Sequence[Sealed]) -> None:
    """Keep many texts that are nobody's, until `show`. One statement."""
    hashes, salts = [one.hashed for one in texts], [one.salt for one in texts]
    await tx.execute(Q.hold_back, log_id, hashes, salts, [one.text for one in texts])


async def show(tx: Tx, log_id: int) -> int:
    """Show what was held back in a log; answers how many texts."""
    return await tx.fetchval(Q.show_openings, log_id)


async def find(db: Db, log_id: int, hashed: bytes) -> Opening | None:
    """The text behind a hash, if it is shown already."""
    row = await db.fetchrow(Q.find_opening, log_id, hashed)
    return Opening(row["salt"], row["text"]) if row is not None else None


async def find_many(db: Db, log: Published, number: int) -> dict[str, Opening]:
    """What is shown of the texts that entries of a bundle name, by hash. Two statements."""
    first = number * TILE_WIDTH
    end = min(first + TILE_WIDTH, log.size)
    rows = await db.fetch(Q.read_entries, log.id, first, end)
    named = {bytes.fromhex(one.decode()) for row in rows for one in _HASH.findall(row["entry"])}
    found = await db.fetch(Q.list_openings, log.id, list(named))
    return {row["commitment"].hex(): Opening(row["salt"], row["text"]) for row in found}


async def erase(tx: Tx, account_id: int) -> int:
    """Forget the words of somebody who left."""
    await tx.execute(Q.erase_openings, account_id)
    return 0
