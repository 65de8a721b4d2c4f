"""The files' door: what may be cached by whom, ranges, validators, and nothing else served."""

from typing import Any

import pytest
from tests.rig import pictures
from tests.rig.network import Answer, Network, Person

FOR_ALL = "public, max-age=31536000, immutable"
UNSHARED = "private, no-store"


async def uploaded(network: Network, person: Person, content: bytes | None = None) -> Any:
    body = pictures.form(content or pictures.plain(400, 300))
    sent = (await person.post("/api/v2/media", data=body)).ok()
    await network.settle()
    return (await person.get(f"/api/v1/media/{sent['id']}")).ok()


async def fetch(network: Network, url: str, method: str = "GET", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return await network.anyone.call(method, url, headers=named)


@pytest.mark.parametrize(
    ("visibility", "cached"),
    [
        ("public", FOR_ALL),
        ("unlisted", FOR_ALL),
        ("private", UNSHARED),
        ("direct", UNSHARED),
    ],
)
async def test_shared_caches_keep_only_what_everybody_may_see(
    network: Network, sql_budget: Any, visibility: str, cached: str
) -> None:
    alice = await network.person("alice")
    media = await uploaded(network, alice)
    early = await fetch(network, media["url"])
    assert early.headers["cache-control"] == UNSHARED
    await alice.publish("look", media_ids=[media["id"]], visibility=visibility)
    for url in (media["url"], media["preview_url"]):
        file = await fetch(network, url)
        assert file.status == 200
        assert file.headers["cache-control"] == cached
        assert file.headers["content-type"] == "image/jpeg"
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["content-security-policy"].startswith("default-src 'none'")
        assert "sandbox" in file.headers["content-security-policy"]
        assert "set-cookie" not in file.headers
        assert int(file.headers["content-length"]) == len(file.body)
    with sql_budget(0):
        assert (await fetch(network, media["url"])).status == 200


async def test_validators(network: Network) -> None:
    alice = await network.person("alice")
    media = await uploaded(network, alice)
    await alice.publish("look", media_ids=[media["id"]])
    whole = await fetch(network, media["url"])
    etag = whole.headers["etag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        again = await fetch(network, media["url"], if_none_match=known)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["etag"] == etag
    assert (await fetch(network, media["url"], if_none_match='"other"')).status == 200
    preview = await fetch(network, media["preview_url"])
    assert preview.headers["etag"] != etag


async def test_ranges(network: Network) -> None:
    alice = await network.person("alice")
    media = await uploaded(network, alice)
    whole = await fetch(network, media["url"])
    size = len(whole.body)
    assert whole.headers["accept-ranges"] == "bytes"
    part = await fetch(network, media["url"], range="bytes=2-9")
    assert (part.status, part.body) == (206, whole.body[2:10])
    assert part.headers["content-range"] == f"bytes 2-9/{size}"
    tail = await fetch(network, media["url"], range="bytes=-7")
    assert (tail.status, tail.body) == (206, whole.body[-7:])
    outside = await fetch(network, media["url"], range=f"bytes={size}-")
    assert outside.status == 416
    assert outside.headers["content-range"] == f"bytes */{size}"
    assert (await fetch(network, media["url"], range="pages=1-2")).body == whole.body
    etag = whole.headers["etag"]
    same = await fetch(network, media["url"], range="bytes=0-0", if_range=etag)
    assert (same.status, same.body) == (206, whole.body[:1])
    other = await fetch(network, media["url"], range="bytes=0-0", if_range='"older"')
    assert (other.status, other.body) == (200, whole.body)


async def test_head_and_other_methods(network: Network) -> None:
    alice = await network.person("alice")
    media = await uploaded(network, alice)
    whole = await fetch(network, media["url"])
    head = await fetch(network, media["url"], "HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.body))
    for method in ("POST", "PUT", "DELETE"):
        assert (await fetch(network, media["url"], method)).status == 405


async def test_large_files_come_in_parts(network: Network) -> None:
    alice = await network.person("alice")
    noise = pictures.encoded(pictures.Image.effect_noise((1400, 1400), 90), "JPEG", quality=95)
    media = await uploaded(network, alice, noise)
    whole = await fetch(network, media["url"])
    assert len(whole.body) > 512 * 1024
    assert int(whole.headers["content-length"]) == len(whole.body)
    assert pictures.opened(whole.body).size == (1400, 1400)


async def test_nothing_else_is_served(network: Network) -> None:
    alice = await network.person("alice")
    sent = await alice.post("/api/v2/media", data=pictures.form(pictures.plain()))
    sent.ok()
    secret = await network.db.fetchval("select secret from media_attachments")
    await network.settle()
    media = (await alice.get(f"/api/v1/media/{sent.json['id']}")).ok()
    key = media["url"].partition("/media/")[2]
    guesses = [
        f"uploads/{secret[:2]}/{secret}",
        f"media/{secret[:2]}/{secret}",
        f"media/{secret[:2]}/{secret}/",
        key.replace("original.jpg", "original.png"),
        key.replace("original", "other"),
        f"{key}/",
        f"{key}%00",
        f"{key}.html",
        key.replace(secret, "A" * 43),
        "../lock",
        "%2e%2e/lock",
        "media/..%2f..%2flock",
        "",
        "media",
        "%ff",
    ]
    for guess in guesses:
        answer = await network.anyone.get(f"{network.base}/media/{guess}")
        assert answer.status == 404, guess
        assert "immutable" not in answer.headers.get("cache-control", "")
