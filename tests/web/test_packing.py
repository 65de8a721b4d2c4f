"""How pages travel: packed, tagged, kept by the right people, unchanged when nothing changed."""

import gzip
import re
from typing import Any

import pytest
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import settings
from parvis.web.packing import takes_gzip


async def raw(network: Network, path: str, **headers: str) -> tuple[int, bytes, Any]:
    """An answer as it came over the wire."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    told.setdefault("accept-encoding", "identity")
    async with network.http.get(network.base + path, headers=told) as answer:
        return answer.status, await answer.read(), answer.headers


async def test_unchanged_page_is_answered_in_few_bytes(network: Network) -> None:
    await settings.read(network.db)
    for encoding in ("identity", "gzip"):
        _, body, headers = await raw(network, "/about", accept_encoding=encoding)
        tag = headers["etag"]
        assert re.fullmatch(r'"[0-9a-f]+(-gz)?"', tag), "a strong tag"
        assert body
        for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
            status, none, told = await raw(
                network, "/about", accept_encoding=encoding, if_none_match=known
            )
            assert (status, none) == (304, b"")
            assert told["etag"] == tag
            assert told["cache-control"] == headers["cache-control"]
            assert "accept-encoding" in told["vary"]
        status, again, _ = await raw(
            network, "/about", accept_encoding=encoding, if_none_match='"other"'
        )
        assert (status, again) == (200, body)


async def test_tag_changes_with_the_page(network: Network) -> None:
    _, _, before = await raw(network, "/", accept_language="en")
    _, _, french = await raw(network, "/", accept_language="fr")
    await (await network.person("alice")).publish("something new")
    _, _, after = await raw(network, "/", accept_language="en")
    assert len({one["etag"] for one in (before, french, after)}) == 3


async def test_pages_are_packed_for_who_takes_it(network: Network) -> None:
    alice = await network.person("alice")
    for number in range(20):
        await alice.publish(f"number {number} says something")
    reader = Reader(network)
    plain = await reader.get("/public/local", **{"accept-encoding": "identity"})
    async with network.http.get(
        network.base + "/public/local", headers={"accept-encoding": "gzip"}, auto_decompress=False
    ) as answer:
        packed = await answer.read()
        assert answer.headers["content-encoding"] == "gzip"
        assert int(answer.headers["content-length"]) == len(packed)
    assert "content-encoding" not in plain.headers
    assert len(packed) < len(plain.html) / 4
    assert gzip.decompress(packed).decode().count("says something") == 20


async def test_head_tells_what_get_would(network: Network) -> None:
    reader = Reader(network)
    got, head = await reader.get("/about"), await reader.head("/about")
    assert head.status == 200
    assert head.html == ""
    for name in ("etag", "cache-control", "vary", "content-type", "content-length"):
        assert head.headers[name] == got.headers[name], name


async def test_members_pages_are_nobody_elses(network: Network) -> None:
    await network.people("alice", "bob")
    tags: set[str] = set()
    for name in ("alice", "bob"):
        reader = await logged_in(network, name)
        page = await reader.get("/")
        assert page.headers["cache-control"] == "private, no-cache"
        tags.add(page.headers["etag"])
        again = await reader.get("/", **{"if-none-match": page.headers["etag"]})
        assert again.status == 304
        assert again.headers["cache-control"] == "private, no-cache"
        secret = await reader.get("/settings/account")
        assert secret.headers["cache-control"] == "no-store"
        assert "etag" not in secret.headers
    assert len(tags) == 2  # forms hold tokens


async def test_token_has_another_mask_on_another_page(network: Network) -> None:
    """A packed page's length tells nothing of the token, whatever words somebody has put into it."""
    await network.person("alice")
    reader = await logged_in(network, "alice")
    pages = [await reader.get(path) for path in ("/about", "/about?x=1", "/about")]
    seen = [page.hidden()["token"] for page in pages]
    assert seen[0] == seen[2]
    assert seen[0] != seen[1] or pages[0].html == pages[1].html
    other = (await reader.get("/tags/guess")).hidden()["token"]
    assert other != seen[0]
    assert len(other) == 64
    assert (await reader.send("/auth/log-out", {"token": other})).location
    assert (await reader.get("/settings/account")).status == 303


@pytest.mark.parametrize(
    "wrong", ["0" * 64, "f" * 64, "0" * 32, "zz" * 32, "é" * 32, "", "00", "0" * 1_000]
)
async def test_wrong_tokens_fit_nobody(network: Network, wrong: str) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    assert "too old" in (await reader.send("/auth/log-out", {"token": wrong})).refused(403)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("deflate, gzip;q=1.0, *;q=0.5", True),
        ("GZIP", True),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("", False),
        ("identity", False),
    ],
)
def test_who_takes_gzip(accepted: str, takes: bool) -> None:  # noqa: FBT001 - a row of the table
    assert takes_gzip(accepted) is takes
