"""The network's owner: set up by a one-time link that only whoever runs the machine can print."""

from parvis.domain.access import links, password_changes, register
from parvis.domain.access.register import Prepared, Registered, Registration
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict, NotFound
from parvis.domain.network import settings
from parvis.infra.postgres import Db, Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

TOO_OLD = "This link was used already, or it is too old; parvis owner-link prints another"


async def has_owner(db: Db) -> bool:
    return await db.fetchval(Q.find_owner) is not None


async def issue_owner_link(tx: Tx) -> str:
    """The secret of a fresh link, good for a day; older ones expire."""
    return await links.make(tx, "owner")


async def prepare_owner(
    db: Db, username: str, email: str, password: str, locale: str = "en"
) -> Prepared:
    """What `set_up_owner` needs, its slow part done outside a transaction. Every fault is told."""
    said = Registration(
        username=username, email=email, password=password, locale=locale, role="owner"
    )
    return await register.prepare(said, db)


async def set_up_owner(tx: Tx, secret: str, prepared: Prepared, addresses: Addresses) -> Registered:
    """Make the first owner. Refused: a link that works no more, a network that has its owner."""
    await _use(tx, secret)
    if await tx.fetchval(Q.find_owner) is not None:
        raise Conflict("This network has its owner already", reason="has_owner")
    registered = await register.register(tx, prepared, addresses)
    await settings.seed(tx, contact_account_id=registered.account_id)
    return registered


async def reset_owner(tx: Tx, secret: str, password_hash: str) -> int:
    """A new password for the owner there is; answers their user's id. Their sessions end."""
    await _use(tx, secret)
    user_id = await tx.fetchval(Q.find_owner)
    if user_id is None:
        raise NotFound("This network has no owner yet", reason="no_owner")
    await password_changes.change_password(tx, user_id, password_hash)
    return user_id


async def _use(tx: Tx, secret: str) -> None:
    if await links.use(tx, "owner", secret) is None:
        raise NotFound(TOO_OLD, reason="link")
