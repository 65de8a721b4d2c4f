"""Stories from the corners of the house: what is covered, shared together, found by tag; links that prove
themselves, applications cut off, and work that failed. Without scripts.
"""

import io
from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path

import pytest
from playwright.async_api import expect
from tests.rig.https_server import HttpsServer
from tests.rig.network import Network, serve
from tests.rig.pictures import plain
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    async with serve(dsn, tmp_path, test_reachable=(ip_network("127.0.0.0/8"),)) as made:
        yield made


async def test_newcomer_finds_people_and_what_they_share(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob, carol, dora = await network.people("alice", "bob", "carol", "dora")
    await dora.patch(
        "/api/v1/accounts/update_credentials", {"discoverable": True, "display_name": "דורה"}
    )
    for friend in (bob, carol):
        await alice.follow(friend)
    fields = {"file": io.BytesIO(plain()), "description": "A wound"}
    picture = (await dora.call("POST", "/api/v2/media", data=fields)).json["id"]
    await network.settle()
    made = await dora.publish("From the #surgery", media_ids=[picture], sensitive=True)
    for friend in (bob, carol):
        (await friend.post(f"/api/v1/statuses/{made['id']}/reblog")).ok()
    await network.settle()
    page = await log_in(await open_page(width=390), network, "alice")
    card = page.get_by_role("article").filter(has_text="From the #surgery")
    await expect(card).to_have_count(1)  # shared twice, shown once
    await expect(card.get_by_text("Shared by carol and bob")).to_be_visible()
    hidden = card.get_by_role("img", name="A wound")
    await expect(hidden).to_be_hidden()
    await card.get_by_text("Sensitive media").click()
    await expect(hidden).to_be_visible()
    await card.get_by_role("link", name="#surgery").click()
    await page.wait_for_url("**/tags/surgery")
    await page.get_by_role("heading", name="#surgery").wait_for()
    await page.goto(f"{network.base}/directory")
    await page.get_by_role("button", name="Follow @dora").click()
    await page.get_by_role("button", name="Unfollow @dora").wait_for()
    # A name in Hebrew begins where the address below it does.
    lines = page.locator(".account-line").filter(has_text="דורה").locator("bdi, .muted")
    first, below = await lines.evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().left)"
    )
    assert first == below
    # Of more tabs than a phone shows, the one that is open is among those seen; its words are whole.
    await page.goto(f"{network.base}/blocks")
    await expect(page.locator(".sliding [aria-current]")).to_be_in_viewport(ratio=1)
    visitor = await open_page(language="fr", width=390)
    await visitor.goto(network.base)
    about = visitor.get_by_role("navigation").get_by_text("À propos")
    size, height = await about.evaluate(
        "one => ['fontSize', 'lineHeight'].map((of) => parseFloat(getComputedStyle(one)[of]))"
    )
    assert height > 1.2 * size


async def test_link_proves_itself_and_an_application_is_cut_off(
    network: Network, site: HttpsServer, open_page: OpenPage
) -> None:
    alice = await network.person("alice")
    mine = site.page("/mine", f'<a rel="me" href="{network.base}/@alice">Alice</a>')
    page = await log_in(await open_page(), network, "alice")
    await page.goto(f"{network.base}/settings/profile")
    line = page.get_by_role("group", name="Line 1")
    await line.get_by_role("textbox").first.fill("My garden")
    await line.get_by_role("textbox").last.fill(mine)
    await page.get_by_role("button", name="Save your page").click()
    await page.get_by_text("Your page is changed.").wait_for()
    await network.settle()
    await page.goto(f"{network.base}/@alice")
    await expect(page.get_by_text("Verified link")).to_have_count(1)
    await page.goto(f"{network.base}/settings/applications")
    await page.get_by_role("button", name="Revoke").click()
    await page.get_by_text("None yet.").wait_for()
    assert (await alice.get("/api/v1/accounts/verify_credentials")).status == 401


async def test_owner_sees_what_failed_and_has_it_tried_again(
    network: Network, open_page: OpenPage
) -> None:
    await network.person("anouk", role="owner")
    await network.db.fetch(
        "insert into jobs (kind, payload, attempts, gave_up_at, failure)"
        " values ('sweep_access', '{}', 9, now(), 'the disk was full')"
    )
    page = await log_in(await open_page(), network, "anouk", "/admin")
    await page.get_by_role("link", name="Jobs and health").click()
    failed = page.get_by_role("listitem").filter(has_text="the disk was full")
    await failed.get_by_role("button", name="Try again").click()
    await expect(page.get_by_text("the disk was full")).to_have_count(0)
    await network.settle()
    await page.reload()
    await page.get_by_text("Nothing to do: everything is done.").wait_for()
