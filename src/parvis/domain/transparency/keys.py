"""Keys that sign the logs, and the one that cosigns other networks'. They lie in the database, where every
process that answers with a promise finds them, sealed with the data folder's key (infra/sealing.py).

A new key signs beside the old one for a while, and the server log says under both that it came. The key is
one for all logs of the network; what it signs says which, so that no signature fits another.
"""

import os
import time
from datetime import UTC, datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from parvis.domain.errors import Conflict
from parvis.domain.transparency import entries
from parvis.infra.postgres import Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.sql import queries
from parvis.protocols.signed_note import COSIGNATURE, Signer, Verifier

Q = queries("parvis.domain.transparency")

PURPOSES = ("log", "witness")
KEPT_S = 20.0
KEPT_MOST = 2_000
ALONGSIDE_S = 30 * 86_400.0  # readers of the log have a month to notice a new key
AT_LEAST_S = 60.0  # the old one still signs the checkpoint that tells of the new one


class LogKeys:
    """Reached by `db.kept(LogKeys)`: signers by the name of the log."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._seeds: list[tuple[bytes, datetime | None]] = []
        self._signers: dict[str, list[Signer]] = {}
        self._until = 0.0
        self.is_stopped = False  # as of when `signers` last asked: nothing is promised meanwhile

    def forget(self) -> None:
        """Ask anew next time."""
        self._until = 0.0

    async def signers(self, origin: str) -> list[Signer]:
        """Who signs a log now, the newest key first; none when no worker has ever run. 0-1 statement."""
        if time.monotonic() >= self._until or not self._seeds:
            self._seeds, self.is_stopped = await _open_all(self._db, "log")
            self._signers.clear()
            self._until = time.monotonic() + KEPT_S
        found = self._signers.get(origin)
        if found is None:
            if len(self._signers) >= KEPT_MOST:
                self._signers.clear()
            found = self._signers[origin] = [Signer(origin, seed) for seed, _ in self._seeds]
        now = datetime.now(UTC)
        ends = [ends_at for _, ends_at in self._seeds]
        return [one for one, end in zip(found, ends, strict=True) if end is None or end > now]


async def ensure(tx: Tx) -> None:
    """The first keys, made when the network has none."""
    for purpose in PURPOSES:
        if not await tx.fetch(Q.list_keys, purpose):
            made = _new(tx.db, purpose)
            await tx.execute(Q.add_first_key, purpose, *made)


async def rotate(tx: Tx, origin: str, *, alongside_s: float = ALONGSIDE_S) -> Verifier:
    """Sign by another key from now on; the old ones go on for a while. Told in the server log."""
    seed, public = _new(tx.db, "log")
    await tx.execute(Q.rotate_key, seed, public, max(alongside_s, AT_LEAST_S))
    verifier = Verifier(origin, public)
    if not await tx.fetchval(Q.append_to_server, entries.encode("key", key=str(verifier))):
        raise Conflict("The network has no log yet: start it once.", reason="no_log")
    return verifier


async def verifiers(db: Db, origin: str) -> list[Verifier]:
    """Every key that ever signed, as it signs this log; the newest first."""
    return [Verifier(origin, row["public"]) for row in await db.fetch(Q.list_all_keys)]


async def witness_signer(db: Db, domain: str) -> Signer | None:
    """Who cosigns other networks' logs here; None before the first worker has run."""
    found, _ = await _open_all(db, "witness")
    return Signer(f"{domain}/log/witness", found[0][0], COSIGNATURE) if found else None


async def _open_all(db: Db, purpose: str) -> tuple[list[tuple[bytes, datetime | None]], bool]:
    """Private keys of a purpose, the newest first, and when each ends; those that can be opened here. And
    whether the server log is stopped.
    """
    found: list[tuple[bytes, datetime | None]] = []
    rows = await db.fetch(Q.list_keys, purpose)
    for row in rows:
        opened = db.kept(Sealing).open(row["seed"], _sealed_for(purpose))
        if opened is not None:
            found.append((bytes.fromhex(opened), row["retires_at"]))
    return found, any(row["is_stopped"] for row in rows)


def _new(db: Db, purpose: str) -> tuple[str, bytes]:
    seed = os.urandom(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return db.kept(Sealing).seal(seed.hex(), _sealed_for(purpose)), public


def _sealed_for(purpose: str) -> str:
    return f"{purpose} key"
