"""Publishing what a composer holds: the words, what is said of its pictures, and the draft's end, in one
transaction.
"""

from msgspec import structs

from parvis.domain.addresses import Addresses
from parvis.domain.drafts.types import WrittenMedia
from parvis.domain.errors import Conflict
from parvis.domain.media import uploads
from parvis.domain.statuses.draft import Draft
from parvis.domain.statuses.edit import MediaChange, edit
from parvis.domain.statuses.publish import find_by_key, publish
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.drafts")


async def publish_written(
    tx: Tx,
    account_id: int,
    draft: Draft,
    media: list[WrittenMedia],
    addresses: Addresses,
    *,
    after: str = "",
) -> int:
    """Publish what was written and end its draft; answers the status's id, the same one for the same key.

    `after` is the key of one's own status that it answers: the threads of a composer are sent in order,
    and no id is known before. Three statements; one more with pictures, one more in a thread.
    """
    if after:
        before = await find_by_key(tx, account_id, after)
        if before is None:
            raise Conflict("What this answers is not published yet", reason="not_yet")
        draft = structs.replace(draft, in_reply_to_id=before)
    if media:
        await uploads.describe(
            tx,
            account_id,
            [
                (
                    one.id,
                    uploads.check_description(one.description) or "",
                    uploads.check_focus(one.focus),
                )
                for one in media
            ],
        )
    status_id = await publish(tx, account_id, draft, addresses)
    await tx.execute(Q.end, account_id, draft.idempotency_key)
    return status_id


async def edit_written(
    tx: Tx,
    account_id: int,
    status_id: int,
    draft: Draft,
    media: list[WrittenMedia],
    addresses: Addresses,
) -> None:
    """Change a status to what was written and end its draft, which is named by the draft's key."""
    changes = [
        MediaChange(one.id, one.description, uploads.check_focus(one.focus)) for one in media
    ]
    await edit(tx, account_id, status_id, draft, changes, addresses)
    await tx.execute(Q.end, account_id, draft.idempotency_key)
