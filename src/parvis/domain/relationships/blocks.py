"""Blocking and muting: accounts, and for oneself whole servers."""

from datetime import UTC, datetime, timedelta

import idna

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Blocked, MuteExpired, Unblocked
from parvis.domain.relationships.follows import touch_pair
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.relationships")

MUTE_LONGEST_S = 100 * 365 * 86_400  # beyond it PostgreSQL's and Python's years may end


async def block(tx: Tx, account_id: int, target_id: int) -> None:
    """Block: nothing of one reaches the other, and what was between them ends. Told: Blocked."""
    if account_id == target_id:
        raise Invalid("id", "Validation failed: You cannot block yourself")
    await tx.execute(Q.hold_pair, account_id, target_id)
    touch_pair(tx, account_id, target_id)
    tx.told = True
    if not await tx.fetchval(Q.block, account_id, target_id, Blocked.kind(), sorted(tx.touched)):
        raise NotFound


async def unblock(tx: Tx, account_id: int, target_id: int) -> None:
    """No longer block. Told: Unblocked."""
    touch_pair(tx, account_id, target_id)
    tx.told = True
    if not await tx.fetchval(
        Q.unblock, account_id, target_id, Unblocked.kind(), sorted(tx.touched)
    ):
        raise NotFound


async def mute(
    tx: Tx, account_id: int, target_id: int, *, hides_notifications: bool, duration_s: int
) -> None:
    """Stop meeting somebody, for `duration_s` (0: until unmuted). Told at its end: MuteExpired."""
    if account_id == target_id:
        raise Invalid("id", "Validation failed: You cannot mute yourself")
    if not 0 <= duration_s <= MUTE_LONGEST_S:
        raise Invalid(
            "duration",
            f"Validation failed: Duration must be 0 to {MUTE_LONGEST_S} seconds; 0 means for good",
        )
    expires_at = datetime.now(UTC) + timedelta(seconds=duration_s) if duration_s else None
    _touch_own(tx, account_id)
    slots = sorted(tx.touched)
    if not await tx.fetchval(
        Q.mute,
        account_id,
        target_id,
        hides_notifications,
        expires_at,
        MuteExpired.kind(),
        slots,
    ):
        raise NotFound


async def unmute(tx: Tx, account_id: int, target_id: int) -> None:
    """Meet somebody again."""
    _touch_own(tx, account_id)
    if not await tx.fetchval(Q.unmute, account_id, target_id):
        raise NotFound


async def end_mutes(tx: Tx, told: list[MuteExpired]) -> None:
    """Mutes whose time came are gone, and what was hidden by them is met again."""
    await tx.execute(
        Q.end_mutes, [event.account_id for event in told], [event.target_id for event in told]
    )
    for event in told:
        _touch_own(tx, event.account_id)


async def block_domain(tx: Tx, account_id: int, domain: str, own_domain: str) -> None:
    """Block a whole server for oneself; follows and requests with its accounts end."""
    name = parse_domain(domain)
    if name == own_domain:
        raise Invalid("domain", "Validation failed: Domain is this network's own")
    _touch_own(tx, account_id)
    tx.touch(Fact.ACCOUNT_COUNTERS, account_id)
    for row in await tx.fetch(Q.block_domain, account_id, name):
        touch_pair(tx, row["account_id"], row["target_id"])


async def unblock_domain(tx: Tx, account_id: int, domain: str) -> None:
    """No longer block a server."""
    _touch_own(tx, account_id)
    await tx.execute(Q.unblock_domain, account_id, parse_domain(domain))


def parse_domain(text: str) -> str:
    """A server's name as accounts carry it: lower-case, international names in their ASCII form."""
    refused = Invalid("domain", "Validation failed: Domain is not a valid domain name")
    host, _, port = text.strip().lower().rstrip(".").partition(":")
    if port and not (port.isascii() and port.isdigit() and int(port[:6]) < 1 << 16):
        raise refused
    try:
        name = idna.encode(host, uts46=True).decode()
    except idna.IDNAError:
        raise refused from None
    if "." not in name and name != "localhost":
        raise refused
    return f"{name}:{port}" if port else name


def _touch_own(tx: Tx, account_id: int) -> None:
    """What an account meets, nobody else's business."""
    for fact in (Fact.VIEWER, Fact.HOME, Fact.NOTIFICATIONS):
        tx.touch(fact, account_id)
