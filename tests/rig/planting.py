"""Saved logs with faults in them: altered by somebody without the key, and written anew by its owner."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parvis.domain.transparency import entries as said
from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import Checkpoint, Signer

ORIGIN = "square.example/log"
SUB = "log/polls/7"
SEED = bytes(range(32))
BLOCK = 65_536


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def write(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as file:
        for name, one in content.items():
            file.writestr(name, one)
    return path


def altered(path: Path, target: Path, name: str, alter: Callable[[list[bytes]], None]) -> Path:
    """A copy in which the entries of a member are others; everything else is as it was signed."""
    content = members(path)
    entries = merkle.unbundle(content[name])
    alter(entries)
    return write(target, content | {name: merkle.bundle(entries)})


class Owner:
    """Who has the key and writes what they like: the log of a poll or another, and the server log over it."""

    def __init__(
        self, *poll: bytes, texts: list[dict[str, str]] | None = None, sub: str = SUB
    ) -> None:
        self.sub = sub
        self.poll = list(poll)
        self.texts = texts or []
        self.server: list[bytes] = []
        self.key = str(Signer(ORIGIN, SEED).verifier)
        self.begin()

    def begin(self) -> None:
        first = merkle.leaf_hash(self.poll[0]).hex()
        self.server = [
            said.encode("log", origin=ORIGIN),
            said.encode("log", origin=f"square.example/{self.sub}", first=first),
        ]

    def sign(self, name: str, entries: list[bytes]) -> bytes:
        root = merkle.root_of([merkle.leaf_hash(one) for one in entries])
        text = Checkpoint(name, len(entries), root).text()
        return notes.sign(text, [Signer(name, SEED)]).encode()

    def told(self, size: int | None = None) -> bytes:
        """The poll's checkpoint, noted in the server log."""
        note = self.sign(f"square.example/{self.sub}", self.poll[:size])
        text = notes.parse(note).text
        self.server.append(said.encode("checkpoint", checkpoint=text))
        return note

    def save(self, path: Path, **more: bytes) -> Path:
        checkpoint = self.told()
        content: dict[str, Any] = {
            "about.json": json.dumps({"format": "parvis log v1", "log": self.sub}).encode(),
            "keys": f"{self.key}\n".encode(),
            f"{self.sub}/checkpoint": checkpoint,
            f"{self.sub}/openings/0": json.dumps(self.texts).encode(),
            "log/checkpoint": self.sign(ORIGIN, self.server),
        }
        for log, entries in ((self.sub, self.poll), ("log", self.server)):
            for at in range(0, len(entries), BLOCK):
                some, number = entries[at : at + BLOCK], at // BLOCK
                content[f"{log}/entries/{number}"] = merkle.bundle(some)
                content[f"{log}/leaves/{number}"] = b"".join(map(merkle.leaf_hash, some))
        return write(path, content | more)

    def promise(self, entry: bytes, by_s: int) -> bytes:
        from parvis.protocols import promises  # noqa: PLC0415 - only here

        return promises.promise(
            Signer(f"square.example/{self.sub}", SEED), merkle.leaf_hash(entry), by_s
        )
