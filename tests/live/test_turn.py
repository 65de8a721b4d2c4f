"""Speakers whose network lets nothing out but to a TURN server: coturn, and names made of its secret."""

import asyncio
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from playwright.async_api import async_playwright
from tests.rig.network import serve
from tests.rig.rooms import opened
from tests.rig.speaking import Client, Tone, sounding
from tests.rig.turning import SECRET, turning
from tests.rig.voices import RELAYED, with_voice
from tests.web.browsing import log_in

from parvis.protocols import turn_credentials

pytestmark = pytest.mark.slow


async def test_a_voice_that_is_relayed(tmp_path: Path) -> None:
    with turning(tmp_path) as turn:
        async with sounding(tmp_path) as room:
            await room.want(speakers={"1": {"name": "Ada"}})
            made = turn_credentials.issue(SECRET, "1", time.time())
            server = RTCIceServer(turn.url, made.username, made.credential)
            relayed = RTCConfiguration([server], RTCIceTransportPolicy.RELAY)
            ada = Client(room, 1)
            ada.microphone = RTCPeerConnection(relayed)
            async with asyncio.timeout(60):
                await ada.speak(Tone(800))
                while await room.pitches() != {800}:
                    pass
            offered = ada.microphone.localDescription.sdp
            assert "typ relay" in offered
            assert "typ host" not in offered
            await ada.close()
        ours: dict[str, Any] = {"stun_url": "stun:127.0.0.1:9", **turn.settings}
        (tmp_path / "told").mkdir()
        async with sounding(tmp_path / "told", **ours) as room:
            said = (await room.ask("OPTIONS", "/whip?speaker=1")).headers["link"]
            assert '<stun:127.0.0.1:9>; rel="ice-server", <turn:' in said
            assert ':1"; credential="' in said


async def test_a_browser_is_told_of_the_server_before_it_offers(dsn: str, tmp_path: Path) -> None:
    """Its own addresses lead nowhere: what the page asks for first is all that it can offer."""
    (tmp_path / "rooms").mkdir()
    with turning(tmp_path) as turn:
        async with (
            serve(dsn, tmp_path / "data", **turn.settings) as network,
            sounding(tmp_path, **turn.settings) as sound,
            async_playwright() as playwright,
        ):
            means = msgspec.structs.replace(network.app.means, room_sockets=tmp_path / "rooms")
            network.app.web.means = means
            (alice,) = await network.people("alice")
            room_id = await opened(network, alice)
            (tmp_path / "rooms" / str(room_id)).symlink_to(tmp_path / "room")
            await sound.want(speakers={str(alice.account_id): {"name": "Alice"}})
            browser = await with_voice(playwright, tmp_path, 600)
            page = await browser.new_page()
            await page.add_init_script(RELAYED)
            await log_in(page, network, "alice", f"/rooms/{room_id}")
            await page.locator("p-room button[data-join]").click()
            async with asyncio.timeout(60):
                while await sound.pitches() != {600}:
                    pass
            await browser.close()
