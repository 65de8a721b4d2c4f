#!/usr/bin/env python3
"""A petition that a million signed, and a draw that a million entered, audited from files: time and memory.

    PYTHONPATH=src python3 bench/stories.py
    PYTHONPATH=src python3 bench/stories.py --people 250000

The logs are written here, signed with a key of this bench: of the petition a hundredth withdrew and a
hundredth signed its second version again; of the draw a hundredth left, and a real round of drand decides.
"""

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from audit import audit

from parvis.domain.petitions import record
from parvis.domain.transparency import entries as said
from parvis.protocols import draws as formats
from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.drand import DEFAULT
from parvis.protocols.draws import Source, Terms
from parvis.protocols.signed_note import Checkpoint, Signer

HOST, SEED = "square.example", bytes(32)
BEACONS = Path(__file__).resolve().parents[2] / "shared" / "vectors" / "drand" / "beacons.json"
ROUND = 2634945
DAY = date(2026, 11, 22)


def name_of(number: int) -> str:
    return hashlib.sha256(number.to_bytes(8, "big")).hexdigest()[:32]


def petition(people: int) -> Iterator[bytes]:
    texts = dict.fromkeys(("title", "text", "addressee", "author"), bytes(32))
    eligible = {"eligible": {"verifier": "none"}, "without_account": False, "goal": people}
    closes_at = datetime(2026, 12, 1, tzinfo=UTC)
    places = {"places": [f"Place {one}" for one in range(50)]}
    yield record.manifest(1, texts, {**eligible, **places}, closes_at)
    some = people // 100
    for number in range(people):
        if number == people // 2:
            yield record.version(2, bytes(32), bytes(32), people)
        version = 1 if number < people // 2 else 2
        yield record.signature(name_of(number), version, DAY, number % 50, bytes(32))
    for number in range(some):
        yield record.withdrawn(name_of(number))
        yield record.signature(name_of(some + number), 2, DAY, None, None)
    first = people // 2
    counts = {
        "signatures": people - first + some,
        "earlier": first - 2 * some,
        "withdrawn": some,
        "removed": 0,
    }
    yield record.closed("its time was over", 2, counts)


def draw(people: int) -> Iterator[bytes]:
    beacon = next(one for one in json.loads(BEACONS.read_text()) if one["round"] == ROUND)
    chain = DEFAULT
    terms = Terms(chain.due_at(ROUND) - 600, (Source(chain.hash.hex(), ROUND),), 100, 100)
    info = {
        "public_key": chain.public_key.hex(), "period": chain.period_s, "genesis_time": chain.genesis_at,
        "hash": chain.hash.hex(), "groupHash": chain.group_hash.hex(), "schemeID": chain.scheme,
        "metadata": {"beaconID": chain.name},
    }  # fmt: skip
    texts = dict.fromkeys(("title", "prizes", "organiser"), "0" * 64)
    drawn = {"winners": 100, "reserves": 100, "again": terms.again, "drawings": 1}
    manifest = said.encode("draw", id="1", method="drawn", chains=[info], **texts, **drawn)
    leaf = merkle.leaf_hash(manifest).hex()
    drawing = formats.encode_manifest(terms, type="drawing", manifest=leaf, number=1)
    yield manifest
    yield drawing
    for number in range(people):
        yield said.encode("entry", entrant=name_of(number))
    some = people // 100
    for number in range(some):
        yield said.encode("left", entrant=name_of(number))
    leaves = {
        merkle.leaf_hash(said.encode("entry", entrant=name_of(number))): name_of(number)
        for number in range(some, people)
    }
    randomness = hashlib.sha256(bytes.fromhex(beacon["signature"])).digest()
    outcome = formats.draw(drawing, sorted(leaves), randomness)
    yield said.encode("freeze", number=1)
    yield said.encode(
        "frozen", number=1, root=outcome.root.hex(), entrants=len(leaves), at=terms.frozen_at
    )
    names = ("round", "signature", "previous_signature")
    yield said.encode(
        "drawn", number=1, source=0, left_out=0, beacon={one: beacon[one] for one in names},
        winners=[leaves[one.leaf] for one in outcome.winners],
        reserves=[leaves[one.leaf] for one in outcome.reserves],
    )  # fmt: skip
    yield said.encode("closed", why="it is over")


def write(folder: Path, path: str, entries: Iterator[bytes]) -> tuple[int, str]:
    """Bundles, checkpoint and server log; answers how many entries and the key."""
    log = merkle.Frontier()
    bundle: list[bytes] = []
    first = b""

    def put() -> None:
        file = folder / path / merkle.entries_path((log.size - 1) // 256, len(bundle))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(merkle.bundle(bundle))
        bundle.clear()

    for entry in entries:
        first = first or entry
        bundle.append(entry)
        log.extend([merkle.leaf_hash(entry)])
        if len(bundle) == merkle.TILE_WIDTH:
            put()
    if bundle:
        put()
    origin = f"{HOST}/{path}"
    text = Checkpoint(origin, log.size, log.root()).text()
    sign(folder / path, origin, text)
    told = [
        said.encode("log", origin=origin, first=merkle.leaf_hash(first).hex()),
        said.encode("checkpoint", checkpoint=text),
    ]
    server = folder / "log" / merkle.entries_path(0, len(told))
    server.parent.mkdir(parents=True)
    server.write_bytes(merkle.bundle(told))
    root = merkle.root_of(map(merkle.leaf_hash, told))
    key = sign(folder / "log", f"{HOST}/log", Checkpoint(f"{HOST}/log", len(told), root).text())
    return log.size, key


def sign(folder: Path, origin: str, text: str) -> str:
    signer = Signer(origin, SEED)
    (folder / "checkpoint").write_bytes(notes.sign(text, [signer]).encode())
    return str(signer.verifier)


def main() -> None:
    reading = argparse.ArgumentParser(description=__doc__)
    reading.add_argument("--people", type=int, default=1_000_000)
    people: int = reading.parse_args().people
    for kind, entries in (("petitions", petition(people)), ("draws", draw(people))):
        with tempfile.TemporaryDirectory(prefix="parvis-stories-") as folder:
            size, key = write(Path(folder), f"log/{kind}/1", entries)
            print(f"{kind}: {size:,} entries", flush=True)
            audit(Path(folder) / "log" / kind / "1", key)


if __name__ == "__main__":
    main()
