#!/usr/bin/env python3
"""Draw again from a list of a million entrants, as the auditor's program does and as the server does."""

import argparse
import hashlib
import json
import resource
import time

from parvis.protocols import draws as formats
from parvis.protocols.drand import QUICKNET
from parvis.protocols.draws import Source, Terms
from parvis_verify import draws, listing

WINNERS, RESERVES = 100, 100


def measure(entrants: int) -> dict[str, float]:
    """Seconds of CPU: the list from pseudonyms, its root, the tickets; then the server's drawing."""
    names = [
        hashlib.sha256(number.to_bytes(8, "big")).digest()[: listing.NAME]
        for number in range(entrants)
    ]
    terms = Terms(0, (Source(QUICKNET.hash.hex(), 1000),), WINNERS, RESERVES)
    manifest = formats.encode_manifest(terms, type="drawing")
    randomness = hashlib.sha256(b"round").digest()
    began = time.process_time()
    found = listing.list_of(names)
    drawing = draws.Drawing(manifest, json.loads(manifest)["draw"], found, entrants)
    listed = time.process_time()
    drawing.root = listing.root_of(drawing.listed)
    rooted = time.process_time()
    winners, _, _ = draws.drawn(drawing, randomness)
    ended = time.process_time()
    leaves = [found[at : at + 32] for at in range(0, len(found), listing.RECORD)]
    by_leaf = {
        found[at : at + 32]: found[at + 32 : at + 48].hex() for at in range(0, len(found), 48)
    }
    began_server = time.process_time()
    outcome = formats.draw(manifest, leaves, randomness)
    server = time.process_time()
    if [by_leaf[one.leaf] for one in outcome.winners] != winners or outcome.root != drawing.root:
        raise SystemExit("the server and the auditor draw differently")
    return {
        "entrants": entrants,
        "auditor_s": round(ended - began, 2),
        "list_s": round(listed - began, 2),
        "root_s": round(rooted - listed, 2),
        "tickets_s": round(ended - rooted, 2),
        "server_s": round(server - began_server, 2),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entrants", type=int, default=1_000_000)
    print(json.dumps(measure(asked.parse_args().entrants), indent=2))
