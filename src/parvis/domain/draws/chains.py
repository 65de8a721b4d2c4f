"""The chains of beacons that draws may name, and how a manifest writes them."""

from collections.abc import Mapping

import msgspec

from parvis.domain.draws.types import announced_of
from parvis.protocols import drand
from parvis.protocols.drand import Beacon, BeaconInvalid, Chain
from parvis.protocols.draws import Source

# The League of Entropy's: the quick one decides, the older one when the first falls silent for good.
FIRST: list[Chain] = [drand.QUICKNET, drand.DEFAULT]


def written(chain: Chain) -> dict[str, object]:
    """As a network's `info` writes it: whoever reads the manifest needs nothing else to check a round."""
    return {
        "public_key": chain.public_key.hex(),
        "period": chain.period_s,
        "genesis_time": chain.genesis_at,
        "hash": chain.hash.hex(),
        "groupHash": chain.group_hash.hex(),
        "schemeID": chain.scheme,
        "metadata": {"beaconID": chain.name},
    }


def known() -> dict[str, Chain]:
    return {chain.hash.hex(): chain for chain in FIRST}


def of(announced: bytes) -> dict[str, Chain]:
    """The chains that decide a draw: as its manifest writes them. One announced long ago may name some
    that this program no longer does.
    """
    told = [msgspec.json.encode(one) for one in announced_of(announced).chains]
    return known() | {chain.hash.hex(): chain for chain in map(drand.parse_chain, told)}


def check(content: bytes, source: Source, chains: Mapping[str, Chain]) -> Beacon:
    """The beacon of a source, or refused in words: of another chain, another round, forged, or none."""
    beacon = drand.parse_beacon(content)
    chain = chains.get(source.chain)
    if chain is None:
        raise BeaconInvalid(f"the draw’s manifest does not describe the chain {source.chain}")
    try:
        drand.check(beacon, chain, source.round)
    except BeaconInvalid as invalid:
        other = _signer(beacon, chains, source.chain)
        if other is None:
            raise
        raise BeaconInvalid(
            f"this is a round of the chain {other.name}, not of {chain.name}"
        ) from invalid
    return beacon


def _signer(beacon: Beacon, chains: Mapping[str, Chain], asked: str) -> Chain | None:
    for hashed, chain in chains.items():
        if hashed == asked:
            continue
        try:
            drand.check(beacon, chain, beacon.round)
        except BeaconInvalid:
            continue
        return chain
    return None
