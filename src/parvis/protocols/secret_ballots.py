"""A secret ballot as its voter makes it: a key of their own that the poll's key signed unseen, and choices
signed with that key.

So nobody but the voter can vote with the token, also once the log shows it to everybody, and nobody, the
server neither, can change what was chosen.
"""

import hashlib

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from parvis.protocols.blind_rsa import PREFIX_BYTES, BlindRsaInvalid, PublicKey

TOKEN = b"parvis ballot token v1\n"
BALLOT = "parvis secret ballot v1"
KEY_BYTES = 65  # a point of P-256, uncompressed (SEC 1 §2.3.3)
PROOF_BYTES = 64
TURNS_MOST = 20  # how often one voter changes their mind


class SecretBallotInvalid(Exception):
    """A ballot is not what it has to be. `reason` is a stable word for programs."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class Signed(msgspec.Struct, frozen=True):
    """A ballot as it is sent. Bytes are base64 in JSON."""

    key: bytes
    prefix: bytes
    signature: bytes
    turn: int
    choices: list[int]
    proof: bytes

    @property
    def token(self) -> bytes:
        """What it is known by: the same voter's ballots in one poll have the same."""
        return hashlib.sha256(self.key).digest()


def token_message(prefix: bytes, key: bytes) -> bytes:
    """What the poll's key signs (RFC 9474 §4.1: behind bytes of chance)."""
    return prefix + TOKEN + key


def name_of(public: PublicKey) -> str:
    """What a ballot names its poll by."""
    return hashlib.sha256(public.encode()).hexdigest()


def ballot_message(poll: str, turn: int, choices: list[int]) -> bytes:
    """What the voter's key signs."""
    said = msgspec.json.encode(choices).decode()
    return f"{BALLOT}\n{poll}\n{turn}\n{said}".encode()


def check(public: PublicKey, poll: str, ballot: Signed) -> None:
    """Refused unless the poll's key signed the token, and the token's key the choices. 0.15 ms of CPU."""
    if len(ballot.prefix) != PREFIX_BYTES or len(ballot.key) != KEY_BYTES:
        raise SecretBallotInvalid("The token has the wrong size", "forged_token")
    if not 1 <= ballot.turn <= TURNS_MOST:
        raise SecretBallotInvalid(f"A vote is changed at most {TURNS_MOST - 1} times", "turns")
    try:
        public.verify(token_message(ballot.prefix, ballot.key), ballot.signature)
    except BlindRsaInvalid:
        raise SecretBallotInvalid(
            "This token was not given for this poll", "forged_token"
        ) from None
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ballot.key)
        key.verify(
            _der(ballot.proof),
            ballot_message(poll, ballot.turn, ballot.choices),
            ec.ECDSA(SHA256()),
        )
    except (ValueError, InvalidSignature):
        raise SecretBallotInvalid(
            "The ballot was not signed with its token", "forged_ballot"
        ) from None


def _der(proof: bytes) -> bytes:
    """WebCrypto gives the two numbers one after the other, `cryptography` takes them in DER."""
    if len(proof) != PROOF_BYTES:
        raise ValueError("a proof has 64 bytes")
    half = PROOF_BYTES // 2
    return encode_dss_signature(
        int.from_bytes(proof[:half], "big"), int.from_bytes(proof[half:], "big")
    )
