"""Checking drand's beacons: randomness that nobody could know before its time, and anybody can check.

A drand network signs each round's number with a key that its members hold in common (BLS on BLS12-381).
A draw names a chain and a round to come; when that round is signed, its randomness is the hash of the
signature. The hash of a chain covers its key, period and beginning, so that a manifest which names it
names them all. Documented in drand's specification (docs.drand.love, "Cryptography" and "HTTP API").

Checked here: points on the curve and in the right subgroup, written in the one way, not the neutral one
(which would verify anything); the pairing; the hash of the chain; the time of a round. Fetching is the
worker's.
"""

import hashlib
from typing import Literal, TypeVar

import msgspec
from py_arkworks_bls12381 import GT, G1Point, G2Point

Scheme = Literal[
    "pedersen-bls-chained",
    "pedersen-bls-unchained",
    "bls-unchained-on-g1",
    "bls-unchained-g1-rfc9380",
]

T = TypeVar("T")

LONGEST = 4096  # bytes of a beacon or of a chain's description
_G1_BYTES, _G2_BYTES, _HASH_BYTES = 48, 96, 32
_ON_G1 = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
_ON_G2 = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_"
_MOST_ROUNDS = (1 << 63) - 1


class BeaconInvalid(Exception):
    """It is no beacon, or not this chain's; the message says which."""


class Chain(msgspec.Struct, frozen=True):
    """A network's chain of beacons: what its `info` tells, and what its hash covers."""

    public_key: bytes
    period_s: int
    genesis_at: int  # seconds since 1970, when round 1 was due
    group_hash: bytes
    scheme: Scheme
    name: str = "default"

    @property
    def hash(self) -> bytes:
        """What names the chain. The first network has no name in it."""
        name = "" if self.name == "default" else self.name
        numbers = self.period_s.to_bytes(4, "big") + self.genesis_at.to_bytes(8, "big")
        content = numbers + self.public_key + self.group_hash + name.encode()
        return hashlib.sha256(content).digest()

    def due_at(self, number: int) -> int:
        """When a round is signed, in seconds since 1970."""
        return self.genesis_at + (number - 1) * self.period_s

    def first_from(self, moment: int) -> int:
        """The first round that is not signed before a moment (seconds since 1970)."""
        return max(-((self.genesis_at - moment) // self.period_s), 0) + 1


class Beacon(msgspec.Struct, frozen=True):
    """One round as the network signed it; nothing is checked yet."""

    round: int
    signature: bytes
    previous: bytes = b""  # the signature of the round before; only chained schemes have one

    @property
    def randomness(self) -> bytes:
        return hashlib.sha256(self.signature).digest()


# Public networks of the League of Entropy.
QUICKNET = Chain(
    bytes.fromhex(
        "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
        "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
        "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ),
    3,
    1692803367,
    bytes.fromhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e"),
    "bls-unchained-g1-rfc9380",
    "quicknet",
)
DEFAULT = Chain(
    bytes.fromhex(
        "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a5699"
        "37c529eeda66c7293784a9402801af31"
    ),
    30,
    1595431050,
    bytes.fromhex("176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a"),
    "pedersen-bls-chained",
)


class _ChainForm(msgspec.Struct):
    public_key: str
    period: int
    genesis_time: int
    hash: str
    group_hash: str = msgspec.field(name="groupHash")
    scheme: Scheme = msgspec.field(name="schemeID", default="pedersen-bls-chained")
    metadata: dict[str, str] = msgspec.field(default_factory=dict[str, str])


class _BeaconForm(msgspec.Struct):
    round: int
    signature: str
    randomness: str | None = None
    previous_signature: str = ""


def parse_chain(content: bytes) -> Chain:
    """A chain from the JSON of a network's `info`. Refused: one whose hash is not that of its content."""
    form = _decode(content, _ChainForm)
    chain = Chain(
        _unhex(form.public_key),
        form.period,
        form.genesis_time,
        _unhex(form.group_hash),
        form.scheme,
        form.metadata.get("beaconID", "default"),
    )
    if not (0 < chain.period_s < 1 << 32 and 0 <= chain.genesis_at < 1 << 63):
        raise BeaconInvalid("the chain's times are none")
    if chain.hash != _unhex(form.hash):
        raise BeaconInvalid("the chain's hash is not that of its key, times and name")
    return chain


def parse_beacon(content: bytes) -> Beacon:
    """A beacon from the JSON of a network's round, unchecked but for what it says of its randomness."""
    form = _decode(content, _BeaconForm)
    beacon = Beacon(form.round, _unhex(form.signature), _unhex(form.previous_signature))
    if form.randomness is not None and _unhex(form.randomness) != beacon.randomness:
        raise BeaconInvalid("the randomness is not the hash of the signature")
    return beacon


def check(beacon: Beacon, chain: Chain, number: int) -> bytes:
    """The randomness of a chain's round. Refused: another round, another chain, or a forgery."""
    if beacon.round != number:
        raise BeaconInvalid(f"this is round {beacon.round}, not {number}")
    if not 0 < number <= _MOST_ROUNDS:
        raise BeaconInvalid("rounds are counted from 1")
    is_chained = chain.scheme == "pedersen-bls-chained"
    if is_chained != bool(beacon.previous):
        raise BeaconInvalid("only a chained beacon names the signature before it, and it must")
    if is_chained and len(beacon.previous) != (_HASH_BYTES if number == 1 else _G2_BYTES):
        raise BeaconInvalid("the signature before has a wrong length")
    message = hashlib.sha256(beacon.previous + number.to_bytes(8, "big")).digest()
    if not _is_signed(message, beacon.signature, chain):
        raise BeaconInvalid("the chain's key did not sign this round")
    return beacon.randomness


def _is_signed(message: bytes, signature: bytes, chain: Chain) -> bool:
    if chain.scheme.startswith("pedersen"):  # keys on G1, signatures on G2
        key, signed = _g1(chain.public_key), _g2(signature)
        hashed = G2Point.hash_to_curve(message, _ON_G2)
        return GT.pairing_check([key, -G1Point()], [hashed, signed])
    # The older scheme with signatures on G1 kept G2's name for its hash: drand says so.
    suite = _ON_G1 if chain.scheme == "bls-unchained-g1-rfc9380" else _ON_G2
    key, signed = _g2(chain.public_key), _g1(signature)
    return GT.pairing_check([signed, -G1Point.hash_to_curve(message, suite)], [G2Point(), key])


def _g1(content: bytes) -> G1Point:
    if len(content) != _G1_BYTES:
        raise BeaconInvalid(f"a point on G1 has {_G1_BYTES} bytes")
    try:
        point = G1Point.from_compressed_bytes(content)
    except ValueError:
        raise BeaconInvalid("this is no point of the group") from None
    if point == G1Point.identity() or point.to_compressed_bytes() != content:
        raise BeaconInvalid("this is no point that may stand here")
    return point


def _g2(content: bytes) -> G2Point:
    if len(content) != _G2_BYTES:
        raise BeaconInvalid(f"a point on G2 has {_G2_BYTES} bytes")
    try:
        point = G2Point.from_compressed_bytes(content)
    except ValueError:
        raise BeaconInvalid("this is no point of the group") from None
    if point == G2Point.identity() or point.to_compressed_bytes() != content:
        raise BeaconInvalid("this is no point that may stand here")
    return point


def _decode(content: bytes, form: type[T]) -> T:
    if len(content) > LONGEST:
        raise BeaconInvalid("this is too long")
    try:
        return msgspec.json.decode(content, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise BeaconInvalid(f"this is not what drand writes: {wrong}") from None


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise BeaconInvalid("this is no hexadecimal") from None
