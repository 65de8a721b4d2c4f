"""One-time codes of authenticator apps (TOTP, RFC 6238): six digits, other ones every half minute."""

import hmac

from pyotp import random_base32
from pyotp.totp import TOTP

STEP_S = 30
DIGITS = 6
DRIFT = 1  # steps that a clock may be wrong by (RFC 6238 §5.2)
SECRET_LETTERS = 32  # base32: 160 bits (RFC 4226 §4 R6)


def new_secret() -> str:
    return random_base32(SECRET_LETTERS)


def to_uri(secret: str, name: str, issuer: str) -> str:
    """What an authenticator app reads from a QR code."""
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def find_step(secret: str, code: str, at: float) -> int | None:
    """The half minute whose code this is, of those around the moment `at`; None: it is none of theirs."""
    if len(code) != DIGITS or not (code.isascii() and code.isdigit()):
        return None
    generator, now = TOTP(secret), int(at // STEP_S)
    found = None
    for step in range(now - DRIFT, now + DRIFT + 1):  # all of them: no answer is quicker
        if hmac.compare_digest(generator.at(step * STEP_S), code):
            found = step
    return found
