"""Work that a stranger's browser does to be let in first, and the pass that it gets for it.

The question is ALTCHA's (altcha.org, version 1): a salt, and the SHA-256 of that salt followed by a number
that is to be found. The server keeps nothing: the hash carries its HMAC, and the salt says when it ends. The
pass is bound to an address, so that one who worked lets in nobody else.
"""

import hashlib
import hmac
import re
import secrets

import msgspec

NUMBERS = 60_000  # a browser tries them in about a second
_SALT = re.compile(r"[0-9a-f]{24}\?expires=(\d{1,12})", re.ASCII)
_PASS = re.compile(r"(\d{1,12})\.([0-9a-f]{32})", re.ASCII)
ANSWERED_WITHIN_S = 300
PASSED_S = 1_800


class Question(msgspec.Struct, frozen=True):
    """As ALTCHA's libraries read it."""

    challenge: str
    salt: str
    signature: str
    maxnumber: int = NUMBERS
    algorithm: str = "SHA-256"


class Answer(msgspec.Struct, frozen=True):
    """The question, and its number."""

    challenge: str
    salt: str
    signature: str
    number: int
    algorithm: str = "SHA-256"


class WorkRefused(Exception):
    """Not the number, not our question, or too late."""


def ask(key: bytes, now_s: float) -> Question:
    salt = f"{secrets.token_hex(12)}?expires={int(now_s) + ANSWERED_WITHIN_S}"
    challenge = _hash(salt, secrets.randbelow(NUMBERS))
    return Question(challenge, salt, _sign(key, challenge))


def check(key: bytes, answer: Answer, now_s: float) -> None:
    """Raises WorkRefused."""
    said = _SALT.fullmatch(answer.salt)
    if said is None or int(said[1]) < now_s or answer.algorithm != "SHA-256":
        raise WorkRefused
    if not hmac.compare_digest(
        _sign(key, answer.challenge).encode(), answer.signature.encode("utf-8", "replace")
    ):
        raise WorkRefused
    if _hash(answer.salt, answer.number) != answer.challenge:
        raise WorkRefused


def give_pass(key: bytes, address: str, now_s: float) -> str:
    ends = int(now_s) + PASSED_S
    return f"{ends}.{_of_pass(key, address, ends)}"


def is_pass(key: bytes, text: str, address: str, now_s: float) -> bool:
    """Whether it was given to that address and still holds."""
    said = _PASS.fullmatch(text)
    if said is None or int(said[1]) < now_s:
        return False
    return hmac.compare_digest(_of_pass(key, address, int(said[1])), said[2])


def _hash(salt: str, number: int) -> str:
    return hashlib.sha256(f"{salt}{number}".encode("utf-8", "replace")).hexdigest()


def _sign(key: bytes, challenge: str) -> str:
    return hmac.digest(key, b"work " + challenge.encode("utf-8", "replace"), "sha256").hex()


def _of_pass(key: bytes, address: str, ends: int) -> str:
    return hmac.digest(key, f"pass {ends} {address}".encode(), "sha256").hex()[:32]
