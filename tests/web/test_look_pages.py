"""The owner gives the network a colour, a logo and a picture: everywhere it shows."""

import msgspec
import pytest
from tests.rig.network import Network
from tests.rig.pictures import SVG, opened, plain, see_through
from tests.rig.reader import Reader
from tests.web.test_admin import inside
from tests.web.test_look import tokens

from parvis.domain.network import settings
from parvis.protocols import colours
from parvis.web import look

PATH = "/admin/look"


async def test_a_colour_goes_everywhere(network: Network) -> None:
    _, reader = await inside(network)
    assert "/look.css" not in (await reader.get("/")).html
    assert (await reader.send(PATH, {"accent": "#ffd400", "do": "keep"})).location
    page = await Reader(network).get("/")
    address = page.html.split('href="/look.css?')[1].partition('"')[0]
    sheet = await Reader(network).get(f"/look.css?{address}")
    assert "--accent:#8d7400" in sheet.html
    assert sheet.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet.headers["cache-control"]
    again = await Reader(network).get("/look.css", **{"if-none-match": sheet.headers["etag"]})
    assert again.status == 304
    assert "immutable" not in (await Reader(network).get("/look.css?old")).headers["cache-control"]
    mark = await Reader(network).get("/look.svg")
    assert "#8d7400" in mark.html
    assert "#0e6a5b" not in mark.html
    assert 'src="/look.svg?' in page.html
    shown = await reader.get(PATH)
    assert "too pale for white words" in shown.ok()
    assert (await reader.send(PATH, {"do": "reset"})).location == f"{PATH}?done=reset"
    assert (await Reader(network).get("/look.css")).status == 404
    assert "/look.css" not in (await Reader(network).get("/about")).html


async def test_a_colour_is_looked_at_before_it_is_kept(network: Network) -> None:
    _, reader = await inside(network)
    page = await reader.send(PATH, {"preset": "#1d4ed8"})
    assert "Only a preview" in page.ok()
    fragment = await reader.send(
        PATH, {"accent": "#b3401e", "do": "preview"}, **{"x-fragment": "1"}
    )
    assert fragment.html.lstrip().startswith("<div")
    assert "#b3401e" in fragment.html
    assert (await settings.read(network.db)).accent == ""


@pytest.mark.parametrize("wrong", ["red", "#12", "#0e6a5b;}*{display:none", "#" * 100])
async def test_what_is_no_colour_is_refused(network: Network, wrong: str) -> None:
    _, reader = await inside(network)
    for do in ("keep", "preview"):
        assert (await reader.send(PATH, {"accent": wrong, "do": do})).refused(422)
    assert (await settings.read(network.db)).accent == ""


async def test_a_logo_is_the_mark_the_icon_and_the_apps_icon(network: Network) -> None:
    _, reader = await inside(network)
    sent = [("logo", "l.png", see_through()), ("header", "h.jpg", plain(1600, 900))]
    fields = {"thumbnail_description": "The harbour at dawn", "do": "keep"}
    assert (await reader.send_files(PATH, fields, sent)).location == f"{PATH}?done=kept"
    now = await settings.read(network.db)
    assert now.logo is not None
    page = await Reader(network).get("/")
    assert f'/media/{now.logo.mark}"' in page.html
    for key, size in ((now.logo.mark, 96), (now.logo.icon, 192), (now.logo.large, 512)):
        served = await network.anyone.get(f"/media/{key}")
        assert served.status == 200
        assert opened(served.body).size == (size, size)
    manifest = msgspec.json.decode((await Reader(network).get("/manifest.webmanifest")).html)
    assert [one["sizes"] for one in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert {one["type"] for one in manifest["icons"]} == {"image/png"}
    assert now.logo.large in manifest["icons"][1]["src"]
    assert f'rel="apple-touch-icon" href="{network.base}/media/{now.logo.icon}"' in page.html
    told = (await network.anyone.get("/api/v2/instance")).ok()
    assert [one["size"] for one in told["icon"]] == ["192x192", "512x512"]
    assert told["thumbnail"]["description"] == "The harbour at dawn"
    header = await network.anyone.get(told["thumbnail"]["url"].removeprefix(network.base))
    assert opened(header.body).size == (1200, 630)
    assert (await reader.send(PATH, {"do": "reset_logo"})).location
    assert (await reader.send(PATH, {"do": "reset_header"})).location
    assert "/static/mark." in (await Reader(network).get("/about")).html
    jobs = await network.db.fetch("select payload from jobs where kind = 'remove_files'")
    gone = [key for job in jobs for key in job["payload"]["keys"]]
    assert now.thumbnail in gone
    assert now.logo.large in gone


@pytest.mark.parametrize("content", [SVG, b"", b"GIF89a", b"%PDF-1.4", plain()[:200]])
async def test_what_is_no_picture_is_refused(network: Network, content: bytes) -> None:
    _, reader = await inside(network)
    sent = [("logo", "logo.png", content)]
    said = await reader.send_files(PATH, {"do": "keep", "accent": "#1d4ed8"}, sent)
    assert "Send a JPEG" in said.refused(422)
    now = await settings.read(network.db)
    assert (now.logo, now.accent) == (None, "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_reckoned_with_are_the_sheets(scheme: str) -> None:
    known = tokens(scheme)
    reckoned = colours.DARK if scheme == "dark" else colours.LIGHT
    for name, value in reckoned.items():
        assert colours.parse_colour(known[name]) == value, name


def test_the_mark_holds_the_colour_that_is_replaced() -> None:
    assert look._mark("#1d4ed8").count("#1d4ed8") == 1  # noqa: SLF001 - what is served
