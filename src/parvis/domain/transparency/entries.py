"""Entries of the logs as bytes, in one way of writing: anybody makes the same bytes and finds their hash."""

import hashlib
import hmac

import msgspec

from parvis.protocols.signed_note import Checkpoint

PSEUDONYM_BYTES = 16


def encode(type_: str, **said: object) -> bytes:
    """JSON in UTF-8, keys in order, without spaces."""
    return msgspec.json.encode({"type": type_, **said}, order="sorted")


def checkpoint_entry(checkpoint: Checkpoint, *, is_public: bool) -> bytes:
    """How a checkpoint of a poll, petition or draw stands in the server log: by its words, or by a hash when
    the log's name is for few.
    """
    text = checkpoint.text()
    if is_public:
        return encode("checkpoint", checkpoint=text)
    return encode("sealed checkpoint", sha256=hashlib.sha256(text.encode()).hexdigest())


def pseudonym(secret: bytes, *who: str) -> str:
    """Who somebody is in one log: always the same there, and nothing anywhere else."""
    message = "\0".join(who).encode()
    return hmac.digest(secret, message, "sha256")[:PSEUDONYM_BYTES].hex()


def commitment(salt: bytes, text: str) -> bytes:
    """The hash that stands for a text; without the salt nobody can try texts against it."""
    return hashlib.sha256(b"parvis opening\n" + salt + text.encode()).digest()
