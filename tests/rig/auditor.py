"""Somebody who trusts nothing: fetches a log over HTTP, and recomputes all of it from its entries."""

import base64
import re

import msgspec
from tests.rig.network import Answer, Network

from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols import tlog_proof
from parvis.protocols.signed_note import Checkpoint, Verifier


class Audit(msgspec.Struct):
    """A log as it was found: its checkpoint, and every entry."""

    checkpoint: Checkpoint
    note: bytes
    entries: list[bytes]

    def begins_with(self, older: Checkpoint) -> bool:
        leaves = [merkle.leaf_hash(one) for one in self.entries[: older.size]]
        return merkle.root_of(leaves) == older.root


class Auditor:
    """Reads the logs of a network; `path` is the log's, below the network's address."""

    def __init__(self, network: Network) -> None:
        self.network = network

    async def get(self, path: str) -> Answer:
        return await self.network.anyone.get(f"/{path}")

    async def fetch(self, path: str) -> bytes:
        answer = await self.get(path)
        assert answer.status == 200, (path, answer.status, answer.body[:200])
        return answer.body

    async def keys(self, path: str) -> list[Verifier]:
        """The keys of a log: those of the server log under its name."""
        origin = self.origin(await self.named(path))
        lines = (await self.fetch("log/keys")).decode().splitlines()
        return [Verifier(origin, Verifier.parse(line).key) for line in lines[:-1]]

    def origin(self, path: str) -> str:
        return f"{self.network.base.partition('://')[2]}/{path}"

    async def named(self, path: str) -> str:
        """The path of a successor known by its number: its checkpoint says what is chance in its name."""
        number = re.search(r"/next/\d+$", path)
        if number is None:
            return path
        origin = (await self.fetch(f"{path}/checkpoint")).partition(b"\n")[0].decode()
        chance = origin.partition(number[0])[2]
        assert re.fullmatch(r"-[a-z2-7]{16}", chance), origin
        return path + chance

    async def checkpoint(self, path: str) -> tuple[Checkpoint, bytes]:
        note = await self.fetch(f"{path}/checkpoint")
        return notes.open_checkpoint(note, (await self.keys(path))[-1]), note

    async def audit(self, path: str) -> Audit:
        """Fetch and recompute everything; every tile has to be as it follows from the entries."""
        path = await self.named(path)
        checkpoint, note = await self.checkpoint(path)
        entries: list[bytes] = []
        for level, number, width in merkle.tiles_between(0, checkpoint.size):
            if level == 0:
                some = merkle.unbundle(
                    await self.fetch(f"{path}/{merkle.entries_path(number, width)}")
                )
                assert len(some) == width
                entries += some
        leaves = [merkle.leaf_hash(one) for one in entries]
        assert merkle.root_of(leaves) == checkpoint.root
        for level, number, width in merkle.tiles_between(0, checkpoint.size):
            tile = await self.fetch(f"{path}/{merkle.tile_path(level, number, width)}")
            span = 1 << merkle.TILE_HEIGHT * level
            first = number * merkle.TILE_WIDTH
            assert tile == b"".join(
                merkle.root_of(leaves[one * span : (one + 1) * span])
                for one in range(first, first + width)
            )
        return Audit(checkpoint, note, entries)

    async def receipt(self, path: str, entry: bytes) -> Checkpoint:
        """Fetch an entry's receipt and check it; answers under which checkpoint it stands."""
        leaf = merkle.leaf_hash(entry).hex()
        content = await self.fetch(f"{path}/proofs/{leaf}.tlog-proof")
        assert len(content) < 2_000
        receipt = tlog_proof.parse(content)
        return tlog_proof.check(receipt, entry, (await self.keys(path))[-1])


def checkpoint_told(entry: bytes) -> Checkpoint | None:
    """The checkpoint of another log that an entry of the server log holds."""
    told = msgspec.json.decode(entry)
    if told["type"] != "checkpoint":
        return None
    origin, size, root = told["checkpoint"].splitlines()
    return Checkpoint(origin, int(size), base64.b64decode(root))
