"""Media over HTTP: upload, process, describe, publish, serve, remove."""

import asyncio
from typing import Any

import pytest
from PIL import Image
from tests.rig import pictures
from tests.rig.network import Network, Person

from parvis.domain.media.uploads import MAX_BYTES, MAX_FILM_BYTES


async def upload(network: Network, person: Person, content: bytes, **fields: str) -> dict[str, Any]:
    """Upload and have it processed; answers the attachment."""
    sent = (await person.post("/api/v2/media", data=pictures.form(content, **fields))).ok()
    await network.settle()
    return (await person.get(f"/api/v1/media/{sent['id']}")).ok()


async def fetch(network: Network, url: str) -> bytes:
    file = await network.anyone.get(url)
    assert file.status == 200
    return file.body


def stored(network: Network) -> list[str]:
    folder = network.app.settings.data / "media"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.*"))


def raw_uploads(network: Network) -> int:
    folder = network.app.settings.data / "media" / "uploads"
    return sum(path.is_file() for path in folder.rglob("*"))


async def test_upload_is_processed_published_and_served(network: Network, sql_budget: Any) -> None:
    alice = await network.person("alice")
    await alice.home()
    photo = pictures.plain(1600, 1200)
    with sql_budget(3):
        answer = await alice.post(
            "/api/v2/media", data=pictures.form(photo, description="A green wall", focus="0.5,-0.5")
        )
    assert answer.status == 202
    assert answer.json["url"] is None
    media_id = answer.json["id"]
    assert (await alice.get(f"/api/v1/media/{media_id}")).status == 206
    refused = await alice.post("/api/v1/statuses", {"status": "early", "media_ids": [media_id]})
    assert "not finished processing" in refused.refused(422)
    await network.settle()
    ready = await alice.get(f"/api/v1/media/{media_id}")
    assert ready.status == 200
    assert ready.json["type"] == "image"
    assert ready.json["meta"] == {
        "original": {"width": 1600, "height": 1200, "size": "1600x1200", "aspect": 4 / 3},
        "small": {"width": 553, "height": 415, "size": "553x415", "aspect": 553 / 415},
        "focus": {"x": 0.5, "y": -0.5},
    }
    assert len(ready.json["blurhash"]) == 28
    made = await alice.publish("look", media_ids=[media_id])
    assert made["media_attachments"] == [ready.json]
    assert ready.json["description"] == "A green wall"
    assert pictures.opened(await fetch(network, ready.json["url"])).size == (1600, 1200)
    assert pictures.opened(await fetch(network, ready.json["preview_url"])).size == (553, 415)
    assert raw_uploads(network) == 0


async def test_large_photographs_are_made_smaller(network: Network) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.plain(6000, 5000))
    size = media["meta"]["original"]
    assert size["width"] * size["height"] <= 3840 * 2160
    assert size["aspect"] == pytest.approx(6 / 5, rel=0.001)
    assert pictures.opened(await fetch(network, media["url"])).width == size["width"]


async def test_nothing_of_the_camera_or_the_place_goes_on(network: Network) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.revealing())
    for url in (media["url"], media["preview_url"]):
        content = await fetch(network, url)
        image = pictures.opened(content)
        assert image.size == (80, 120)  # upright
        assert image.getpixel((10, 60))[0] > 150  # the side that lay below is left
        assert image.getpixel((70, 60))[2] > 150
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "comment", "icc_profile"} & set(image.info)
        assert b"Liddell" not in content
        assert b"Acme" not in content
        assert b"Exif" not in content


async def test_transparency_stays(network: Network) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.see_through())
    image = pictures.opened(await fetch(network, media["url"])).convert("RGBA")
    assert image.getpixel((10, 30))[3] == 0
    assert image.getpixel((80, 30))[3] == 255
    assert media["url"].endswith(".png")


async def test_animations_move_on(network: Network) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.moving(5))
    assert media["type"] == "image"
    assert media["meta"]["original"]["size"] == "80x50"
    image = pictures.opened(await fetch(network, media["url"]))
    assert (image.format, image.n_frames) == ("GIF", 5)
    still = pictures.opened(await fetch(network, media["preview_url"]))
    assert getattr(still, "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
async def test_kinds_that_are_taken(network: Network, kind: str) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.plain(kind=kind))
    assert pictures.opened(await fetch(network, media["url"])).size == (64, 48)


async def test_colours_of_print_become_those_of_screens(network: Network) -> None:
    alice = await network.person("alice")
    cmyk = pictures.encoded(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG")
    media = await upload(network, alice, cmyk)
    image = pictures.opened(await fetch(network, media["url"]))
    assert image.mode == "RGB"
    assert image.getpixel((20, 20))[0] > 150


async def test_what_is_appended_to_a_picture_is_left_behind(network: Network) -> None:
    alice = await network.person("alice")
    for content in (pictures.plain(), pictures.moving(), pictures.see_through()):
        media = await upload(network, alice, content + pictures.HTML_TAIL)
        served = await fetch(network, media["url"])
        assert b"script" not in served
        assert b"secret tail" not in served


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "can't be blank"),
        (b"just text, whatever its name says", "This type of file is not supported"),
        (pictures.SVG, "This type of file is not supported"),
        (b"<html><script>alert(1)</script></html>", "This type of file is not supported"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(100), "File type image/heic is not supported"),
        (b"%PDF-1.7\n" + bytes(100), "This type of file is not supported"),
        (pictures.png_claiming(50_000, 50_000), "50000x50000 images are not supported"),
        (pictures.png_claiming(8_000, 6_250), "8000x6250 images are not supported"),
    ],
    ids=["empty", "text", "svg", "html", "heic", "pdf", "bomb", "50-megapixels"],
)
async def test_refused_at_once(network: Network, content: bytes, words: str) -> None:
    alice = await network.person("alice")
    for path in ("/api/v2/media", "/api/v1/media"):
        answer = await alice.post(path, data=pictures.form(content, filename="holiday.jpg"))
        assert words in answer.refused(422)
    assert await network.db.fetchval("select count(*) from media_attachments") == 0
    assert raw_uploads(network) == 0


async def test_a_photograph_of_51_megapixels_is_refused_by_its_header(network: Network) -> None:
    alice = await network.person("alice")
    photo = pictures.encoded(Image.new("L", (8_500, 6_000)), "JPEG")
    answer = await alice.post("/api/v2/media", data=pictures.form(photo))
    assert "8500x6000 images are not supported" in answer.refused(422)


async def test_a_large_file_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    photo = pictures.plain() + bytes(MAX_BYTES)
    answer = await alice.post("/api/v2/media", data=pictures.form(photo))
    assert answer.refused(422) == "Validation failed: File must be less than 16 MB"
    answer = await alice.post(
        "/api/v2/media", data=pictures.form(bytes(MAX_FILM_BYTES + (1 << 20)))
    )
    assert "send less" in answer.refused(413)
    assert raw_uploads(network) == 0


@pytest.mark.parametrize("broken", ["cut", "noise", "lying-gif"])
async def test_a_damaged_file_fails_in_words(network: Network, broken: str) -> None:
    alice = await network.person("alice")
    noise = pictures.encoded(Image.effect_noise((300, 300), 90), "JPEG")
    content = {
        "cut": noise[: len(noise) // 2],
        "noise": noise[:400] + bytes(2_000),
        "lying-gif": b"GIF89a\x10\x00\x10\x00\x80\x00\x00" + bytes(50),
    }[broken]
    sent = (await alice.post("/api/v2/media", data=pictures.form(content))).ok()
    await network.settle()
    answer = await alice.get(f"/api/v1/media/{sent['id']}")
    assert answer.refused(422) == "The file cannot be used: it is damaged or not complete"
    refused = await alice.post("/api/v1/statuses", {"status": "x", "media_ids": [sent["id"]]})
    assert refused.status == 422
    assert raw_uploads(network) == 0
    assert stored(network) == []


async def test_the_first_version_waits_until_it_is_processed(network: Network) -> None:
    alice = await network.person("alice")
    sending = asyncio.create_task(
        alice.post("/api/v1/media", data=pictures.form(pictures.plain(), description="here"))
    )
    for _ in range(1_000):  # until it came in
        if await network.db.fetchval("select count(*) from jobs"):
            break
        await asyncio.sleep(0.01)
    await network.settle()
    answer = await sending
    assert answer.status == 200
    assert answer.json["url"]
    assert answer.json["description"] == "here"


async def test_words_and_focus_change_also_once_published(
    network: Network, sql_budget: Any
) -> None:
    alice, bob = await network.people("alice", "bob")
    media = await upload(network, alice, pictures.plain())
    made = await alice.publish("look", media_ids=[media["id"]])
    (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    with sql_budget(2):
        changed = (
            await alice.put(f"/api/v1/media/{media['id']}", {"description": "é", "focus": "-1,1"})
        ).ok()
    assert (changed["description"], changed["meta"]["focus"]) == ("é", {"x": -1.0, "y": 1.0})
    seen = (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()["media_attachments"]
    assert seen == [changed]
    kept = (await alice.put(f"/api/v1/media/{media['id']}", {"focus": "0,0"})).ok()
    assert kept["description"] == "é"
    assert (await bob.put(f"/api/v1/media/{media['id']}", {"description": "mine"})).refused(404)
    assert (await bob.get(f"/api/v1/media/{media['id']}")).refused(404)


@pytest.mark.parametrize(
    "wrong",
    [
        {"description": "x" * 1_501},
        {"description": "nul\0"},
        {"focus": "2,0"},
        {"focus": "nan,0"},
        {"focus": "left"},
        {"focus": "0,0,0"},
    ],
    ids=["long", "nul", "outside", "nan", "words", "three"],
)
async def test_wrong_words_and_focus_are_refused(network: Network, wrong: dict[str, str]) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.plain())
    assert (await alice.put(f"/api/v1/media/{media['id']}", wrong)).status in (400, 422)
    if "nul\0" not in wrong.values():
        answer = await alice.post("/api/v2/media", data=pictures.form(pictures.plain(), **wrong))
        assert answer.status == 422
    assert await network.db.fetchval("select count(*) from media_attachments") == 1
    assert raw_uploads(network) == 0


async def test_removed_while_no_status_shows_it(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    media = await upload(network, alice, pictures.plain())
    path = f"/api/v1/media/{media['id']}"
    assert (await bob.delete(path)).refused(404)
    assert (await alice.delete(path)).ok() == {}
    await network.settle()
    assert (await alice.get(path)).refused(404)
    assert (await network.anyone.get(media["url"])).status == 404
    assert stored(network) == []
    shown = await upload(network, alice, pictures.plain())
    await alice.publish("look", media_ids=[shown["id"]])
    answer = await alice.delete(f"/api/v1/media/{shown['id']}")
    assert answer.refused(422) == "Media attachment is currently used by a status"


async def test_removed_before_it_was_processed(network: Network) -> None:
    alice = await network.person("alice")
    sent = (await alice.post("/api/v2/media", data=pictures.form(pictures.plain()))).ok()
    (await alice.delete(f"/api/v1/media/{sent['id']}")).ok()
    await network.settle()
    assert stored(network) == []
    assert raw_uploads(network) == 0
    assert await network.db.fetchval("select count(*) from jobs") == 0


async def test_who_may_not_upload(network: Network) -> None:
    alice = await network.person("alice", scopes=("read", "write:statuses"))
    body = pictures.form(pictures.plain())
    assert (await alice.post("/api/v2/media", data=body)).refused(403)
    body = pictures.form(pictures.plain())
    assert (await network.anyone.post("/api/v2/media", data=body)).refused(401)
    whole = await network.person("bob")
    assert (await whole.post("/api/v2/media", {"file": "text"})).refused(422)
    assert (await whole.post("/api/v2/media")).refused(422)
    assert (await whole.get("/api/v1/media/0")).refused(404)
    assert (await whole.get("/api/v1/media/x")).refused(404)
    assert raw_uploads(network) == 0


async def test_unused_uploads_are_swept_after_a_day(network: Network) -> None:
    alice = await network.person("alice")
    old = await upload(network, alice, pictures.plain())
    shown = await upload(network, alice, pictures.plain())
    await alice.publish("look", media_ids=[shown["id"]])
    await network.db.fetch("update media_attachments set created_at = now() - interval '2 days'")
    new = await upload(network, alice, pictures.plain())
    await network.db.fetch("insert into jobs (kind, payload) values ('sweep_media', '{}')")
    await network.settle()
    assert (await alice.get(f"/api/v1/media/{old['id']}")).refused(404)
    assert (await network.anyone.get(old["url"])).status == 404
    assert len(stored(network)) == 4
    for media in (shown, new):
        assert (await network.anyone.get(media["url"])).status == 200


async def test_deleting_a_status_withdraws_its_media(network: Network) -> None:
    alice = await network.person("alice")
    media = await upload(network, alice, pictures.plain())
    made = await alice.publish("look", media_ids=[media["id"]])
    assert (await network.anyone.get(media["url"])).status == 200
    (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    assert (await network.anyone.get(media["url"])).status == 404
    again = await alice.publish("look again", media_ids=[media["id"]])
    assert (await network.anyone.get(media["url"])).status == 200
    (await alice.delete(f"/api/v1/statuses/{again['id']}?delete_media=true")).ok()
    assert (await network.anyone.get(media["url"])).status == 404
    await network.settle()
    assert stored(network) == []


async def test_a_suspended_account_s_media_are_withdrawn(network: Network) -> None:
    alice, moderator = await network.people("alice", "mona")
    media = await upload(network, alice, pictures.plain())
    await alice.publish("look", media_ids=[media["id"]])
    assert (await network.anyone.get(media["url"])).status == 200
    await network.db.fetch("update users set role = 'moderator' where id = $1", moderator.user_id)
    token = await network.token(moderator.user_id, ("admin:read", "admin:write"))
    moderator.token = token
    answer = await moderator.post(
        f"/api/v1/admin/accounts/{alice.id}/action", {"type": "suspend", "text": "spam"}
    )
    answer.ok()
    assert (await network.anyone.get(media["url"])).status == 404


async def test_a_lost_upload_fails_in_words(network: Network) -> None:
    alice = await network.person("alice")
    sent = (await alice.post("/api/v2/media", data=pictures.form(pictures.plain()))).ok()
    for path in (network.app.settings.data / "media" / "uploads").rglob("*"):
        if path.is_file():
            path.unlink()
    await network.settle()
    refused = await alice.get(f"/api/v1/media/{sent['id']}")
    assert refused.refused(422) == "The file is lost; upload it again"


async def test_what_cannot_be_processed_is_given_up_in_words(network: Network) -> None:
    alice = await network.person("alice")
    sent = (await alice.post("/api/v2/media", data=pictures.form(pictures.plain()))).ok()
    await network.db.fetch("update jobs set attempts = 99")  # every attempt ended with its process
    await network.settle()
    refused = await alice.get(f"/api/v1/media/{sent['id']}")
    assert refused.refused(422) == "The file could not be processed; try again"
    assert await network.db.fetchval("select count(*) from jobs where gave_up_at is null") == 0
