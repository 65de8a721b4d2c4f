"""A draw in a browser: announced without scripts, entered, frozen, decided by its round, accepted."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page
from tests.rig import beacons
from tests.rig.draws import open_hall
from tests.rig.network import Network
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

from parvis.protocols import draws as formats

pytestmark = pytest.mark.slow
SHOTS = os.environ.get("PARVIS_TEST_SHOTS")  # a folder: pictures of each step, to look at


async def shoot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


async def test_a_draw_from_the_form_to_the_prize(
    network: Network, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall = await open_hall(network, monkeypatch)
    await network.people("alice", "bob", "carol", "dora")
    alice = await log_in(await open_page(scripts=False), network, "alice")
    phone = {"scripts": True, "width": 390, "language": "fr", "scheme": "dark"}
    bob = await log_in(await open_page(**phone), network, "bob")
    await alice.goto(f"{network.base}/draws")
    await shoot(alice, "empty")
    await alice.get_by_role("link", name="Start a draw").click()
    await alice.get_by_label("Title").fill("Ten tickets for the boat to the islands")
    await alice.get_by_label("Prizes").fill(
        "A ticket each, there and back.\nThe boat leaves at eight."
    )
    for label, said in (("Where it runs", "Paris"), ("Winners", "2")):
        await alice.get_by_label(label).fill(said)
    await alice.get_by_label("What entering is tied to").select_option("nothing")
    await shoot(alice, "form")
    await alice.get_by_role("button", name="Announce the draw").click()
    await alice.get_by_text("Something needs to be changed").wait_for()
    await alice.get_by_label("Where it runs").fill("FR, BE")
    await alice.get_by_role("button", name="Announce the draw").click()
    await alice.get_by_role("heading", name="Step by step").wait_for()
    path = alice.url.removeprefix(network.base)
    draw_id = int(path.rpartition("/")[2])
    await hall.enter(draw_id, *(await network.people("ed", "flo", "gus")))
    await bob.goto(network.base + path + "?lang=fr")
    await shoot(bob, "open-phone")
    await bob.get_by_label("Où êtes-vous").select_option("BE")
    await bob.get_by_role("button", name="Participer au tirage").click()
    await bob.get_by_text("Vous participez.", exact=True).wait_for()
    await hall.settle()
    await bob.get_by_role("link", name="Votre reçu").click()
    await shoot(bob, "receipt-phone")
    draw = await hall.freeze(draw_id)
    hall.clock.go_to(draw.current.due_at)
    await alice.goto(network.base + path)
    await shoot(alice, "frozen")
    await alice.get_by_text("Bring it").click()
    source = formats.parse_terms(draw.current.manifest).sources[0]
    await alice.get_by_label("The round (optional)").fill(beacons.sign(source.round).decode())
    await alice.get_by_role("button", name="Bring the round").click()
    await alice.get_by_text("The draw takes place within a minute").wait_for()
    await hall.settle()
    await bob.goto(network.base + path)
    await shoot(bob, "drawn-phone")
    if await bob.get_by_text("Le sort vous a désigné").count():
        await bob.get_by_role("button", name="Accepter").click()
        await bob.get_by_text("Vous avez accepté").wait_for()
    await alice.reload()
    await alice.get_by_role("heading", name="Winners", exact=True).wait_for()
    await shoot(alice, "drawn")
    await bob.goto(f"{network.base}/draws")
    await shoot(bob, "list-phone")
    await bob.get_by_role("link", name="Ten tickets").wait_for()
