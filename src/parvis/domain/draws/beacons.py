"""Where rounds come from: relays of the beacon's network, asked by the worker, or a file."""

from collections.abc import Mapping
from typing import Any

from parvis.domain.draws import chains
from parvis.domain.draws.rows import Held, held_of, hold
from parvis.domain.draws.types import announced_of
from parvis.domain.errors import Conflict, Forbidden, Invalid
from parvis.infra.clock import now
from parvis.infra.logs import get_logger
from parvis.infra.outgoing import Outgoing, OutgoingRefused, Unreachable
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries
from parvis.protocols import draws as formats
from parvis.protocols.drand import LONGEST, Beacon, BeaconInvalid, Chain
from parvis.protocols.draws import Source

Q = queries("parvis.domain.draws")
log = get_logger()

OK = 200
WAITS_S = 5.0  # for each relay


async def fetch(
    outgoing: Outgoing, relays: tuple[str, ...], source: Source, announced: bytes
) -> Beacon | None:
    """A round from the first relay that has it; None: no relay has, or none answers."""
    for relay in relays:
        address = f"{relay}/{source.chain}/public/{source.round}"
        try:
            told = await outgoing.fetch(
                address, "application/json", most_bytes=LONGEST, most_s=WAITS_S
            )
            if told.status == OK:
                return chains.check(told.content, source, chains.of(announced))
        except (OutgoingRefused, Unreachable, BeaconInvalid) as failed:
            log.warning("a relay brought no beacon", relay=relay, why=str(failed))
    return None


def written(beacon: Beacon) -> dict[str, Any]:
    """As a relay writes it; only a chained one has a signature before it."""
    said: dict[str, Any] = {"round": beacon.round, "signature": beacon.signature.hex()}
    if beacon.previous:
        said["previous_signature"] = beacon.previous.hex()
    return said | {"randomness": beacon.randomness.hex()}


async def supply(tx: Tx, account_id: int | None, draw_id: int, content: bytes) -> None:
    """Bring the round that a drawing waits for. `account_id` None: whoever runs the machine.

    Refused, in words: not yet due by this clock, another chain, another round, a forgery.
    """
    row = await tx.fetchrow(Q.find_waiting, draw_id, account_id)
    if row is None:
        raise Conflict("No drawing of this draw waits for a round", reason="no_drawing")
    if not row["may"]:
        raise Forbidden("This draw is not yours", reason="not_yours")
    held = held_of(await tx.fetchrow(Q.find_drawing, draw_id, row["number"]))
    if now() < held.due_at:
        raise Conflict(
            "This round is not due yet by the clock of this server: if you have it, the clock is wrong",
            reason="not_due",
        )
    sources = formats.parse_terms(held.manifest).sources
    place, beacon = _find_source(content, sources, chains.of(held.announced))
    if await hold(tx, draw_id, held.number, "shown") is None:
        raise Conflict("This drawing is decided already", reason="draw_over")
    kept = {"source": place, "beacon": written(beacon)}
    await tx.execute(Q.keep_supplied, draw_id, held.number, kept, now())


def _find_source(
    content: bytes, sources: tuple[Source, ...], named: Mapping[str, Chain]
) -> tuple[int, Beacon]:
    """Which of a drawing's rounds this is; refused in the words for the first, which decides."""
    refused: BeaconInvalid | None = None
    for place, source in enumerate(sources):
        try:
            return place, chains.check(content, source, named)
        except BeaconInvalid as invalid:
            refused = refused or invalid
    raise Invalid("beacon", f"Validation failed: {refused}", reason="beacon_invalid") from refused


def supplied(kept: dict[str, Any] | None, place: int) -> Beacon | None:
    """What somebody brought for this source; it was checked, and is again when it decides."""
    if kept is None or kept["source"] != place:
        return None
    told = kept["beacon"]
    return Beacon(
        told["round"],
        bytes.fromhex(told["signature"]),
        bytes.fromhex(told.get("previous_signature", "")),
    )


async def find(
    outgoing: Outgoing, relays: tuple[str, ...], held: Held
) -> tuple[int, Beacon] | None:
    """The round that decides a drawing now, and its place among its sources; None: it is not to be had."""
    terms = formats.parse_terms(held.manifest)
    late_s = (now() - held.due_at).total_seconds()
    for place, source in enumerate(terms.sources):
        if place and late_s < announced_of(held.announced).fallback_after_s:
            return None
        beacon = supplied(held.supplied, place) or await fetch(
            outgoing, relays, source, held.announced
        )
        if beacon is not None:
            return place, beacon
    return None


async def list_waiting(db: Db) -> list[int]:
    """The draws that wait for a round now."""
    return [row["draw_id"] for row in await db.fetch(Q.list_waiting, now())]
