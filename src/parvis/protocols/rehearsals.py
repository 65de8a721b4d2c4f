"""Rooms for rehearsals: made by whoever holds the key of a network's tickets, and known by their numbers.

Such a room is nothing but its number: 9, when it ends (ten digits, seconds since 1970) and eight digits of an
HMAC-SHA256 over that. Numbers of real rooms have eighteen digits until the year 2453. What answers for one
shows that it has the same key, so that nobody rehearses with a stranger's machine by mistake.
"""

import hmac
import re

MOST_S = 1_800  # a rehearsal lasts no longer
PART_MS = 1_000
_NAME = re.compile(r"9([0-9]{10})[0-9]{8}", re.ASCII)


def name_room(key: bytes, ends_s: int) -> str:
    said = f"9{ends_s:010d}"
    mac = int.from_bytes(
        hmac.digest(key, b"parvis rehearsal " + said.encode(), "sha256")[:8], "big"
    )
    return f"{said}{mac % 10**8:08d}"


def ends_at(key: bytes, name: str, now_s: float) -> int | None:
    """When that rehearsal ends; None: it is none of this key's, over, or longer than one may be."""
    found = _NAME.fullmatch(name)
    ends_s = int(found[1]) if found is not None else 0
    if not now_s < ends_s <= now_s + MOST_S:
        return None
    return ends_s if hmac.compare_digest(name_room(key, ends_s), name) else None


def prove(key: bytes, name: str) -> str:
    """What only a holder of the key can say of that room."""
    return hmac.digest(key, b"parvis rehearsed " + name.encode(), "sha256").hex()
