"""Starting a call of several: a room that goes on at once, for who is invited by name and nobody else."""

import msgspec

from parvis.domain.accounts.gate import Act, gate
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Conflict, Invalid, Mistakes
from parvis.domain.rooms.scheduling import address_of, check_names, check_title
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.publish import publish
from parvis.infra.clock import now
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.rooms")

PEOPLE_MOST = 8  # with who starts it


class CallDraft(msgspec.Struct, frozen=True, kw_only=True):
    """A call to be. `people`: names of who is invited."""

    title: str
    people: list[str]
    language: str | None = None


async def start(
    tx: Tx, account_id: int, draft: CallDraft, addresses: Addresses, *, key: str | None = None
) -> int:
    """Tell those who are invited by a direct message; answers the room's id, the same for the same key.
    Refused: one of them takes no calls of this account. Told: StatusPublished.
    """
    await gate(tx, Act(account_id, "call"))
    wrong = Mistakes()
    title = wrong.of(check_title, draft.title, otherwise="")
    names = wrong.of(_people, draft.people, otherwise=list[str]())
    wrong.tell()
    found = await tx.fetchrow(Q.prepare_call, account_id, key, names)
    if found["room_id"] is not None:
        return found["room_id"]
    if found["own"]:
        raise Conflict("You have a call already", reason="in_call")
    for name in names:
        if name not in found["names"]:
            raise Invalid("speakers", f"Validation failed: There is no @{name} here")
        if name not in found["takers"]:
            raise Invalid("speakers", f"@{name} takes no calls of yours", reason="no_calls")
    room_id: int = found["id"]
    named = " ".join(f"@{name}" for name in names)
    status = Draft(
        text=f"{named} {title}\n\n{address_of(room_id, addresses)}",
        visibility="direct",
        language=draft.language,
        idempotency_key=key,
    )
    status_id = await publish(tx, account_id, status, addresses)
    epoch_ms = int(now().timestamp() * 1_000)
    told = [room_id, account_id, status_id, title, draft.language, epoch_ms, found["ids"]]
    await tx.execute(Q.start_call, *told)
    return room_id


def _people(named: list[str]) -> list[str]:
    names = check_names(named)
    if not 0 < len(names) < PEOPLE_MOST:
        raise Invalid("speakers", f"Validation failed: 1 to {PEOPLE_MOST - 1} names")
    return [name.lower() for name in names]
