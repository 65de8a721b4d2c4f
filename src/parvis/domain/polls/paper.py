"""What a voter's page needs of a secret ballot, and what everybody may know of it."""

from datetime import datetime

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.transparency import entries
from parvis.infra.postgres import Db
from parvis.infra.sql import queries

Q = queries("parvis.domain.polls")


class Paper(msgspec.Struct, frozen=True):
    """`issued` tokens, `voters` whose ballots are in the log; there are never more of these."""

    status_id: int
    public: bytes
    path: str  # the log's
    expires_at: datetime | None
    is_over: bool
    is_own: bool
    has_token: bool
    issued: int
    voters: int


async def find_paper(db: Db, account_id: int, poll_id: int) -> Paper:
    """A secret ballot as a voter sees it who may see its status. Refused: there is none. Two statements."""
    row = await db.fetchrow(Q.find_paper, account_id, poll_id)
    if row is None:
        raise NotFound
    secret = row["secret"]
    voter = bytes.fromhex(entries.pseudonym(secret, str(account_id))) if secret else None
    asked = await db.fetchval(Q.find_asked, poll_id, voter)
    said = {name: row[name] for name in Paper.__struct_fields__ if name != "has_token"}
    return Paper(**said, has_token=asked is not None)
