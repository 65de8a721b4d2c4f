"""What passes between the network and a browser about passkeys (WebAuthn level 2)."""

from base64 import urlsafe_b64decode
from binascii import Error as Base64Invalid

import msgspec

ANSWER_LONGEST = 32_768  # an attestation with certificates is a few kilobytes


class PasskeyInvalid(ValueError):
    """The answer proves nothing; the message is for a log."""


class Site(msgspec.Struct, frozen=True):
    """Where passkeys are good for: the domain, and the whole origin of its pages."""

    rp_id: str
    origin: str
    title: str


class Known(msgspec.Struct, frozen=True):
    """A passkey as the network knows it."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: list[str]


class _Response(msgspec.Struct):
    userHandle: str | None = None  # noqa: N815 - WebAuthn's name
    transports: list[str] = []


class Answer(msgspec.Struct):
    """The part of a browser's answer that says which passkey it is of."""

    rawId: str  # noqa: N815 - WebAuthn's name
    response: _Response

    @property
    def credential_id(self) -> bytes:
        return _bytes(self.rawId)

    @property
    def handle(self) -> bytes | None:
        said = self.response.userHandle
        return _bytes(said) if said else None


def read_answer(text: str) -> Answer:
    """Refused with PasskeyInvalid when it is no answer at all."""
    if len(text) > ANSWER_LONGEST:
        raise PasskeyInvalid("too long")
    try:
        answer = msgspec.json.decode(text, type=Answer)
    except (msgspec.DecodeError, UnicodeEncodeError) as wrong:
        raise PasskeyInvalid("not an answer of a browser") from wrong
    _bytes(answer.rawId)
    return answer


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Invalid, ValueError) as wrong:
        raise PasskeyInvalid("not base64url") from wrong
