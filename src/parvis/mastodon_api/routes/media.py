"""Media: upload, look whether it is processed, describe, remove."""

import asyncio

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.errors import Invalid, Refused
from parvis.domain.media import uploads
from parvis.domain.media.types import OwnMedia
from parvis.doors import uploading
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.media import media_entity
from parvis.mastodon_api.routing import Routes

routes = Routes()

UPLOAD_LIMIT = uploads.MAX_FILM_BYTES + 256 * 1024  # and room for the other fields
WAIT_S = 20.0  # how long the old upload waits for the worker
LOOKS_S = 0.1


class UploadParams(msgspec.Struct):
    """A `thumbnail` that is sent along is left: a film's is a frame of it."""

    file: UploadFile | None = None
    description: str | None = None
    focus: str | None = None


class ChangeParams(msgspec.Struct):
    description: str | None = None
    focus: str | None = None


@routes.post(
    "/api/v2/media",
    scopes="write:media",
    params=UploadParams,
    returns="MediaAttachment",
    body_limit=UPLOAD_LIMIT,
)
async def upload(call: Call) -> Response:
    media_id = await store(call)
    return show(call, await uploads.find_own(call.db, call.viewer_id, media_id), waiting=202)


@routes.post(
    "/api/v1/media",
    scopes="write:media",
    params=UploadParams,
    returns="MediaAttachment",
    body_limit=UPLOAD_LIMIT,
)
async def upload_and_wait(call: Call) -> Response:
    media_id = await store(call)
    try:
        async with asyncio.timeout(WAIT_S):
            while True:
                media = await uploads.find_own(call.db, call.viewer_id, media_id)
                if media.state != "waiting":
                    break
                await asyncio.sleep(LOOKS_S)
    except TimeoutError:
        media = await uploads.find_own(call.db, call.viewer_id, media_id)
    return show(call, media, waiting=202)


async def store(call: Call) -> int:
    """Take the file of a multipart form; answers the id of its attachment."""
    said = await call.params(UploadParams)
    file = said.file
    if file is None:
        raise Invalid("file", "Validation failed: File can't be blank", reason="ERR_BLANK")
    return await uploading.store(
        call.means, call.viewer_id, file, description=said.description, focus=said.focus
    )


@routes.get("/api/v1/media/{id}", scopes="write:media", returns="MediaAttachment")
async def show_media(call: Call) -> Response:
    return show(call, await uploads.find_own(call.db, call.viewer_id, call.id()), waiting=206)


@routes.put(
    "/api/v1/media/{id}", scopes="write:media", params=ChangeParams, returns="MediaAttachment"
)
async def change_media(call: Call) -> Response:
    said = await call.params(ChangeParams)
    media = await call.db.run(
        uploads.change,
        call.viewer_id,
        call.id(),
        uploads.check_description(said.description),
        uploads.check_focus(said.focus),
    )
    return show(call, media, waiting=200)


@routes.delete("/api/v1/media/{id}", scopes="write:media")
async def remove_media(call: Call) -> Response:
    await call.db.run(uploads.remove, call.viewer_id, call.id())
    return call.empty()


def show(call: Call, media: OwnMedia, *, waiting: int) -> Response:
    """The attachment, with the code that tells whether it is processed."""
    if media.state == "failed":
        raise Refused(media.failure or "Error processing thumbnail for uploaded media")
    entity = media_entity(media, call.addresses)
    return call.json(entity, waiting if media.state == "waiting" else 200)
