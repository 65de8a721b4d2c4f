"""Storage, in a folder and in a bucket."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from tests.rig.bucket import Bucket

from parvis.infra.clock import now
from parvis.infra.storage import PART_BYTES, Storage, StoredMissing

CONTENT = bytes(range(256)) * 8_192  # 2 MiB


@pytest.fixture(params=["folder", "bucket"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "folder":
        yield Storage(None, tmp_path / "media")
        return
    async with Bucket() as bucket:
        yield Storage(bucket.url, tmp_path / "unused")


async def in_parts() -> AsyncIterator[bytes]:
    for at in range(0, len(CONTENT), 100_000):
        yield CONTENT[at : at + 100_000]


async def whole(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


async def test_kept_read_replaced_and_removed(storage: Storage) -> None:
    await storage.put("a/b/one.jpg", CONTENT, "image/jpeg")
    assert await storage.get("a/b/one.jpg") == CONTENT
    assert await storage.size("a/b/one.jpg") == len(CONTENT)
    await storage.put("a/b/one.jpg", b"new", "image/jpeg")
    assert await storage.get("a/b/one.jpg") == b"new"
    await storage.delete("a/b/one.jpg", "a/b/never.jpg")
    await storage.delete("a/b/one.jpg")
    for read in (storage.get, storage.size, storage.open):
        with pytest.raises(StoredMissing):
            await read("a/b/one.jpg")


async def test_listed_and_settled(storage: Storage) -> None:
    keys = ["log/tile/0/x001/000.p/3", "log/tile/0/x001/000", "log/checkpoint"]
    for key in keys:
        await storage.put(key, b"x")
    await storage.settle(keys)
    assert sorted(await storage.list_keys("log")) == sorted(keys)
    assert await storage.list_keys("log/tile/0/x001/000.p") == keys[:1]
    assert await storage.list_keys("log/none") == []


async def test_kept_as_it_comes(storage: Storage) -> None:
    await storage.put("uploads/x", in_parts())
    assert await storage.get("uploads/x") == CONTENT


async def test_read_in_parts_and_ranges(storage: Storage) -> None:
    await storage.put("x", CONTENT)
    stored = await storage.open("x")
    assert stored.size == len(CONTENT)
    parts = [part async for part in stored.parts]
    assert b"".join(parts) == CONTENT
    assert max(map(len, parts)) < 8 * PART_BYTES
    for first, last in ((0, 0), (10, 99), (len(CONTENT) - 1, len(CONTENT) - 1)):
        part = await storage.open("x", first, last)
        assert part.size == len(CONTENT)
        assert await whole(part.parts) == CONTENT[first : last + 1]
    tail = await storage.open("x", len(CONTENT) - 5)
    assert await whole(tail.parts) == CONTENT[-5:]


async def test_a_broken_upload_leaves_nothing(storage: Storage) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield CONTENT
        raise ConnectionError("the client is gone")

    with pytest.raises(Exception):  # noqa: B017, PT011 - theirs wraps ours
        await storage.put("x", breaking())
    with pytest.raises(StoredMissing):
        await storage.get("x")


async def test_keys_stay_inside(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("not yours")
    storage = Storage(None, tmp_path / "media")
    for key in ("../secret", "a/../../secret", "/../secret"):
        with pytest.raises(Exception):  # noqa: B017, PT011 - refused in several words
            await storage.get(key)


async def test_the_bucket_bears_repeated_requests() -> None:
    """Under load its client repeats what was not answered in time: the test must not fail by that."""
    async with Bucket() as bucket, aiohttp.ClientSession() as http:
        place = bucket.url.removeprefix("s3+").partition("?")[0].replace("key:secret@", "") + "/x"
        signed = {"authorization": "AWS4-HMAC-SHA256"}

        async def ask(method: str, query: str, content: bytes = b"") -> tuple[int, str]:
            asked = http.request(method, f"{place}?{query}", data=content, headers=signed)
            async with asked as answer:
                return answer.status, await answer.text()

        begun = [(await ask("POST", "uploads"))[1] for _ in range(2)]
        assert begun[0] != begun[1]
        upload = begun[0].partition("<UploadId>")[2].partition("<")[0]
        for _ in range(2):
            assert (await ask("PUT", f"uploadId={upload}&partNumber=1", b"one"))[0] == 200
        for _ in range(2):
            assert (await ask("POST", f"uploadId={upload}"))[0] == 200
        assert bucket.files == {"below/x": b"one"}
        for _ in range(2):
            assert (await ask("DELETE", f"uploadId={upload}"))[0] == 204
        assert (await ask("PUT", f"uploadId={upload}&partNumber=1"))[0] == 404
        assert (await ask("POST", f"uploadId={upload}"))[0] == 404


async def test_older_files_of_a_folder_are_listed(storage: Storage) -> None:
    for key in ("uploads/ab/one", "uploads/cd/two", "media/ab/one/small.jpg"):
        await storage.put(key, b"x")
    soon = now() + timedelta(days=1)
    listed = [key async for some in storage.list_older("uploads", soon) for key in some]
    assert sorted(listed) == ["uploads/ab/one", "uploads/cd/two"]
    long_ago = now() - timedelta(days=10_000)
    assert not [key async for some in storage.list_older("uploads", long_ago) for key in some]
    assert not [key async for some in storage.list_older("nothing", soon) for key in some]
