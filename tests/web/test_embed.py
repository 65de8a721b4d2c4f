"""Statuses within other sites' pages: oEmbed, and the page that may be framed."""

import html
import re

import pytest
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.network import settings


async def test_from_a_pages_head_to_the_frame(network: Network) -> None:
    alice = await network.person("alice")
    (await alice.patch("/api/v1/accounts/update_credentials", {"display_name": 'A"><b>'})).ok()
    made = await alice.publish("Framed <words>", language="en")
    page = await Reader(network).get(f"/@alice/{made['id']}")
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page.html)
    assert found
    told = (await network.anyone.call("GET", html.unescape(found[1]))).ok()
    assert told["type"] == "rich"
    assert told["version"] == "1.0"
    assert told["author_url"] == f"{network.base}/@alice"
    assert told["provider_name"] == (await settings.read(network.db)).title
    assert "<b>" not in told["html"]
    source = re.search(r'src="([^"]+)"', told["html"])
    assert source
    frame = await Reader(network).get(html.unescape(source[1]))
    assert "Framed <words>" in frame.ok()


async def test_frame_is_open_to_all_and_asks_for_nothing(network: Network) -> None:
    alice = await network.person("alice")
    asked = await alice.publish("Yes?", poll={"options": ["Yes", "No"], "expires_in": 600})
    reader = await logged_in(network, "alice")
    mine = await reader.get(f"/@alice/{asked['id']}/embed?lang=fr")
    page = await Reader(network, "fr").get(f"/@alice/{asked['id']}/embed?lang=fr")
    assert page.html == mine.html, "it knows nobody"
    policy = page.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "form-action 'self'" in policy
    assert "x-frame-options" not in page.headers
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "public, max-age=300"
    assert page.headers["x-robots-tag"] == "noindex"
    for element in ("<form", "<button", "<script", "<input"):
        assert element not in page.html
    around = await Reader(network).get(f"/@alice/{asked['id']}")
    assert "frame-ancestors 'none'" in around.headers["content-security-policy"]
    assert around.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("how", [{"visibility": "private"}, {"visibility": "direct"}])
async def test_what_is_not_public_is_framed_for_nobody(
    network: Network, how: dict[str, str]
) -> None:
    alice = await network.person("alice")
    made = await alice.publish("among us", **how)
    address = f"{network.base}/@alice/{made['id']}"
    assert (await alice.get("/api/oembed", url=address)).status == 404
    reader = await logged_in(network, "alice")
    assert "among us" not in (await reader.get(f"/@alice/{made['id']}/embed")).refused(404)


async def test_warned_status_is_framed_folded(network: Network) -> None:
    alice = await network.person("alice")
    made = await alice.publish("the end is sad", spoiler_text="Ending of the film")
    told = (await network.anyone.get("/api/oembed", url=made["url"])).ok()
    assert "the end is sad" not in str(told)
    assert told["title"] == "Ending of the film"
    page = await Reader(network).get(f"/@alice/{made['id']}/embed")
    assert re.search(r"<details[^>]*><summary[^>]*>Ending of the film</summary>", page.html)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422),
        ({"url": "nonsense"}, 404),
        ({"url": "https://elsewhere.example/@alice/1"}, 404),
        ({"url": "{base}/@alice"}, 404),
        ({"url": "{base}/@alice/1"}, 404),
        ({"url": "{url}", "maxwidth": 0}, 422),
        ({"url": "{url}", "maxwidth": "wide"}, 422),
        ({"url": "{url}", "format": "xml"}, 422),
        ({"url": "{url}", "format": "json", "maxwidth": 300, "maxheight": 200}, 200),
    ],
)
async def test_how_oembed_is_asked(network: Network, query: dict[str, object], status: int) -> None:
    alice = await network.person("alice")
    made = await alice.publish("hello")
    places = {"base": network.base, "url": made["url"]}
    asked = {k: v.format(**places) if isinstance(v, str) else v for k, v in query.items()}
    answer = await network.anyone.get("/api/oembed", **asked)
    assert answer.status == status
    if status == 200:
        assert answer.json["width"] == 300
        assert answer.json["height"] == 200
    else:
        assert answer.json["error"]


async def test_robots_and_map(network: Network) -> None:
    alice = await network.person("alice")
    bob = await network.person("bob")
    wish = {"indexable": True, "discoverable": True}
    (await alice.patch("/api/v1/accounts/update_credentials", wish)).ok()
    for person in (alice, bob):
        await person.publish("hello")
    robots = await Reader(network).get("/robots.txt")
    assert robots.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {network.base}/sitemap.xml" in robots.html
    assert "Disallow: /settings" in robots.html
    assert "Disallow: /\n" not in robots.html
    places = re.findall("<loc>(.*?)</loc>", (await Reader(network).get("/sitemap.xml")).html)
    assert places == [f"{network.base}{path}" for path in ("/", "/about", "/@alice")]
