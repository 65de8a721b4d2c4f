"""A file that came with a form becomes a media attachment, whichever door it came through."""

from collections.abc import AsyncIterator

from starlette.datastructures import UploadFile

from parvis.domain.errors import Refused
from parvis.domain.media import uploads
from parvis.infra.jobs import Means
from parvis.infra.storage import PART_BYTES


async def store(
    means: Means,
    account_id: int,
    file: UploadFile,
    *,
    description: str | None = None,
    focus: str | None = None,
) -> int:
    """Keep the file and answer the id of its attachment, which the worker still has to process."""
    sent = await uploads.receive(means.storage, _parts(file), file.size or 0, description, focus)
    try:
        return await means.db.run(uploads.upload, account_id, sent)
    except Refused:
        await means.storage.delete(uploads.raw_key(sent.secret))
        raise


async def _parts(file: UploadFile) -> AsyncIterator[bytes]:
    while part := await file.read(PART_BYTES):
        yield part
