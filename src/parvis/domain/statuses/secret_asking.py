"""A secret ballot's key: made before the transaction that asks, since it takes a while; kept with the poll,
its private half sealed; named in the manifest that its log begins with.
"""

import asyncio

from msgspec import structs

from parvis.domain.statuses.draft import BallotKey, Draft, check
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.blind_rsa import PrivateKey

Q = queries("parvis.domain.statuses")


async def with_key(db: Db, draft: Draft) -> Draft:
    """The draft, with a new key if it asks for secret ballots. No statement; a tenth of a second of CPU."""
    poll = draft.poll
    if poll is None or not poll.is_secret or poll.key is not None:
        return draft
    check(draft)  # what will be refused anyway costs no key
    public, private = await asyncio.to_thread(_made)
    sealed = db.kept(Sealing).seal(private.hex(), sealed_for(public))
    return structs.replace(draft, poll=structs.replace(poll, key=BallotKey(public, sealed)))


def _made() -> tuple[bytes, bytes]:
    made = PrivateKey.generate()
    return made.public.encode(), made.encode()


def sealed_for(public: bytes) -> str:
    """What a private key is sealed for: its own poll's."""
    return f"ballot key {public.hex()}"


async def keep_key(tx: Tx, poll_id: int, key: BallotKey) -> None:
    """The poll that this transaction writes is a secret ballot. One statement."""
    await tx.execute(Q.ask_secretly, poll_id, key.public, key.private)
