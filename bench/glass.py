"""Glass to glass: one browser speaks in a room, another listens; how late it hears, how soon after joining.

    python bench/glass.py [--beeps 12] [--joins 5] [--players own,hls.js,progressive]

The false microphone of Chromium plays a file with one beep in eight seconds. Both browsers note when a beep
begins by the machine's clock: the one in what its microphone gives, the other in what it plays.
"""

import argparse
import json
import math
import os
import re
import shutil
import statistics
import struct
import sys
import tempfile
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from measure import BASE, Served
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
CALM_S = 8
RATE, EACH_S, BEEP_S, FILES_S = 48_000, 8, 0.3, 40
ARGUMENTS = (
    "--no-sandbox",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
# When a beep begins, by the clock: where in the last samples it gets loud.
WATCH = """(stream) => {
  const context = new AudioContext(), analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  void context.resume()
  const samples = new Float32Array(analyser.fftSize)
  window.beeps = []
  let quietMs = 0, before = performance.now()
  setInterval(() => {
    analyser.getFloatTimeDomainData(samples)
    const now = performance.now(), at = samples.findIndex((one) => Math.abs(one) > 0.03)
    if (at < 0) quietMs += now - before
    else {
      const ago = (samples.length - at) / context.sampleRate * 1000
      if (quietMs > 1000) window.beeps.push(performance.timeOrigin + now - ago)
      quietMs = 0
    }
    before = now
  }, 10)
}"""
TAP = f"""{{
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  navigator.mediaDevices.getUserMedia = async (wanted) => {{
    const stream = await ask(wanted)
    ;({WATCH})(stream.clone())
    return stream
  }}
}}"""
HEAR = f"() => ({WATCH})(document.querySelector('p-listen audio, video').captureStream())"
HLS_JS = Path(__file__).parents[1] / "tests/clients/node_modules/hls.js/dist/hls.min.js"
# As somebody sets it up who wants to be near: it runs a little faster until it is.
OUTSIDE = {
    "hls.js": """(base) => {
      const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.2 })
      hls.loadSource(`${base}/master.m3u8`)
      hls.attachMedia(document.querySelector("video"))
      hls.on(Hls.Events.MANIFEST_PARSED, () => void document.querySelector("video").play())
    }""",
    "progressive": """(base) => {
      const video = document.querySelector("video")
      video.src = `${base}/live.mp4`
      void video.play()
    }""",
}
JOIN = """() => new Promise((resolve) => {
  const audio = document.querySelector("p-listen audio"), began = performance.now()
  const look = () => audio.currentTime > 0 && !audio.paused && audio.readyState > 2
    ? resolve(performance.now() - began) : setTimeout(look, 2)
  audio.addEventListener("playing", look, { once: true })
  document.querySelector("p-listen [data-play]").click()
})"""


def write_beeps(path: Path) -> None:
    """Forty seconds, a beep in each eight: more than anybody is late."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for at in range(RATE * FILES_S):
            is_loud = EACH_S - 1 < at / RATE % EACH_S < EACH_S - 1 + BEEP_S
            loud = 0.6 * math.sin(2 * math.pi * 700 * at / RATE) if is_loud else 0.0
            file.writeframesraw(struct.pack("<h", int(loud * 32767)))


def heard(page: Page, count: int) -> None:
    """Wait for so many beeps; the pages' own rules let no text be run there, so it is asked for again."""
    for _ in range(60 + 20 * count):
        if page.evaluate("(window.beeps ?? []).length") >= count:
            return
        page.wait_for_timeout(500)
    raise SystemExit(f"fewer than {count} beeps: {page.url}")


def host(browser: Browser, link: str) -> Page:
    """The network's first person, live in a room with their microphone."""
    page = browser.new_context(permissions=["microphone"]).new_page()
    page.add_init_script(TAP)
    page.goto(link)
    for label, said in (
        ("Name of the network", "Town"),
        ("Your username", "ann"),
        ("Your e-mail address", "ann@example.test"),
        ("Password", "mountain lake 77 bridge"),
    ):
        page.get_by_label(label).first.fill(said)
    page.locator("main form button").last.click()
    page.wait_for_load_state()
    page.goto(BASE + "/rooms/new")
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M}"
    page.get_by_label("What it is about").fill("A talk about the square")
    page.get_by_label("It starts", exact=False).first.fill(tomorrow)
    page.get_by_role("button", name="Announce the room").click()
    page.get_by_role("button", name="Open the doors now").click()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("You are live.").wait_for()
    page.get_by_role("button", name="Speak").first.click()
    heard(page, 1)
    return page


def outside(browser: Browser, name: str, room: str, beeps: int) -> Page:
    """A page of somebody else's with another player, until it heard so many beeps."""
    page = browser.new_context().new_page()
    address = room.replace("/rooms/", "/listen/")
    page.route("**/outside", lambda route: route.fulfill(body="<video></video>",
                                                         content_type="text/html"))  # fmt: skip
    page.goto(f"{BASE}/outside")
    page.add_script_tag(path=HLS_JS)
    page.evaluate(OUTSIDE[name], address)
    # What it catches up at first is not how late it is.
    for _ in range(CALM_S):
        page.wait_for_timeout(1_000)
    page.evaluate(HEAR)
    heard(page, beeps)
    return page


def lateness(said: list[float], came: list[float]) -> dict[str, int]:
    late = [at - max(one for one in said if one < at) for at in came]
    return {"p50": round(statistics.median(late)), "most": round(max(late)), "beeps": len(late)}


def measured(folder: Path, told: argparse.Namespace) -> dict[str, Any]:
    """All figures, in milliseconds."""
    sound = folder / "beeps.wav"
    write_beeps(sound)
    link = re.search(r"http://\S+/owner/\S+", (folder / "said").read_text())
    assert link
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        speaks = launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={sound}"],
        )
        hears = launch(executable_path=CHROMIUM, args=[*ARGUMENTS])
        desk = host(speaks, link[0])
        room = desk.url.split("?")[0]
        joins: list[float] = []
        for _ in range(told.joins):
            listener = hears.new_context().new_page()
            listener.goto(room)
            listener.locator("p-listen [data-play]").wait_for()
            joins.append(listener.evaluate(JOIN))
            if len(joins) < told.joins:
                listener.context.close()
        listener.evaluate(HEAR)
        heard(listener, told.beeps)
        late = {"own": lateness(desk.evaluate("window.beeps"), listener.evaluate("window.beeps"))}
        part_ms = listener.evaluate(
            "fetch(document.querySelector('p-listen').dataset.listen + '/state')"
            ".then((answer) => answer.json()).then((state) => state.part_ms)"
        )
        listener.context.close()
        for name in [one for one in told.players.split(",") if one in OUTSIDE]:
            page = outside(hears, name, room, told.beeps)
            late[name] = lateness(desk.evaluate("window.beeps"), page.evaluate("window.beeps"))
            page.context.close()
        speaks.close()
        hears.close()
    return {
        "part_ms": part_ms,
        "glass_to_glass_ms": late,
        "join_to_sound_ms": {"p50": round(statistics.median(joins)), "most": round(max(joins))},
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beeps", type=int, default=12)
    parser.add_argument("--joins", type=int, default=5)
    parser.add_argument("--players", default="own,hls.js,progressive")
    told = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="parvis-glass-"))
    folder.chmod(0o755)
    served = Served(folder, [sys.executable, "-P", "-m", "parvis"])
    served.start()
    try:
        print(json.dumps(measured(folder, told)))
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
