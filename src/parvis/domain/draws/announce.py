"""Announcing a draw, and calling it off before its list is frozen."""

from parvis.domain.accounts.gate import Act, gate
from parvis.domain.addresses import Addresses
from parvis.domain.draws import plan as plans
from parvis.domain.draws.plan import Plan
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound
from parvis.domain.network.settings import NetworkSettings
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.publish import publish
from parvis.domain.transparency import appending, entries, openings
from parvis.domain.transparency.appending import Manifest
from parvis.domain.words import clean
from parvis.infra.postgres import Tx
from parvis.infra.slots import Fact
from parvis.infra.sql import queries

Q = queries("parvis.domain.draws")

WHY_LONGEST = 500


async def announce(
    tx: Tx,
    account_id: int,
    plan: Plan,
    network: NetworkSettings,
    addresses: Addresses,
    *,
    key: str | None = None,
) -> int:
    """Announce a draw by a public status, and open its log with the manifest; answers its id.

    The same key answers the same draw. Refused: what the owner's list refuses, and who may not start one.
    """
    standing = await gate(tx, Act(account_id, "publish"))
    checked, places = plans.check(plan, network)
    found = await tx.fetchrow(Q.prepare, account_id, plan.list_id, key)
    if found["draw_id"] is not None:
        return found["draw_id"]
    if not (network.members_may_draw or found["is_staff"]):
        raise Forbidden("Only those who look after the network start draws", reason="not_staff")
    if plan.list_id is not None and not found["has_list"]:
        raise Invalid("list_id", "Validation failed: You have no such list")
    id_: int = found["id"]
    organiser = f"@{standing.username}@{addresses.domain}"
    planned = plans.lay_out(checked, places, id_, organiser, witnessed=found["is_witnessed"])
    log = await appending.open_log(
        tx, addresses, "draw", id_, Manifest(planned.manifest, planned.texts, account_id)
    )
    await appending.append(tx, log.id, *planned.drawings)
    said = f"{plan.said}\n\n{addresses.root}/draws/{id_}".strip()
    written = Draft(text=said, visibility="public", language=plan.language, idempotency_key=key)
    status_id = await publish(tx, account_id, written, addresses)
    await tx.execute(
        Q.announce,
        id_,
        account_id,
        status_id,
        log.id,
        plan.method,
        planned.title,
        planned.prizes,
        planned.manifest,
        plan.list_id,
        list(planned.drawings),
        list(planned.frozen_at),
        list(planned.due_at),
    )
    return id_


async def cancel(tx: Tx, account_id: int, draw_id: int, why: str) -> None:
    """Call a draw off, with a reason that is logged: its author or the staff, while nothing is frozen that is
    not drawn. In a series, what was drawn stays.
    """
    said = clean(why, "why", WHY_LONGEST).strip()
    if not said:
        raise Invalid("why", "Validation failed: Why can't be blank", reason="ERR_BLANK")
    row = await tx.fetchrow(Q.hold_to_cancel, draw_id, account_id)
    if row is None:
        raise NotFound
    if not row["may"]:
        raise Forbidden("This draw is not yours", reason="not_yours")
    if row["is_over"]:
        raise Conflict("This draw is over already", reason="draw_over")
    if row["is_frozen"]:
        raise Conflict("The list is frozen: the draw takes place now", reason="draw_frozen")
    hashed = await openings.seal(tx, row["log_id"], account_id, said)
    await call_off(tx, draw_id, row["log_id"], said, hashed)


async def call_off(tx: Tx, draw_id: int, log_id: int, why: str, hashed: bytes) -> None:
    """End a draw that is held: its log's last words are why."""
    if (status_id := await tx.fetchval(Q.cancel, draw_id, why)) is not None:
        tx.touch(Fact.STATUS, status_id)  # its card says so
    if await tx.fetchval(Q.is_settled, draw_id):
        await appending.close_log(tx, log_id, entries.encode("cancelled", why=hashed.hex()))
        await tx.execute(Q.close, draw_id)
    else:  # somebody drawn earlier in the series has not answered yet
        await appending.append(tx, log_id, entries.encode("cancelled", why=hashed.hex()))
