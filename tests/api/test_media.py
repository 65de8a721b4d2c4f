"""Media over HTTP: upload, process, describe, publish, serve, remove."""

import io

import aiohttp
from PIL import Image
from tests.rig.network import Network


def encoded(image: Image.Image, kind: str, **how) -> bytes:
    made = io.BytesIO()
    image.save(made, kind, **how)
    return made.getvalue()


def form(content: bytes, filename="photo.jpg", content_type="image/jpeg", **fields: str):
    said = aiohttp.FormData()
    said.add_field("file", content, filename=filename, content_type=content_type)
    for name, value in fields.items():
        said.add_field(name, value)
    return said


async def upload(person, content: bytes, **fields):
    return (await person.post("/api/v2/media", data=form(content, **fields))).ok()


async def test_upload_is_processed_published_and_served(network: Network) -> None:
    alice = await network.person("alice")
    photo = encoded(Image.new("RGB", (1600, 1200), (200, 60, 20)), "JPEG")
    answer = await alice.post("/api/v2/media", data=form(photo, description="A red wall"))
    assert answer.status == 202
    assert answer.json["url"] is None
    media_id = answer.json["id"]
    assert (await alice.get(f"/api/v1/media/{media_id}")).status == 206
    await network.settle()
    ready = await alice.get(f"/api/v1/media/{media_id}")
    assert ready.status == 200
    assert ready.json["type"] == "image"
    assert ready.json["meta"]["original"] == {
        "width": 1600,
        "height": 1200,
        "size": "1600x1200",
        "aspect": 1600 / 1200,
    }
    assert ready.json["blurhash"]
    made = await alice.publish("look", media_ids=[media_id])
    assert made["media_attachments"][0]["description"] == "A red wall"
    file = await network.anyone.get(made["media_attachments"][0]["url"])
    assert file.status == 200
    assert file.headers["content-type"] == "image/jpeg"
    assert "immutable" in file.headers["cache-control"]
    assert Image.open(io.BytesIO(file.body)).size == (1600, 1200)
