"""A voice from one browser to another, through a whole network: the microphone is the browser's own false
one, which beeps once a second.
"""

import base64
import os
import re
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from tests.process.networks import Network, wait_until
from tests.web.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS

pytestmark = pytest.mark.slow

AFTER_S = 3  # more than what was made before the kill and not heard yet
FALSE = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
# Listens until something loud was heard that was said after a place of the session; how loud it was.
HEAR = """async (since) => {
  const audio = document.querySelector("p-listen audio")
  window.ear ??= (() => {
    const context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaElementSource(audio).connect(analyser)
    return { context, analyser }
  })()
  await ear.context.resume()
  const samples = new Float32Array(ear.analyser.fftSize)
  const until = performance.now() + 50000
  while (performance.now() < until) {
    ear.analyser.getFloatTimeDomainData(samples)
    const loud = Math.max(...samples)
    if (loud > 0.2 && audio.currentTime > since) return loud
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return 0
}"""


NOW = "document.querySelector('p-listen audio').currentTime"
PARTS = """performance.getEntriesByType("resource").map((one) => one.name)
  .filter((one) => one.includes(".m4s"))"""
# A browser whose microphones can be taken away.
UNPLUGS = """(() => {
  const devices = navigator.mediaDevices, given = []
  const [ask, list] = [devices.getUserMedia.bind(devices), devices.enumerateDevices.bind(devices)]
  let isNone = false
  devices.enumerateDevices = async () => isNone ? [] : list()
  devices.getUserMedia = async (wanted) => {
    if (isNone) throw new DOMException("", "NotFoundError")
    given.push(await ask(wanted))
    return given.at(-1)
  }
  window.unplug = (isOnly) => {
    isNone = isOnly
    const [track] = given.at(-1).getAudioTracks()
    track.stop()
    track.dispatchEvent(new Event("ended"))
    devices.dispatchEvent(new Event("devicechange"))
  }
  window.plug = () => {
    isNone = false
    devices.dispatchEvent(new Event("devicechange"))
  }
})()"""
BEGINNING = """async (seek) => {
  const audio = document.querySelector("p-listen audio")
  seek.value = seek.min
  seek.dispatchEvent(new Event("change", { bubbles: true }))
  const until = performance.now() + 30000
  while (performance.now() < until && !(audio.currentTime < Number(seek.max) - 2 && audio.readyState > 2)) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}"""
LENGTH = """audio => new Promise((done) => {
  if (audio.duration > 0) done(audio.duration)
  else audio.addEventListener("loadedmetadata", () => done(audio.duration))
})"""


class Town:
    """A network, and the two relays in front of it that its pages tell players of."""

    def __init__(self, home: Path) -> None:
        key = {"PARVIS_TICKET_KEY": base64.b64encode(b"k" * 32).decode()}
        places = [home / "one", home / "two"]
        for place in places:
            place.mkdir()
        self.network = Network(home, **key)
        origin = f"http://127.0.0.1:{self.network.port}"
        front = ["--role", "edge", "--origin", origin]
        self.edges = [Network(place, *front, **key) for place in places]
        addresses = [f"http://127.0.0.1:{one.port}" for one in self.edges]
        self.network.environment["PARVIS_EDGES"] = ",".join(addresses)


@pytest.fixture
def town() -> Iterator[Town]:
    """In a folder that the database's own user can reach, which pytest's are not for root."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = Town(Path(folder))
        whole = [made.network, *made.edges]
        for one in whole:
            one.start()
        yield made
        for one in whole:
            one.kill_everything()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *FALSE])
        yield made
        await made.close()


async def own(page: Page, network: Network) -> None:
    """Become the owner by the link that was printed."""
    found = re.search(r"http://\S+/owner/\S+", network.said())
    assert found
    await page.goto(found[0])
    answers = {
        "Name of the network": "Town",
        "Your username": "ann",
        "Your e-mail address": "ann@example.test",
        "Password": "mountain lake 77 bridge",
    }
    for label, said in answers.items():
        await page.get_by_label(label).first.fill(said)
    await page.locator("main form button").last.click()
    await page.wait_for_url("**/home")


async def heard_by(page: Page, town: Town) -> tuple[int, int]:
    """Which of the two relays the newest part came by; and the other."""
    last = (await page.evaluate(PARTS))[-1]
    used = int(f":{town.edges[1].port}/" in last)
    assert f":{town.edges[used].port}/listen/" in last
    return used, 1 - used


async def read_along_and_go_back(host: Page, listener: Page) -> None:
    # What is written down is read as it is heard, and a question that is answered is a chapter.
    await host.get_by_label("Write down what is said").fill("Good evening.")
    await host.keyboard.press("Enter")
    await listener.locator("p-listen").get_by_text("Good evening.").wait_for()
    await host.get_by_label("Ask something").fill("And the trees?")
    await host.keyboard.press("Enter")
    await host.get_by_role("button", name="Answer it now").click()
    await listener.get_by_text("Being answered now").wait_for()

    # The whole session can be gone back to while it goes on.
    await listener.get_by_label("Place in what was said so far").evaluate(BEGINNING)
    await listener.get_by_role("button", name="Back to live").click()
    await expect(listener.get_by_role("button", name="Back to live")).to_be_hidden()


async def unplug_and_plug_in(host: Page) -> None:
    # It is unplugged: another takes its place. It was the only one: it is taken again as soon as it is back.
    await host.evaluate("unplug(false)")
    await host.get_by_text("You go on with another microphone.").wait_for()
    await host.evaluate("unplug(true)")
    await host.get_by_text("There is no microphone here.").wait_for()
    await host.evaluate("plug()")
    await host.get_by_role("button", name="Leave the microphone").wait_for()


async def test_a_voice_is_heard_outlives_a_kill_and_is_kept(browser: Browser, town: Town) -> None:
    network = town.network
    host = await (await browser.new_context(permissions=["microphone"])).new_page()
    host.set_default_timeout(PATIENCE_MS)
    await host.add_init_script(UNPLUGS)
    await own(host, network)
    await host.goto(f"http://localhost:{network.port}/rooms/new")
    await host.get_by_label("What it is about").fill("A talk about the square")
    await host.get_by_role("button", name="Announce the room").click()
    await host.wait_for_url(re.compile(r"/rooms/\d+$"))
    opening = host.get_by_role("button", name="Open the doors now")
    starting = host.get_by_role("button", name="Start")
    await opening.click()
    await starting.click()
    await host.get_by_text("Live since").wait_for()
    place = host.url.partition("?")[0]

    listener = await (await browser.new_context(viewport={"width": 390, "height": 800})).new_page()
    listener.set_default_timeout(PATIENCE_MS)
    await listener.goto(place)
    await listener.get_by_role("button", name="Listen").click()
    await listener.get_by_role("button", name="Pause").wait_for()
    await host.get_by_role("button", name="Speak").click()
    assert await listener.evaluate(HEAR, 0) > 0.2
    await listener.locator(".seat.loud.there").get_by_text("ann").wait_for()

    await read_along_and_go_back(host, listener)

    # It came by a relay. That is killed, and the sound goes on by the other.
    used, other = await heard_by(listener, town)
    place_now = await listener.evaluate(NOW)
    town.edges[used].kill_everything()
    assert await listener.evaluate(HEAR, place_now + AFTER_S) > 0.2
    assert (await heard_by(listener, town))[0] == other

    # A muted microphone is silent here, and said to be so.
    await host.keyboard.press("m")
    await host.get_by_text("You are muted: nobody hears you.").wait_for()
    await host.keyboard.press("m")
    await expect(host.get_by_text("You are muted: nobody hears you.")).to_be_hidden()

    await unplug_and_plug_in(host)

    # Its process is killed: another takes its place, the speaker comes back, the listener hears on.
    (old,) = network.pids("parvis.cli.room_child")
    place_now = await listener.evaluate(NOW)
    os.kill(old, signal.SIGKILL)
    wait_until(lambda: network.pids("parvis.cli.room_child") not in ([], [old]))
    assert await listener.evaluate(HEAR, place_now + AFTER_S) > 0.2

    await host.get_by_text("End the room").click()
    await host.get_by_role("button", name="End it for everybody").click()
    await host.get_by_text("The room is over.").wait_for()
    await host.get_by_label("Recording of the room").wait_for()
    assert await host.get_by_label("Recording of the room").evaluate(LENGTH) > 3
    await host.get_by_role("link", name="And the trees?").click()
    await host.locator("[aria-current]").get_by_text("And the trees?").wait_for()
