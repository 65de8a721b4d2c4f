"""A relay as a process, in front of a room that sounds by the clock: playlists, streams, foreign players."""

import asyncio
import os
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import async_playwright
from tests.live.test_front import relaying
from tests.rig.synthetic_rooms import SyntheticRoom, synthetic
from tests.web.conftest import ARGUMENTS, CHROMIUM

ROOT = Path(__file__).resolve().parents[2]
HLS_JS = ROOT / "tests/clients/node_modules/hls.js/dist/hls.min.js"
SOUNDS = """audio => new Promise((done) => {
  audio.addEventListener("timeupdate", () => { if (audio.currentTime > 1) done() })
})"""
# Plays with low latency and shows subtitles: the first that is shown while the sound goes on.
HLS = """address => new Promise((done, failed) => {
  const video = document.querySelector("video")
  const hls = new Hls({ lowLatencyMode: true, enableWorker: false })
  hls.on(Hls.Events.ERROR, (_, { fatal, details }) => { if (fatal) failed(new Error(details)) })
  hls.on(Hls.Events.MANIFEST_PARSED, () => void video.play())
  video.addEventListener("timeupdate", () => {
    // As somebody does who wants to read along.
    const [track] = video.textTracks
    if (track && track.mode !== "showing") track.mode = "showing"
    const [cue] = track?.activeCues ?? []
    if (cue && hls.latency < 8 && !video.paused) done(cue.text)
  })
  hls.loadSource(address)
  hls.attachMedia(video)
})"""


@pytest.fixture
async def room() -> AsyncIterator[SyntheticRoom]:
    async with synthetic(part_ms=1_000, newest=9) as made:
        yield made


async def test_playlists_wait_for_what_they_are_asked_for(room: SyntheticRoom) -> None:
    async with relaying(room.address) as edge, aiohttp.ClientSession() as session:

        async def get(path: str) -> tuple[int, str]:
            async with session.get(f"{edge.address}/listen/7/{path}") as answer:
                return answer.status, await answer.text("latin-1")

        room.gaps = {3, 8}
        room.lines = [{"from_ms": 100, "to_ms": 900, "at_ms": 5_000, "text": "<Late> & said"}]
        master = (await get("master.m3u8"))[1]
        assert "aac/live.m3u8" in master
        assert 'TYPE=SUBTITLES,GROUP-ID="text",NAME="fr",LANGUAGE="fr"' in master
        assert master.count(',SUBTITLES="text"') == 1
        text = (await get("text/live.m3u8?t=x"))[1]
        assert text.endswith("#EXTINF:4.000,\ns0.vtt?t=x\n#EXTINF:4.000,\ns1.vtt?t=x\n")
        # Said in the first segment, known in the second, and shown from then on.
        assert "-->" not in (await get("text/s0.vtt"))[1]
        assert (
            "00:00:05.000 --> 00:00:11.000\n&lt;Late&gt; &amp; said"
            in (await get("text/s1.vtt"))[1]
        )
        assert (await get("text/s2.vtt"))[0] == 404  # not whole yet
        status, playlist = await get("aac/live.m3u8")
        assert status == 200
        assert playlist.endswith('URI="10.m4s"\n')
        gaps = [line for line in playlist.splitlines() if line.endswith(",GAP=YES")]
        assert [line.split('"')[1] for line in gaps] == ["3.m4s", "8.m4s"]
        waiting = asyncio.create_task(get("aac/live.m3u8?_HLS_msn=2&_HLS_part=2"))
        async with asyncio.timeout(20):
            while not room.asked["/listen/7/aac/10.m4s"]:  # noqa: ASYNC110 - no event
                await asyncio.sleep(0.005)
        assert not waiting.done()
        await room.advance()
        assert (await waiting)[1].endswith('URI="11.m4s"\n')
        segment = (await get("aac/s1.m4s"))[1]
        assert segment.count("moof") == 4
        assert (await get("aac/s2.m4s"))[0] == 404  # not whole yet
        assert (await get("aac/live.m3u8?_HLS_msn=900"))[0] == 400
        assert (await get("aac/live.m3u8?_HLS_part=1"))[0] == 400
        assert (await get("opus/live.m3u8"))[0] == 404
        async with session.get(f"{edge.address}/listen/8/master.m3u8") as never:
            assert never.status == 404


async def test_a_stream_goes_over_gaps_and_ends_with_the_room_or_the_switch(
    room: SyntheticRoom,
) -> None:
    room.gaps = {11}
    async with (
        relaying(room.address) as edge,
        aiohttp.ClientSession() as session,
        session.get(f"{edge.address}/listen/7/live.mp4") as mp4,
        session.get(f"{edge.address}/listen/7/live.aac") as aac,
    ):
        assert b"ftyp" in await mp4.content.readexactly(64)
        assert (await aac.content.readexactly(2)) == b"\xff\xf1"
        running = asyncio.create_task(_advance(room))
        for answer in (mp4, aac):
            await answer.content.readexactly(20_000)
        relay = edge.front.relay
        assert relay.count(relay.rooms["7"]) == 2
        room.flags = {"lanes": "tickets"}
        for answer in (mp4, aac):
            await answer.content.read()
        running.cancel()


async def _advance(room: SyntheticRoom) -> None:
    while True:
        await asyncio.sleep(0.02)
        await room.advance()


@pytest.mark.slow
async def test_ffmpeg_and_mpv_play_what_a_relay_of_its_own_serves(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with synthetic(part_ms=500, newest=40) as room:
        running = asyncio.create_task(room.run())
        edge = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parvis", "serve", "--role", "edge", "--port", str(port),
            "--origin", room.address, "--workers", "2", "--data", str(tmp_path / "none"),
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        assert edge.stdout is not None
        while b"Ctrl-C" not in await edge.stdout.readline():
            pass
        try:
            base = f"http://127.0.0.1:{port}/listen/7"
            for path in ("master.m3u8", "aac/live.m3u8", "live.mp4", "live.aac"):
                assert await _decoded_by_ffmpeg(f"{base}/{path}") > 2.9, path
            room.lines = [{"from_ms": 0, "to_ms": 900, "at_ms": room.newest * 500, "text": "Hello"}]
            assert await _played_by_hls_js(f"{base}/master.m3u8") == "Hello"
            for path in ("aac/live.m3u8", "live.mp4"):
                assert await _decoded_by_mpv(f"{base}/{path}", tmp_path) > 2.9, path
            assert not (tmp_path / "none").exists()
        finally:
            running.cancel()
            edge.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert await edge.wait() == 0


async def _played_by_hls_js(address: str) -> str:
    """What it shows of what was written down, once it plays."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*ARGUMENTS, "--autoplay-policy=no-user-gesture-required"],
        )
        page = await browser.new_page()
        await page.set_content("<video></video>")
        await page.add_script_tag(path=HLS_JS)
        shown = await page.evaluate(HLS, address)
        # And without any script: what a page has for those who run none.
        progressive = address.replace("master.m3u8", "live.mp4")
        await page.set_content(f'<audio autoplay src="{progressive}"></audio>')
        await page.locator("audio").evaluate(SOUNDS)
        await browser.close()
    return shown


async def _decoded_by_ffmpeg(address: str) -> float:
    """Seconds of sound, which is the tone: loud, not silence."""
    samples = await _run(
        "ffmpeg", "-loglevel", "error", "-i", address, "-t", "3", "-f", "s16le", "-ar", "8000", "-"
    )
    assert max(samples[8_000:]) > 100
    return len(samples) / 16_000


async def _decoded_by_mpv(address: str, folder: Path) -> float:
    heard = folder / "heard.wav"
    await _run(
        "mpv", "--no-config", "--no-video", "--length=3", f"--o={heard}", "--oac=pcm_s16le", address
    )
    return (heard.stat().st_size - 44) / 96_000


async def _run(program: str, *arguments: str) -> bytes:
    found = shutil.which(program)
    assert found, f"{program} is needed"
    process = await asyncio.create_subprocess_exec(
        found, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        stdin=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    async with asyncio.timeout(60):
        output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()[-2_000:]
    return output
