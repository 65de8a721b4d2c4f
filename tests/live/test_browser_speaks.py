"""A real browser with a microphone: its voice in the parts, and the others' voice in its ears."""

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from playwright.async_api import async_playwright
from tests.rig.speaking import RATE, Client, Sounding, Tone, sounding

CHROMIUM = "/usr/bin/chromium"

# WHIP and WHEP as a page does them, and the loudest pitch of what comes back.
SPEAK = """async () => {
  const gathered = (pc) => new Promise((done) => {
    const look = () => pc.iceGatheringState === "complete" && done()
    pc.addEventListener("icegatheringstatechange", look)
    look()
  })
  const agree = async (pc, url) => {
    await pc.setLocalDescription(await pc.createOffer())
    await gathered(pc)
    const headers = { "content-type": "application/sdp" }
    const answer = await fetch(url, { method: "POST", headers, body: pc.localDescription.sdp })
    if (answer.status !== 201) throw new Error(await answer.text())
    await pc.setRemoteDescription({ type: "answer", sdp: await answer.text() })
    return answer.headers.get("location").split("/").at(-1)
  }
  const connected = (pc) => new Promise((done) => {
    const look = () => pc.connectionState === "connected" && done()
    pc.addEventListener("connectionstatechange", look)
    look()
  })
  const quiet = { echoCancellation: false, noiseSuppression: false, autoGainControl: false }
  const stream = await navigator.mediaDevices.getUserMedia({ audio: quiet })
  const out = new RTCPeerConnection()
  out.addTransceiver(stream.getAudioTracks()[0], { direction: "sendonly", streams: [stream] })
  const session = await agree(out, "/whip?speaker=1")
  await connected(out)
  const back = new RTCPeerConnection()
  back.addTransceiver("audio", { direction: "recvonly" })
  const came = new Promise((done) => (back.ontrack = (event) => done(event.track)))
  await agree(back, `/whep?session=${session}`)
  const heard = new MediaStream([await came])
  const element = new Audio()
  element.srcObject = heard
  element.muted = true
  await element.play()
  const context = new AudioContext()
  await context.resume()
  const analyser = new AnalyserNode(context, { fftSize: 8192 })
  context.createMediaStreamSource(heard).connect(analyser)
  window.pitch = () => {
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    const loudest = bins.indexOf(Math.max(...bins))
    return bins[loudest] < -60 ? 0 : (loudest * context.sampleRate) / analyser.fftSize
  }
}"""


async def serve(room: Sounding) -> tuple[web.AppRunner, str]:
    """A page and the room's two ways under one origin, as the web process has them."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Speak</title>", content_type="text/html")

    async def hand_on(request: web.Request) -> web.Response:
        answer = await room.ask("POST", request.path_qs, await request.read(), "application/sdp")
        headers = {"location": answer.headers.get("location", "")}
        return web.Response(body=answer.body, status=answer.status, headers=headers)

    app = web.Application()
    app.add_routes([web.get("/", page), web.post("/whip", hand_on), web.post("/whep", hand_on)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/"


@pytest.mark.slow
async def test_a_browser_is_heard_and_hears(tmp_path: Path) -> None:
    tone = (0.4 * 32767 * np.sin(2 * np.pi * 600 * np.arange(5 * RATE) / RATE)).astype("<i2")
    with wave.open(str(tmp_path / "voice.wav"), "wb") as voice:
        voice.setnchannels(1)
        voice.setsampwidth(2)
        voice.setframerate(RATE)
        voice.writeframes(tone.tobytes())
    arguments = [
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={tmp_path / 'voice.wav'}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    async with sounding(tmp_path) as room, async_playwright() as playwright:
        await room.want(speakers={"1": {"name": "Ada"}, "2": {"name": "Bo"}})
        runner, address = await serve(room)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = await browser.new_page()
        await page.goto(address)
        bo = Client(room, 2)
        await bo.speak(Tone(1500))
        await bo.listen()
        await page.evaluate(SPEAK)

        async with asyncio.timeout(60):
            while 600 not in await bo.pitches():
                pass
        assert await bo.pitches() == {600}
        assert 600 in await room.pitches()
        assert 600 in await room.pitches("opus")
        await page.wait_for_function("Math.abs(pitch() - 1500) < 20")
        await page.close()  # nobody hung up: they were cut off
        await bo.close()
        await browser.close()
        await room.want(speakers={})
        await runner.cleanup()
