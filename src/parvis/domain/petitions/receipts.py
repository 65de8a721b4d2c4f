"""A signatory's own receipt: their entry in the log, the promise of it, and the proof once it is there."""

import msgspec

from parvis.domain.access.logins import digest
from parvis.domain.errors import Conflict, NotFound
from parvis.domain.petitions import record
from parvis.domain.petitions.types import OwnSignature
from parvis.domain.transparency import appending, proofs
from parvis.domain.transparency.serving import PublishedLogs
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.petitions")


class SignatureReceipt(msgspec.Struct, frozen=True):
    """`proof` None: the entry waits for its place. `promise` None: no worker has made the log's key yet."""

    own: OwnSignature
    entry: bytes
    promise: str | None
    proof: bytes | None

    @property
    def path(self) -> str:
        return self.own.path

    @property
    def proof_path(self) -> str:
        return f"{self.own.path}/proofs/{leaf_hash(self.entry).hex()}.tlog-proof"


async def find_own(
    db: Db, petition_id: int, account_id: int = 0, *, secret: str = ""
) -> OwnSignature | None:
    """Somebody's signature, by their account or by the link of their letter. One statement."""
    by_link = digest(secret) if secret else None
    row = await db.fetchrow(Q.find_own, petition_id, account_id or None, by_link)
    return msgspec.convert(dict(row), OwnSignature) if row is not None else None


def entry_of(own: OwnSignature) -> bytes:
    return record.signature(own.person, own.version, own.signed_on, own.place, own.commitment)


async def receipt(db: Db, own: OwnSignature | None) -> SignatureReceipt:
    """The receipt of a signature that is in force. Refused: there is none."""
    if own is None or own.state != "signed":
        raise NotFound("You have no signature in force of this petition", reason="not_signed")
    entry = entry_of(own)
    log = await db.kept(PublishedLogs).find(own.path)
    found = log and await proofs.find_receipt(db, log, leaf_hash(entry))
    return SignatureReceipt(
        own, entry, await _promise(db, own.origin, entry), found.encode() if found else None
    )


async def _promise(db: Db, origin: str, entry: bytes) -> str | None:
    try:
        return (await appending.promise(db, origin, entry)).decode()
    except Conflict:
        return None
