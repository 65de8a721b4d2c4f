"""A voter's own receipt: their entry in the log, the promise of it, and the proof once it is there."""

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.polls import ballot
from parvis.domain.polls.vote import promise
from parvis.domain.transparency import proofs
from parvis.domain.transparency.serving import PublishedLogs
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import leaf_hash

Q = queries("parvis.domain.polls")


class VoteReceipt(msgspec.Struct, frozen=True):
    """`proof` None: the ballot waits for its place. `promise` None: no worker has made the log's key yet."""

    poll_id: int
    status_id: int
    choices: list[int]
    path: str  # the log's
    entry: bytes
    promise: str | None
    proof: bytes | None

    @property
    def proof_path(self) -> str:
        return f"{self.path}/proofs/{leaf_hash(self.entry).hex()}.tlog-proof"


async def find_receipt(db: Db, account_id: int, poll_id: int) -> VoteReceipt:
    """The receipt of one's own vote. Refused: there is none. At most five statements."""
    row = await db.fetchrow(Q.find_cast, poll_id, account_id)
    if row is None:
        raise NotFound("You have no ballot in a log of this poll", reason="no_ballot")
    entry = ballot.entry_of(row["voter"], list(row["choices"]), row["commitment"], row["replaces"])
    log = await db.kept(PublishedLogs).find(row["path"])
    found = log and await proofs.find_receipt(db, log, leaf_hash(entry))
    return VoteReceipt(
        poll_id,
        row["status_id"],
        list(row["choices"]),
        row["path"],
        entry,
        await promise(db, row["origin"], entry),
        found.encode() if found else None,
    )
