"""Names and passwords for a TURN server that both sides can work out from one secret.

As coturn's `use-auth-secret` has it (draft-uberti-behave-turn-rest-00 §2.2): the name says until when, the
password proves that the secret's holder said so.
"""

import base64
import hashlib
import hmac

import msgspec

GOOD_S = 12 * 3600  # longer than any room: a relay is refreshed with them while it is used


class Credentials(msgspec.Struct, frozen=True):
    """What a browser is told."""

    username: str
    credential: str


def issue(secret: str, holder: str, now_s: float) -> Credentials:
    """Good for half a day. `holder`: whom the TURN server's log is to name; a number, no person's name."""
    username = f"{int(now_s) + GOOD_S}:{holder}"
    # SHA-1 is the draft's; as a keyed hash it still holds
    signature = hmac.digest(secret.encode(), username.encode(), hashlib.sha1)
    return Credentials(username, base64.b64encode(signature).decode())
