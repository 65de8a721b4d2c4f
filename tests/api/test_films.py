"""Films and sounds over HTTP: upload, process, publish beside nothing else, play in parts."""

from typing import Any

from tests.rig import films, pictures
from tests.rig.network import Network, Person

from parvis.domain.media.uploads import MAX_FILM_BYTES


async def upload(network: Network, person: Person, content: bytes, **fields: str) -> dict[str, Any]:
    """Upload and have it processed; answers the attachment."""
    sent = (await person.post("/api/v2/media", data=pictures.form(content, **fields))).ok()
    await network.settle()
    return (await person.get(f"/api/v1/media/{sent['id']}")).ok()


async def test_a_film_is_processed_published_and_played(network: Network) -> None:
    alice = await network.person("alice")
    film = await upload(network, alice, films.film("mp4"), description="A slope that turns")
    assert film["type"] == "video"
    meta = film["meta"]
    assert meta["length"] == "0:00:02.00"
    assert (meta["width"], meta["height"], meta["size"], meta["fps"]) == (64, 48, "64x48", 25)
    assert meta["original"]["frame_rate"] == "25/1"
    assert meta["audio_encode"] == "aac"
    assert meta["small"]["width"] == 64
    assert film["blurhash"]
    made = await alice.publish("Look", media_ids=[film["id"]])
    assert made["media_attachments"][0]["url"] == film["url"]
    whole = await network.anyone.get(film["url"])
    assert whole.headers["content-type"] == "video/mp4"
    assert whole.headers["accept-ranges"] == "bytes"
    assert films.SECRET not in whole.body
    part = await network.anyone.call("GET", film["url"], headers={"Range": "bytes=100-199"})
    assert part.status == 206
    assert part.body == whole.body[100:200]
    still = await network.anyone.get(film["preview_url"])
    assert still.headers["content-type"] == "image/jpeg"
    uploads = network.app.settings.data / "media" / "uploads"
    assert not [path for path in uploads.rglob("*") if path.is_file()]


async def test_a_sound_has_no_picture(network: Network) -> None:
    alice = await network.person("alice")
    sound = await upload(network, alice, films.film("mp3", None, "libmp3lame"))
    assert sound["type"] == "audio"
    assert sound["preview_url"] is None
    assert sound["blurhash"] is None
    assert "width" not in sound["meta"]
    heard = await network.anyone.get(sound["url"])
    assert heard.headers["content-type"] == "audio/mpeg"


async def test_a_film_stands_alone(network: Network) -> None:
    alice = await network.person("alice")
    film = await upload(network, alice, films.film("mp4", audio=None, seconds=0.2))
    assert film["type"] == "gifv"
    picture = await upload(network, alice, pictures.plain())
    both = {"status": "both", "media_ids": [film["id"], picture["id"]]}
    assert "beside other files" in (await alice.post("/api/v1/statuses", both)).refused(422)
    made = await alice.publish("one", media_ids=[picture["id"]])
    changed = {"status": "two", "media_ids": [picture["id"], film["id"]]}
    refused = await alice.put(f"/api/v1/statuses/{made['id']}", changed)
    assert "beside other files" in refused.refused(422)


async def test_a_damaged_film_is_said_to_be(network: Network) -> None:
    alice = await network.person("alice")
    cut = films.film("mp4")[:2_000]
    sent = (await alice.post("/api/v2/media", data=pictures.form(cut))).ok()
    assert sent["type"] == "video"
    await network.settle()
    answer = await alice.get(f"/api/v1/media/{sent['id']}")
    assert "damaged" in answer.refused(422)
    refused = await alice.post("/api/v1/statuses", {"status": "x", "media_ids": [sent["id"]]})
    assert "could not be processed" in refused.refused(422)


async def test_sizes(network: Network) -> None:
    alice = await network.person("alice")
    huge = b"\x00\x00\x00\x18ftypmp42" + bytes(MAX_FILM_BYTES)
    answer = await alice.post("/api/v2/media", data=pictures.form(huge))
    assert "less than 99 MB" in answer.refused(422)
    told = (await network.anyone.get("/api/v2/instance")).ok()["configuration"]["media_attachments"]
    assert told["video_size_limit"] == MAX_FILM_BYTES
    assert "video/mp4" in told["supported_mime_types"]
