"""Browsers with a voice: Chromium whose microphone is a tone, and what its pages hear."""

import wave
from pathlib import Path

import numpy as np
from playwright.async_api import Browser, Page, Playwright

CHROMIUM = "/usr/bin/chromium"
RATE = 48_000

# As if a network let nothing out but to a TURN server.
RELAYED = """
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(told) { super({ ...told, iceTransportPolicy: "relay" }) }
}
"""
# The loudest pitch that an element plays; 0: silence.
PITCH = """async (element) => {
  if (!element.srcObject) return 0
  const context = new AudioContext()
  await context.resume()
  const analyser = new AnalyserNode(context, { fftSize: 8192 })
  context.createMediaStreamSource(element.srcObject).connect(analyser)
  await new Promise((done) => setTimeout(done, 400))
  const bins = new Float32Array(analyser.frequencyBinCount)
  analyser.getFloatFrequencyData(bins)
  const rate = context.sampleRate
  await context.close()
  const loudest = bins.indexOf(Math.max(...bins))
  return bins[loudest] < -60 ? 0 : Math.round((loudest * rate) / analyser.fftSize / 100) * 100
}"""


async def with_voice(playwright: Playwright, folder: Path, hertz: int) -> Browser:
    """A browser that takes this tone for what its person says, and asks nobody for leave."""
    path = folder / f"{hertz}.wav"
    tone = (0.4 * 32767 * np.sin(2 * np.pi * hertz * np.arange(5 * RATE) / RATE)).astype("<i2")
    with wave.open(str(path), "wb") as voice:
        voice.setnchannels(1)
        voice.setsampwidth(2)
        voice.setframerate(RATE)
        voice.writeframes(tone.tobytes())
    return await playwright.chromium.launch(
        executable_path=CHROMIUM,
        args=[
            "--no-sandbox",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-audio-capture={path}",
            "--autoplay-policy=no-user-gesture-required",
        ],
    )


async def hears(page: Page, selector: str = "audio") -> int:
    """What a page plays now, in whole hundreds of hertz."""
    return await page.locator(selector).evaluate(PITCH)
