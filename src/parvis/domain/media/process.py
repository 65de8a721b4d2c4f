"""Jobs on media: making the pictures of an upload, removing files, sweeping what nobody used."""

from fractions import Fraction
from typing import Any

from parvis.domain.events import StatusDeleted
from parvis.domain.media.uploads import REMOVE_FILES, files_of, raw_key
from parvis.domain.pictures import new_key
from parvis.infra import jobs
from parvis.infra.films import Film, FilmInvalid
from parvis.infra.images import ImageInvalid, Made, Picture, Wanted
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries
from parvis.infra.storage import StoredMissing

Q = queries("parvis.domain.media")

WANTED = (
    Wanted("original", area=3840 * 2160, moves=True),
    Wanted("small", area=640 * 360),
)
SWEPT_AT_ONCE = 500


async def process(means: Means, payload: dict[str, Any]) -> None:
    """Make an upload's pictures, and forget the upload itself: it may name a place and a person.

    Keys follow from the attachment's secret, so that doing it twice writes the same files.
    """
    media_id: int = payload["media_id"]
    row = await means.db.fetchrow(Q.find_waiting, media_id)
    if row is None:
        return
    secret: str = row["secret"]
    try:
        content = await means.storage.get(raw_key(secret))
        made = await means.images.make(row["content_type"], content, *WANTED)
    except StoredMissing:
        await means.db.fetch(Q.fail, media_id, "The file is lost; upload it again")
        return
    except ImageInvalid as refused:
        await means.db.fetch(Q.fail, media_id, f"The file {refused}")
        await means.storage.delete(raw_key(secret))
        return
    await _keep(means, media_id, secret, made)
    await means.storage.delete(raw_key(secret))


async def _keep(means: Means, media_id: int, secret: str, made: Made) -> None:
    original, small = made.pictures["original"], made.pictures["small"]
    keys = [
        new_key("media", name, picture.extension, secret) for name, picture in made.pictures.items()
    ]
    await means.storage.put(keys[0], original.content, original.content_type)
    await means.storage.put(keys[1], small.content, small.content_type)
    finished = await means.db.fetchval(
        Q.finish,
        media_id,
        *keys,
        original.content_type,
        len(original.content),
        {"original": _size(original), "small": _size(small)},
        made.blurhash,
        "image",
    )
    if finished is None:  # removed meanwhile
        await means.storage.delete(*keys)


async def process_film(means: Means, payload: dict[str, Any]) -> None:
    """Make what can be shown of a film or sound, and forget the upload itself."""
    media_id: int = payload["media_id"]
    row = await means.db.fetchrow(Q.find_waiting, media_id)
    if row is None:
        return
    secret: str = row["secret"]
    try:
        stored = await means.storage.open(raw_key(secret))
        async with means.films.make(row["content_type"], stored.parts) as film:
            await _keep_film(means, media_id, secret, film)
    except StoredMissing:
        await means.db.fetch(Q.fail, media_id, "The file is lost; upload it again")
        return
    except (FilmInvalid, ImageInvalid) as refused:
        await means.db.fetch(Q.fail, media_id, f"The file {refused}")
    await means.storage.delete(raw_key(secret))


async def _keep_film(means: Means, media_id: int, secret: str, film: Film) -> None:
    still: Picture | None = None
    blurhash = None
    keys: list[str | None] = [
        new_key("media", "original", film.path.suffix.removeprefix("."), secret),
        None,
    ]
    if film.still is not None:
        made = await means.images.make("image/jpeg", film.still, *WANTED[1:])
        still, blurhash = made.pictures["small"], made.blurhash
        keys[1] = new_key("media", "small", still.extension, secret)
        await means.storage.put(keys[1], still.content, still.content_type)
    await means.storage.put(keys[0] or "", film.parts(), film.content_type)
    finished = await means.db.fetchval(
        Q.finish,
        media_id,
        *keys,
        film.content_type,
        film.size,
        _length(film) | ({"small": _size(still)} if still else {}),
        blurhash,
        film.kind,
    )
    if finished is None:  # removed meanwhile
        await means.storage.delete(*filter(None, keys))


def _length(film: Film) -> dict[str, Any]:
    """What apps are told of a film or sound (Mastodon's names)."""
    told: dict[str, Any] = {
        "length": _clock(film.duration),
        "duration": film.duration,
        "original": {"duration": film.duration, "bitrate": _bit_rate(film)},
    }
    if film.width and film.height:
        size = {"width": film.width, "height": film.height}
        told |= size | {
            "size": f"{film.width}x{film.height}",
            "aspect": film.width / film.height,
            "fps": round(Fraction(film.rate or "0")),
        }
        told["original"] |= size | {"frame_rate": film.rate}
    if film.codec:
        told |= {
            "audio_encode": film.codec,
            "audio_bitrate": f"{film.sampling} Hz",
            "audio_channels": film.channels,
        }
    return told


def _bit_rate(film: Film) -> int:
    return int(film.size * 8 / film.duration) if film.duration else 0


def _clock(seconds: float) -> str:
    """As apps are told a length: 0:01:28.65."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    return f"{hours}:{minutes:02}:{rest:05.2f}"


def _size(picture: Picture) -> dict[str, Any]:
    return {
        "width": picture.width,
        "height": picture.height,
        "size": f"{picture.width}x{picture.height}",
        "aspect": picture.width / picture.height,
    }


async def give_up(means: Means, payload: dict[str, Any]) -> None:
    """No attempt is left: its uploader is told."""
    await means.db.fetch(Q.fail, payload["media_id"], "The file could not be processed; try again")


async def remove_files(means: Means, payload: dict[str, Any]) -> None:
    await means.storage.delete(*payload["keys"])


async def sweep(means: Means, _payload: dict[str, Any]) -> None:
    """Remove uploads that no status has shown for a day, and their files."""
    while await means.db.run(_sweep_some) == SWEPT_AT_ONCE:
        pass


async def _sweep_some(tx: Tx) -> int:
    rows = await tx.fetch(Q.sweep, SWEPT_AT_ONCE)
    await jobs.enqueue(tx, REMOVE_FILES, *({"keys": files_of(row)} for row in rows))
    return len(rows)


async def remove_of_deleted(tx: Tx, told: list[StatusDeleted]) -> None:
    """Media go with their deleted statuses; those freed to be published again are swept in a day."""
    ids = [event.status_id for event in told if event.reblog_of_id is None]
    if ids:
        rows = await tx.fetch(Q.remove_of_deleted, ids)
        await jobs.enqueue(tx, REMOVE_FILES, *({"keys": files_of(row)} for row in rows))
