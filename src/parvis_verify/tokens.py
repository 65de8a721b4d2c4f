"""Secret ballots: tokens that were given unseen, and ballots that were cast with them.

A ballot stands by itself: the poll's key signed its token (RFC 9474, RSABSSA-SHA384-PSS-Randomized), the
token's own key signed its choices. Nothing joins it to whom the token was given.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384
from cryptography.hazmat.primitives.serialization import load_der_public_key

from parvis_verify.logs import decode
from parvis_verify.sources import Openings

_TOKEN, _BALLOT = b"parvis ballot token v1\n", "parvis secret ballot v1"
_KEY_BYTES, _PREFIX_BYTES, _PROOF_BYTES, _SALT_BYTES = 65, 32, 64, 48
TYPES = frozenset({"issuance", "secret ballot", "sealed secret ballot"})


class TokenWrong(Exception):
    """`code` is the finding's."""


@dataclass(frozen=True)
class Token:
    """An entry about a token. `who`: the pseudonym it was given to, or the key that voted."""

    who: str
    is_ballot: bool
    choices: bytes | None = None
    turn: int = 0
    is_erased: bool = False
    wrong: str | None = None


class Tokens:
    """Reads them, and gathers whose they are. `is_trusting`: signatures were checked before."""

    def __init__(
        self, token_key: bytes | None, opened: Openings | None, *, is_trusting: bool = False
    ) -> None:
        self._name = hashlib.sha256(token_key or b"").hexdigest()
        self._public = _load(token_key)
        self._opened = opened
        self._is_trusting = is_trusting
        self.keys: list[str] = []
        self.issued: list[str] = []

    def read(self, entry: bytes) -> Token | None:
        """None: it is about no token."""
        said = decode(entry)
        if said is None or said.get("type") not in TYPES:
            return None
        if said["type"] == "issuance":
            voter = str(said.get("voter"))
            self.issued.append(voter)
            return Token(voter, is_ballot=False)
        who, turn = str(said.get("key")), _number(said.get("turn"))
        self.keys.append(who)
        try:
            return self._ballot(said, who, turn)
        except TokenWrong as wrong:
            return Token(who, is_ballot=True, turn=turn, wrong=str(wrong))

    def _ballot(self, said: dict[str, object], who: str, turn: int) -> Token:
        key = _bytes(who, _KEY_BYTES)
        if not self._is_trusting:
            self._check_token(said, key)
        if said["type"] == "sealed secret ballot":
            if self._opened is None:
                return Token(who, is_ballot=True, turn=turn)
            opening = self._open(str(said.get("sha256")))
            if opening is None:
                return Token(who, is_ballot=True, turn=turn, is_erased=True)
            said = {**said, **opening}
        choices = _choices(said.get("choices"))
        if not self._is_trusting:
            self._check_ballot(said, key, turn, choices)
        return Token(who, is_ballot=True, turn=turn, choices=choices)

    def _check_token(self, said: dict[str, object], key: bytes) -> None:
        message = _bytes(said.get("prefix"), _PREFIX_BYTES) + _TOKEN + key
        how = padding.PSS(padding.MGF1(SHA384()), _SALT_BYTES)
        try:
            if self._public is None:
                raise TokenWrong("token-key-bad")
            self._public.verify(_bytes(said.get("signature")), message, how, SHA384())
        except InvalidSignature:
            raise TokenWrong("token-forged") from None

    def _check_ballot(self, said: dict[str, object], key: bytes, turn: int, choices: bytes) -> None:
        proof = _bytes(said.get("proof"), _PROOF_BYTES)
        half = _PROOF_BYTES // 2
        pair = (int.from_bytes(proof[:half], "big"), int.from_bytes(proof[half:], "big"))
        message = f"{_BALLOT}\n{self._name}\n{turn}\n[{choices.decode()}]".encode()
        try:
            public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
            public.verify(encode_dss_signature(*pair), message, ec.ECDSA(SHA256()))
        except (InvalidSignature, ValueError):
            raise TokenWrong("ballot-forged") from None

    def _open(self, hashed: str) -> dict[str, object] | None:
        """What the opening says; None when it was erased."""
        opened = self._opened or {}
        if hashed not in opened:
            raise TokenWrong("opening-missing")
        opening = opened[hashed]
        if opening is None:
            return None
        said = b"parvis opening\n" + _hex(opening[0]) + opening[1].encode()
        if hashlib.sha256(said).hexdigest() != hashed:
            raise TokenWrong("opening-wrong")
        try:
            return cast("dict[str, object]", json.loads(opening[1]))
        except ValueError:
            raise TokenWrong("ballot-unreadable") from None


def _load(token_key: bytes | None) -> rsa.RSAPublicKey | None:
    try:
        public = load_der_public_key(token_key) if token_key else None
    except ValueError:
        return None
    return public if isinstance(public, rsa.RSAPublicKey) else None


def _bytes(said: object, length: int | None = None) -> bytes:
    try:
        raw = base64.b64decode(str(said), validate=True)
    except ValueError:
        raise TokenWrong("ballot-unreadable") from None
    if length is not None and len(raw) != length:
        raise TokenWrong("ballot-unreadable")
    return raw


def _hex(said: str) -> bytes:
    try:
        return bytes.fromhex(said)
    except ValueError:
        raise TokenWrong("opening-wrong") from None


def _number(said: object) -> int:
    return said if isinstance(said, int) else 0


def _choices(said: object) -> bytes:
    chosen = cast("list[object]", said) if isinstance(said, list) else []
    if not chosen or not all(isinstance(one, int) and one >= 0 for one in chosen):
        raise TokenWrong("ballot-unreadable")
    return ",".join(str(one) for one in chosen).encode()
