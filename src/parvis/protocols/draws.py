"""Draws that anybody can repeat: tickets from what was announced, who had entered, and public randomness.

First the manifest is logged: how many win, and which rounds of which beacon, still to come, decide. Then
the list of entrants is frozen: it is a log, so its root stands for all of them. Then the round is signed.
An entrant's ticket is

    SHA-256(domain ‖ SHA-256(manifest) ‖ root of the entrants ‖ randomness ‖ leaf hash of the entrant)

with all parts of fixed length, and the lowest tickets win, read as big-endian numbers. Whoever draws
chooses nothing once the list is frozen, and could not foresee the outcome while it was not.

A manifest is JSON in its one shortest form with sorted names; the terms that this module goes by stand
under "draw", and everything else that was announced (who may enter, where, for what) is hashed with it.
A million entrants are drawn in 2.5 s of CPU, the root included.
"""

import hashlib
import heapq
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, TypeVar

import msgspec

from parvis.protocols import drand
from parvis.protocols.drand import Beacon, Chain
from parvis.protocols.merkle_log import HASH_BYTES, root_of

MOST_DRAWN = 10_000
MOST_BEACONS = 5
LEAST_WAIT_S = 60  # between freezing the list and the round: clocks differ, and witnesses take time
LONGEST = 65_535  # bytes of a manifest: it is an entry of a log
_DOMAIN = b"parvis.draw/ticket/v1\x00"
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOST = (1 << 53) - 1  # what every JSON reader reads exactly

T = TypeVar("T")


class DrawInvalid(Exception):
    """A manifest, a list of entrants or an outcome is not what it has to be; the message says what."""


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A round to come, by the hash of its chain (hexadecimal) and its number."""

    chain: str
    round: int


class Terms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What decides, as announced.

    `sources`: the first one's randomness decides; one behind it only when none before was ever signed.
    `again`: whether those drawn earlier in the series take part.
    """

    frozen_at: int  # seconds since 1970: who has entered by then takes part
    sources: tuple[Source, ...]
    winners: int
    reserves: int = 0
    again: Literal["may", "may not"] = "may"


class Ticket(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    entrant: int  # place in the frozen list, from 0
    leaf: bytes
    number: bytes


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who was drawn, the first of each first. Both are short where fewer took part."""

    root: bytes
    entrants: int
    left_out: int  # entrants drawn earlier in the series
    winners: tuple[Ticket, ...]
    reserves: tuple[Ticket, ...]


class _Manifest(msgspec.Struct):
    draw: Terms


def encode_manifest(terms: Terms, **announced: object) -> bytes:
    """A manifest with its terms and whatever else is announced."""
    content = msgspec.json.encode({**announced, "draw": terms}, order="sorted")
    parse_terms(content)
    return content


def parse_terms(manifest: bytes) -> Terms:
    """The terms of a manifest. Refused: other ways to write it, and terms that decide nothing."""
    if len(manifest) > LONGEST:
        raise DrawInvalid(f"a manifest has at most {LONGEST} bytes")
    if msgspec.json.encode(_decode(manifest, object), order="sorted") != manifest:
        raise DrawInvalid("the manifest is not written in the one way")
    terms = _decode(manifest, _Manifest).draw
    if not (1 <= terms.winners <= MOST_DRAWN and 0 <= terms.reserves <= MOST_DRAWN):
        raise DrawInvalid(f"1 to {MOST_DRAWN} win, and as many stand in reserve")
    if not 1 <= len(terms.sources) <= MOST_BEACONS or len(set(terms.sources)) < len(terms.sources):
        raise DrawInvalid(f"1 to {MOST_BEACONS} rounds decide, each named once")
    if not all(_HASH.fullmatch(one.chain) and 1 <= one.round <= _MOST for one in terms.sources):
        raise DrawInvalid("a round is named by its chain's hash and its number")
    if not 0 <= terms.frozen_at <= _MOST:
        raise DrawInvalid("the list is frozen at a time, in seconds since 1970")
    return terms


def check_times(terms: Terms, chains: Mapping[str, Chain], frozen_at: int) -> None:
    """Refused unless every round was due after the list was frozen. `chains` are known by their hashes.

    `frozen_at`: the time that is proved, by witnesses of the root or by the server's own checkpoint.
    """
    for source in terms.sources:
        chain = _known(source, chains)
        if chain.due_at(source.round) < max(frozen_at, terms.frozen_at) + LEAST_WAIT_S:
            raise DrawInvalid(f"round {source.round} was due before the list was surely frozen")


def decide(
    terms: Terms, chains: Mapping[str, Chain], beacons: Mapping[Source, Beacon]
) -> tuple[Source, bytes]:
    """The round that decides, and its randomness. Refused: none signed yet, or one that is not the chain's.

    Whoever checks a draw brings the beacons of all its sources that were ever signed.
    """
    for source in terms.sources:
        beacon = beacons.get(source)
        if beacon is not None:
            chain = _known(source, chains)
            return source, drand.check(beacon, chain, source.round)
    raise DrawInvalid("no round that decides is signed yet")


def _known(source: Source, chains: Mapping[str, Chain]) -> Chain:
    chain = chains.get(source.chain)
    if chain is None or chain.hash.hex() != source.chain:
        raise DrawInvalid(f"the chain {source.chain} is not known here")
    return chain


def draw(
    manifest: bytes,
    leaves: Sequence[bytes],
    randomness: bytes,
    drawn_before: Collection[bytes] = (),
) -> Outcome:
    """Who wins. `leaves`: the entrants' leaf hashes in the order of the list.

    `drawn_before`: leaf hashes of those drawn earlier in the series; asked for only when the terms say
    that they may not win again. Refused: an entrant who stands in the list twice.
    """
    terms = parse_terms(manifest)
    if len(randomness) != HASH_BYTES or any(len(leaf) != HASH_BYTES for leaf in leaves):
        raise DrawInvalid(f"randomness and leaf hashes have {HASH_BYTES} bytes")
    if len(set(leaves)) != len(leaves):
        raise DrawInvalid("an entrant stands in the list twice")
    root = root_of(leaves)
    begun = _DOMAIN + hashlib.sha256(manifest).digest() + root + randomness
    before = set(drawn_before) if terms.again == "may not" else set[bytes]()
    tickets = ((_ticket(begun, leaf), at) for at, leaf in enumerate(leaves) if leaf not in before)
    lowest = heapq.nsmallest(terms.winners + terms.reserves, tickets)
    drawn = tuple(Ticket(at, leaves[at], number) for number, at in lowest)
    return Outcome(
        root,
        len(leaves),
        sum(leaf in before for leaf in leaves) if before else 0,
        drawn[: terms.winners],
        drawn[terms.winners :],
    )


def _ticket(begun: bytes, leaf: bytes) -> bytes:
    return hashlib.sha256(begun + leaf).digest()


def check(
    told: Outcome,
    manifest: bytes,
    leaves: Sequence[bytes],
    randomness: bytes,
    drawn_before: Collection[bytes] = (),
) -> None:
    """Refused unless drawing anew gives the outcome that was told; says where they part."""
    right = draw(manifest, leaves, randomness, drawn_before)
    if told.root != right.root or told.entrants != right.entrants:
        raise DrawInvalid("it was drawn from another list of entrants")
    if told.left_out != right.left_out:
        raise DrawInvalid(f"{right.left_out} were drawn before, not {told.left_out}")
    for kind, those, ours in (
        ("winner", told.winners, right.winners),
        ("reserve", told.reserves, right.reserves),
    ):
        if len(those) != len(ours):
            raise DrawInvalid(f"there is to be one {kind} on each of {len(ours)} places")
        for place, (one, other) in enumerate(zip(those, ours, strict=True), 1):
            if one != other:
                raise DrawInvalid(f"{kind} {place} is entrant {other.entrant}, not {one.entrant}")


def _decode(content: bytes, form: type[T]) -> T:
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise DrawInvalid(f"it cannot be read: {wrong}") from None
