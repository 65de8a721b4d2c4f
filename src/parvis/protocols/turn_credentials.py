"""Servers that help browsers to reach one another, and names and passwords for those that relay (TURN): both
sides work them out from one secret.

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


class Ice(msgspec.Struct, frozen=True):
    """The servers of a network; None: everybody is reached as they are."""

    stun: str | None = None
    turn: str | None = None
    turn_secret: str | None = None

    @property
    def has_relay(self) -> bool:
        """Whether what is said can pass by a relay, so that neither side learns the other's address."""
        return self.turn is not None and self.turn_secret is not None

    def listed(self, holder: str, now_s: float) -> list[dict[str, str]]:
        """As browsers take them (WebRTC §4.2.3)."""
        listed = [{"urls": self.stun}] if self.stun is not None else []
        if self.turn is not None and self.turn_secret is not None:
            made = issue(self.turn_secret, holder, now_s)
            listed.append({"urls": self.turn, **msgspec.structs.asdict(made)})
        return listed

    def links(self, holder: str, now_s: float) -> list[str]:
        """As a WHIP answer tells a browser of them (RFC 9725 §4.6)."""
        links: list[str] = []
        for server in self.listed(holder, now_s):
            link = f'<{server["urls"]}>; rel="ice-server"'
            if "credential" in server:
                link += f'; username="{server["username"]}"; credential="{server["credential"]}"'
                link += '; credential-type="password"'
            links.append(link)
        return links
