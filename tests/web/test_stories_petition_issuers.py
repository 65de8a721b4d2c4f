"""Signing by the word of a service, in a real browser: pages lead nowhere else by a form (CSP), and a service
sends people on to hosts of its own, so that the way there is what a page test cannot see.
"""

from collections.abc import AsyncGenerator
from html import escape
from ipaddress import ip_network
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import expect
from tests.rig.issuer import CLIENT, SECRET, Issuer, serve_issuer
from tests.rig.network import Network, serve
from tests.rig.petitions import allow_strangers
from tests.web.browsing import log_in
from tests.web.conftest import Browsers

pytestmark = pytest.mark.slow


@pytest.fixture
async def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Issuer]:
    """One that asks who somebody is on another host than the one it is addressed by."""
    async with serve_issuer(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        port = made.base.rpartition(":")[2]

        async def on(request: web.Request) -> web.StreamResponse:
            raise web.HTTPFound(f"https://localhost:{port}/door?{request.query_string}")

        async def door(request: web.Request) -> web.StreamResponse:
            asked = f"{made.base}/authorize?{request.query_string}"
            back = escape(await made.log_in(asked, "eve", resident=True))
            text = f'<!doctype html><title>The city</title><a href="{back}">I am Eve</a>'
            return web.Response(text=text, content_type="text/html")

        made.breaks = {"/authorize": on, "/door": door}
        yield made


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncGenerator[Network]:
    async with serve(dsn, tmp_path, test_reachable=(ip_network("127.0.0.0/8"),)) as made:
        yield made


async def test_an_owner_names_a_service_and_a_stranger_signs_by_it(
    network: Network, issuer: Issuer, browsers: Browsers
) -> None:
    await network.person("anouk", role="owner")
    await allow_strangers(network)
    context = await browsers.open(locale="en", java_script_enabled=False)
    owner = await log_in(await context.new_page(), network, "anouk", "/admin/petitions")
    for label, value in (
        ("Name of the service", "The city"),
        ("Its address", issuer.base),
        ("Our identifier there", CLIENT),
        ("What it has to say of them", "resident"),
        ("Its value", "true"),
    ):
        await owner.get_by_label(label).fill(value)
    await owner.get_by_label("Our secret there").last.fill(SECRET)
    await owner.get_by_role("button", name="Ask it, and keep it").click()
    await expect(owner.get_by_text("resident = true")).to_be_visible()
    await owner.goto(network.base + "/petitions/new")
    await owner.get_by_label("Title").fill("Benches on the square")
    await owner.get_by_label("Text", exact=True).fill("There is nowhere to sit.")
    await owner.get_by_label("To", exact=True).fill("The council")
    await owner.get_by_label("People whom The city knows").check()
    await owner.get_by_label("Also without an account").check()
    await owner.get_by_role("button", name="Start and announce it").click()
    await expect(owner.get_by_role("heading", name="Benches on the square")).to_be_visible()
    path = owner.url.removeprefix(network.base).partition("?")[0]
    await browsers.close(context)
    for scripts, said in (
        (False, "You have signed. Keep"),
        (True, "once is what counts"),
    ):
        context = await browsers.open(
            locale="en",
            java_script_enabled=scripts,
            ignore_https_errors=True,
            viewport={"width": 320, "height": 800},
        )
        eve = await context.new_page()
        await eve.goto(network.base + path)
        await eve.get_by_label("Your name").fill("Eve Adams")
        await eve.get_by_role("button", name="Sign by way of The city").click()
        await eve.get_by_role("link", name="I am Eve").click()  # there by itself
        await expect(eve.get_by_text(said)).to_be_visible()
        await expect(eve.get_by_text("Eve Adams").first).to_be_visible()
        assert await eve.evaluate("document.documentElement.scrollWidth") <= 320
        await browsers.close(context)
    assert await network.db.fetchval("select count(*) from petition_signatures") == 1
