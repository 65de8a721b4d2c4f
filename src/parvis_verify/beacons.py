"""drand's beacons: which round of which chain, when it was due, and whether the chain's key signed it.

Pairings on BLS12-381 take a library (`pip install parvis-verify[draws]`); without it a beacon's signature
stays unchecked, which is said.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from parvis_verify.sayings import Said, number_in, part

try:
    import py_arkworks_bls12381 as curve
except ImportError:  # the program does without, and says so
    curve: Any = None

CAN_PAIR = curve is not None
CHAINED, RFC_9380 = "pedersen-bls-chained", "bls-unchained-g1-rfc9380"
_ON_G1 = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_ON_G2 = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
# The chains of the League of Entropy by their hashes: whoever names another one may hold its key.
KNOWN = {
    "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971": "quicknet",
    "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce": "default",
}


@dataclass(frozen=True)
class Chain:
    key: bytes
    period_s: int
    genesis_at: int
    hash: str
    scheme: str

    def due_at(self, number: int) -> int:
        return self.genesis_at + (number - 1) * self.period_s


def read_chain(said: Said) -> Chain | None:
    """A chain as a manifest writes it; None when its hash is not that of its content."""
    name = str(part(said, "metadata").get("beaconID", "default"))
    period, genesis = number_in(said, "period"), number_in(said, "genesis_time")
    try:
        key, group = (
            bytes.fromhex(str(said.get("public_key"))),
            bytes.fromhex(str(said.get("groupHash"))),
        )
        numbers = period.to_bytes(4, "big") + genesis.to_bytes(8, "big")
    except (ValueError, OverflowError):
        return None
    content = numbers + key + group + (b"" if name == "default" else name.encode())
    hashed = hashlib.sha256(content).hexdigest()
    chain = Chain(key, period, genesis, hashed, str(said.get("schemeID")))
    return chain if hashed == said.get("hash") and period > 0 else None


def is_signed(chain: Chain, number: int, signature: bytes, previous: bytes) -> bool:
    """Whether the chain's key signed this round."""
    message = hashlib.sha256(previous + number.to_bytes(8, "big")).digest()
    if (chain.scheme == CHAINED) != bool(previous):
        return False
    try:
        if chain.scheme.startswith("pedersen"):
            key, signed = _point(curve.G1Point, chain.key), _point(curve.G2Point, signature)
            hashed = curve.G2Point.hash_to_curve(message, _ON_G2)
            return bool(curve.GT.pairing_check([key, -curve.G1Point()], [hashed, signed]))
        suite = _ON_G1 if chain.scheme == RFC_9380 else _ON_G2
        key, signed = _point(curve.G2Point, chain.key), _point(curve.G1Point, signature)
        hashed = curve.G1Point.hash_to_curve(message, suite)
        return bool(curve.GT.pairing_check([signed, -hashed], [curve.G2Point(), key]))
    except ValueError:
        return False


def _point(kind: Any, content: bytes) -> Any:
    point = kind.from_compressed_bytes(content)
    if point == kind.identity() or point.to_compressed_bytes() != content:
        raise ValueError("this is no point that may stand here")
    return point
