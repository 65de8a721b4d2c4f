"""Rounds of drand: whether the chain's key signed one (BLS on BLS12-381), and what chains are called.

The pairing is that of `py-arkworks-bls12381`, which this program does without where it is not installed: then
it says that the signature was not checked.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

# The public networks of the League of Entropy, by the hash of their chain.
NAMED = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": "quicknet",
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": "default",
}
_G1, _G2 = (f"BLS_SIG_BLS12381G{one}_XMD:SHA-256_SSWU_RO_NUL_".encode() for one in (1, 2))
# Scheme → whether signatures stand on G1, and the domain of the hash to the curve.
_SCHEMES: dict[str, tuple[bool, bytes]] = {
    "pedersen-bls-chained": (False, _G2),
    "pedersen-bls-unchained": (False, _G2),
    "bls-unchained-on-g1": (True, _G2),
    "bls-unchained-g1-rfc9380": (True, _G1),
}

_NEUTRAL = {size: b"\xc0" + bytes(size - 1) for size in (48, 96)}  # it would verify anything


class BeaconWrong(Exception):
    """It is not this round of this chain; the message says why."""


@dataclass(frozen=True)
class Chain:
    key: bytes
    period_s: int
    genesis_at: int
    group: bytes
    scheme: str
    name: str

    @property
    def hash(self) -> str:
        name = b"" if self.name == "default" else self.name.encode()
        numbers = self.period_s.to_bytes(4, "big") + self.genesis_at.to_bytes(8, "big")
        return hashlib.sha256(numbers + self.key + self.group + name).hexdigest()

    def due_at(self, number: int) -> int:
        return self.genesis_at + (number - 1) * self.period_s


def read_chain(said: Mapping[str, object]) -> Chain:
    """A chain as a manifest writes it. Refused: one whose hash is not that of its content."""
    try:
        chain = Chain(
            bytes.fromhex(str(said["public_key"])),
            int(str(said["period"])),
            int(str(said["genesis_time"])),
            bytes.fromhex(str(said["groupHash"])),
            str(said["schemeID"]),
            str(cast("Mapping[str, object]", said["metadata"])["beaconID"]),
        )
        if chain.hash == said["hash"] and chain.scheme in _SCHEMES:
            return chain
    except (ValueError, KeyError, TypeError, OverflowError):
        pass
    raise BeaconWrong("the chain is not what its hash names")


def randomness(said: Mapping[str, object], number: int) -> bytes:
    """The randomness of a beacon that says it is this round; its signature is not looked at."""
    if said.get("round") != number:
        raise BeaconWrong(f"it is round {said.get('round')}")
    try:
        return hashlib.sha256(bytes.fromhex(str(said.get("signature")))).digest()
    except ValueError:
        raise BeaconWrong("its signature cannot be read") from None


def check(said: Mapping[str, object], chain: Chain, number: int) -> bool:
    """Refused unless the chain's key signed the round; False when that cannot be checked here."""
    try:
        from py_arkworks_bls12381 import (  # noqa: PLC0415 - see on top
            GT,
            G1Point,
            G2Point,
        )
    except ImportError:
        return False
    before = str(said.get("previous_signature") or "")
    if bool(before) != (chain.scheme == "pedersen-bls-chained"):
        raise BeaconWrong("only rounds of a chained scheme name the one before")
    on_g1, domain = _SCHEMES[chain.scheme]
    try:
        message = hashlib.sha256(bytes.fromhex(before) + number.to_bytes(8, "big")).digest()
        signature = bytes.fromhex(str(said.get("signature")))
        if {_NEUTRAL[len(one)] for one in (signature, chain.key)} & {signature, chain.key}:
            raise BeaconWrong("its signature is the neutral point")
        if on_g1:
            signed, key = G1Point.from_compressed_bytes(signature), chain.key
            hashed = -G1Point.hash_to_curve(message, domain)
            is_written = signed.to_compressed_bytes() == signature
            is_signed = GT.pairing_check(
                [signed, hashed], [G2Point(), G2Point.from_compressed_bytes(key)]
            )
        else:
            there = G2Point.from_compressed_bytes(signature)
            is_written = there.to_compressed_bytes() == signature
            is_signed = GT.pairing_check(
                [G1Point.from_compressed_bytes(chain.key), -G1Point()],
                [G2Point.hash_to_curve(message, domain), there],
            )
    except (ValueError, OverflowError, KeyError):
        raise BeaconWrong("its signature is no point of the curve") from None
    if not is_written:
        raise BeaconWrong("its signature is not written in the one way")
    if not is_signed:
        raise BeaconWrong("the chain’s key did not sign it")
    return True
