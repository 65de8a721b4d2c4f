"""The network as an application, and moments where the reader's clock is."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from tests.rig import pictures
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import look, settings
from parvis.web.locales import ZONE, locale_of, zone_of

HASHED = re.compile(r"/static/[\w-]+\.[0-9a-f]{12}\.\w+")
SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


async def manifest_of(reader: Reader, query: str = "") -> dict[str, Any]:
    answer = await reader.get(f"/manifest.webmanifest{query}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/manifest+json"
    return msgspec.json.decode(answer.html)


async def test_manifest_says_what_browsers_need(network: Network) -> None:
    await network.db.run(settings.change, title="La Place des Îles", short_description="By the sea")
    reader = Reader(network)
    page = await reader.get("/")
    link = re.search(r'<link rel="manifest" href="([^"]+)"', page.html)
    assert link is not None
    found = await manifest_of(reader, link[1].removeprefix("/manifest.webmanifest"))
    assert (found["name"], found["short_name"]) == ("La Place des Îles", "La Place des")
    assert (found["start_url"], found["scope"], found["display"]) == ("/home", "/", "standalone")
    assert {one["purpose"] for one in found["icons"]} == {"any", "maskable"}
    for icon in found["icons"]:
        async with network.http.get(network.base + icon["src"]) as answer:
            body = await answer.read()
            assert answer.headers["content-type"] == icon["type"] == "image/png"
        side = int.from_bytes(body[16:20], "big")
        assert icon["sizes"] == f"{side}x{side}"
    assert found["share_target"]["action"] == "/share"
    assert found["shortcuts"][0] == {"name": "Write a message", "url": "/publish"}


async def test_icons_are_made_of_the_logo(network: Network) -> None:
    """Of an opaque JPEG too, whose corner's colour surrounds the one that systems cut."""
    logo = await look.draw_logo(network.app.means, pictures.plain(300, 200, "JPEG"))
    async with network.db.tx() as tx:
        await look.change_look(tx, await settings.read(network.db), logo=logo)
    found = (await manifest_of(Reader(network)))["icons"]
    assert [one["purpose"] for one in found] == ["any", "any", "maskable"]
    for icon in found:
        async with network.http.get(icon["src"]) as answer:
            assert answer.headers["content-type"] == icon["type"] == "image/png"
            side = int.from_bytes((await answer.read())[16:20], "big")
        assert icon["sizes"] == f"{side}x{side}"
    async with network.db.tx() as tx:
        await look.change_look(tx, await settings.read(network.db), logo=None)
    gone = await network.db.fetchval(
        "select payload -> 'keys' from jobs where kind = 'remove_files'"
    )
    assert len(gone) == 4


async def test_manifest_speaks_the_language_of_the_page(network: Network) -> None:
    """Browsers ask for it without cookies."""
    french = await manifest_of(Reader(network), "?in=fr")
    assert (french["lang"], french["shortcuts"][0]["name"]) == ("fr", "Écrire un message")
    assert (await manifest_of(Reader(network, "fr")))["lang"] == "fr"
    assert (await manifest_of(Reader(network), "?in=xx"))["lang"] == "en"


async def test_worker_knows_the_files_of_now(network: Network) -> None:
    reader = Reader(network)
    worker = await reader.get("/sw.js")
    assert worker.headers["service-worker-allowed"] == "/"
    assert worker.headers["content-type"].startswith("text/javascript")
    assert "connect-src 'self'" in worker.headers["content-security-policy"]
    files = HASHED.findall(worker.html)
    assert {"parvis", "live", "icons", "mark"} <= {
        one.split("/")[-1].split(".")[0] for one in files
    }
    for one in files:
        assert (await reader.get(one)).status == 200, one
    used = set(HASHED.findall((await reader.get("/")).html))
    assert {one for one in used if one.endswith((".css", ".js", ".svg"))} <= set(files)


async def test_page_without_a_connection_is_nobodys(network: Network) -> None:
    """It is kept on the device, whoever reads next."""
    await network.person("alice")
    reader = await logged_in(network, "alice", "fr")
    page = await reader.get("/offline")
    assert page.headers["content-language"] == "en"  # the member's own
    assert "alice" not in page.html
    assert 'name="token"' not in page.html
    assert "data-live" not in page.html
    assert "data-retry" in page.html
    form = await reader.get("/offline?form=1")
    assert "Nothing was sent" in form.text
    assert "data-retry" not in form.html
    assert "Pas de connexion" in (await Reader(network, "fr").get("/offline")).text


async def test_what_is_shared_is_begun_as_a_message(network: Network) -> None:
    await network.person("alice")
    reader = Reader(network)
    asked = (
        "/share?title=A+walk&text=A+walk+by+the+sea&url=https%3A%2F%2Fexample.org%2Fw%3Fa%3D1%26b"
    )
    assert "/auth/log-in?next=" in (await reader.get(asked)).location
    await reader.log_in("alice")
    begun = "text=A+walk+by+the+sea%0Ahttps%3A%2F%2Fexample.org%2Fw%3Fa%3D1%26b"
    assert (await reader.get(asked)).location == f"/publish?{begun}"
    assert (await reader.get("/share")).location == "/publish?text="
    long = (await reader.get(f"/share?text={'x' * 5_000}")).location
    assert len(long) < 2_100
    assert (await reader.get("/share?text=%00")).status == 400


async def test_pages_say_whose_they_are(network: Network) -> None:
    alice = await network.person("alice")
    reader = Reader(network)
    assert (await reader.get("/")).headers["x-reader"] == "0"
    await reader.log_in("alice")
    assert (await reader.get("/")).headers["x-reader"] == alice.id
    assert (await reader.get("/nothing")).headers["x-reader"] == alice.id
    await reader.send("/auth/log-out")
    assert (await reader.get("/")).headers["x-reader"] == "0"


async def test_moments_are_in_the_zone_of_the_cookie(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello", poll={"options": ["a", "b"], "expires_in": 600})
    closing = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    await network.db.fetch("update statuses set created_at = $1", SUMMER)
    await network.db.fetch("update polls set expires_at = $1", closing)
    network.db.slots.bump_all()
    reader = Reader(network)
    path = f"/@alice/{made['id']}"
    for zone, created, closes in (
        (None, "1 July 2026 23:30 UTC", "31 December 2026 23:30 UTC"),
        ("Asia/Tokyo", "2 July 2026 08:30", "1 January 2027 08:30"),
        ("America/New_York", "1 July 2026 19:30", "31 December 2026 18:30"),
        ("Nowhere/Atall", "1 July 2026 23:30 UTC", "31 December 2026 23:30 UTC"),
        ("../../etc/passwd", "1 July 2026 23:30 UTC", "31 December 2026 23:30 UTC"),
        ("Asia/Tokyo", "2 July 2026 08:30", "1 January 2027 08:30"),
    ):
        reader.cookies = {"tz": zone} if zone else {}
        page = await reader.get(path)
        assert created in page.ok(), zone
        assert f"Closes on {closes}" in page.text, zone
        if zone in {"Asia/Tokyo", "America/New_York"}:
            assert "UTC" not in page.text


@pytest.mark.parametrize("name", ["", "x", "Europe", "/etc/localtime", "Europe/Paris\0", "é"])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert zone_of(name) is None


def test_days_and_ages_follow_the_readers_clock() -> None:
    french = locale_of("fr")
    before = ZONE.set(zone_of("Pacific/Auckland"))
    try:
        assert "2 juillet 2026" in french.day(SUMMER)
        assert "2 juil." in french.ago(SUMMER)
        assert 'datetime="2026-07-01T23:30:00Z"' in french.moment(SUMMER)
        assert "août" in french.month(SUMMER + timedelta(days=30))
    finally:
        ZONE.reset(before)
    assert "1er juillet 2026" in french.day(SUMMER)
    assert "UTC" in french.moment(SUMMER)
