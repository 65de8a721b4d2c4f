"""A device that holds passkeys, in Python: signs what it is asked, or lies in a way that a test chooses."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256 = -7


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(said: str) -> bytes:
    return urlsafe_b64decode(said + "=" * (-len(said) % 4))


class Authenticator:
    """One device with one passkey. `origin`: the page its browser shows."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(32)
        self.handle = b""
        self.count = 0

    def make(self, asked: dict[str, Any], *, flags: int = PRESENT | VERIFIED) -> str:
        """The answer to a question for a new passkey (WebAuthn §5.1.3), without attestation."""
        self.handle = raw(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        key = cbor2.dumps({1: 2, 3: ES256, -1: 1, **point})
        length = len(self.credential_id).to_bytes(2, "big")
        said = self._authenticator(asked["rp"]["id"], flags | ATTESTED)
        said += bytes(16) + length + self.credential_id + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": said})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer(clientDataJSON=client, attestationObject=attested)

    def prove(self, asked: dict[str, Any], *, flags: int = PRESENT | VERIFIED) -> str:
        """The answer to a question for a proof (WebAuthn §5.1.4)."""
        self.count += 1
        said = self._authenticator(asked["rpId"], flags)
        client = self._client("webauthn.get", asked["challenge"])
        signed = self.key.sign(said + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=said,
            signature=signed,
            userHandle=self.handle,
        )

    def _authenticator(self, rp_id: str, flags: int) -> bytes:
        return (
            hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def _answer(self, **parts: bytes) -> str:
        return json.dumps(
            {
                "id": text(self.credential_id),
                "rawId": text(self.credential_id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: text(part) for name, part in parts.items()},
            }
        )
