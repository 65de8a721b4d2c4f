"""What the addressee of a petition carries away: every signature as it stands, and the proof of each, in one
zip that is written while it is read, so that a million signatures are never in memory. Nor is there a file of
names anywhere, from which they would have to be erased. Proofs take 80 µs each: in a thread, and a few times
an hour.
"""

import asyncio
import csv
import io
import zipfile
from collections.abc import AsyncGenerator, AsyncIterator
from functools import cache
from typing import Any

import msgspec

from parvis.domain.errors import TooMany
from parvis.domain.petitions import record
from parvis.domain.petitions.types import Petition
from parvis.domain.transparency import proofs, succeeding, tiles
from parvis.domain.transparency.types import Published
from parvis.infra.limits import Limit
from parvis.infra.postgres import Db
from parvis.infra.sql import queries
from parvis.protocols.merkle_log import HASH_BYTES, TILE_WIDTH, leaf_hash, prove_inclusion
from parvis.protocols.tlog_proof import Receipt

Q = queries("parvis.domain.petitions")

AT_ONCE = 500
EXPORTS = Limit(12, 3_600)
PACKED = 1  # of 9: most of a proof are hashes, which nothing makes smaller
HEAD = ("person", "state", "version", "day", "place", "shown", "name", "leaf")
RISKY = ("=", "+", "-", "@", "\t", "\r")  # spreadsheets would run them (CWE-1236)
README = """\
{title}

signatures.csv  every signature: its pseudonym in the log, whether it is in force, what it shows of its name
proofs.jsonl    for each one in force, by its leaf: the entry, and proof that the log holds it (tlog-proof)
checkpoint      the log as it was when this was made (checkpoint-next-2: the one that goes on from it)

A name is only here if its person shows it. Leaves are those of RFC 6962, in hex.

signatures.csv  chaque signature : son pseudonyme, si elle est en vigueur, ce qu’elle montre de son nom
proofs.jsonl    pour chacune en vigueur, par sa feuille : l’entrée, et la preuve du registre (tlog-proof)
checkpoint      le registre tel qu’il était alors (checkpoint-next-2 : celui qui le continue)

Un nom n’est là que si la personne le montre. Les feuilles sont celles de la RFC 6962, en hexadécimal.

{log}
"""


class _Sink(io.RawIOBase):
    """What was written since it was last taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def take(db: Db, petition: Petition) -> None:
    """Before an export. Refused: there were many of this petition within the hour."""
    taken = db.limits.take(EXPORTS, "petition_export", petition.id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)


async def export(db: Db, petition: Petition, root: str) -> AsyncGenerator[bytes]:
    """The zip, part by part."""
    sink = _Sink()
    logs = await proofs.list_chain(db, petition.path)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED) as archive:
        address = f"{root}/{petition.path}"
        archive.writestr("README.txt", README.format(title=petition.title, log=address))
        for path, log in logs.items():
            known = succeeding.alias_of(path) or path
            name = "checkpoint" + known.removeprefix(petition.path).replace("/", "-")
            archive.writestr(name, log.newest or "")
        with archive.open("signatures.csv", "w", force_zip64=True) as file:
            file.write(_lines([HEAD]))
            async for rows in _pages(db, petition.id):
                file.write(_lines(_row(row, petition.places) for row in rows))
                yield sink.take()
        with archive.open("proofs.jsonl", "w", force_zip64=True) as file:
            async for rows in _pages(db, petition.id):
                for log in logs.values():
                    lines = await _proofs(db, log, rows)
                    await asyncio.to_thread(file.write, lines)
                    yield sink.take()
    yield sink.take()


async def _pages(db: Db, petition_id: int) -> AsyncIterator[list[Any]]:
    after = 0
    while rows := await db.fetch(Q.export, petition_id, after, AT_ONCE):
        yield rows
        after = rows[-1]["id"]


def _entry(row: Any) -> bytes:
    return record.signature(
        row["person"], row["version"], row["signed_on"], row["place"], row["commitment"]
    )


def _row(row: Any, places: list[str]) -> tuple[object, ...]:
    chosen: int | None = row["place"]
    place = places[chosen] if chosen is not None else ""
    name: str = row["name"] or ""
    return (
        row["person"],
        row["state"],
        row["version"],
        row["signed_on"].isoformat(),
        _safe(place),
        row["shown"],
        _safe(name),
        leaf_hash(_entry(row)).hex(),
    )


def _safe(words: str) -> str:
    return f"'{words}" if words.startswith(RISKY) else words


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


async def _proofs(db: Db, log: Published, rows: list[Any]) -> bytes:
    """Lines with the proofs of some signatures: two statements, however many they are."""
    checkpoint = log.newest
    if checkpoint is None:
        return b""
    said = {
        leaf_hash(one): one for one in (_entry(row) for row in rows if row["state"] == "signed")
    }
    found = await db.fetch(Q.find_positions, log.id, list(said))
    placed = [(row["leaf"], row["position"]) for row in found if row["position"] < log.size]
    wanted: set[tuple[int, int]] = set()

    def note(level: int, index: int) -> bytes:
        wanted.add((level, index))
        return bytes(HASH_BYTES)

    # Who stands in one tile needs the same tiles.
    for position in {position // TILE_WIDTH: position for _, position in placed}.values():
        prove_inclusion(position, log.size, note)
    # Proofs of neighbours share most of their hashes, and each costs up to 127 others.
    read = cache(await tiles.hashes_for(db, log.id, wanted))

    def made() -> bytes:
        lines: list[bytes] = []
        for leaf, position in placed:
            path = tuple(prove_inclusion(position, log.size, read))
            proof = Receipt(position, path, checkpoint.encode()).encode().decode()
            told = {"leaf": leaf.hex(), "entry": said[leaf].decode(), "proof": proof}
            lines.append(msgspec.json.encode(told) + b"\n")
        return b"".join(lines)

    return await asyncio.to_thread(made)
