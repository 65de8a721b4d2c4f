"""A speaker whose network lets nothing out but to a TURN server: coturn, and a name made of its secret."""

import asyncio
import socket
import subprocess
import time
from pathlib import Path

import pytest
from aioice.ice import get_host_addresses
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection
from aiortc.rtcconfiguration import RTCIceTransportPolicy
from tests.rig.speaking import Client, Tone, sounding

from parvis.protocols import turn_credentials

SECRET = "a secret of more than sixteen letters"


@pytest.mark.slow
async def test_a_voice_that_is_relayed(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("", 0))
        port: int = free.getsockname()[1]
    address = get_host_addresses(use_ipv4=True, use_ipv6=False)[0]
    called = ["turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--no-cli"]
    called += ["--realm=test", f"--listening-ip={address}", f"--relay-ip={address}", "--no-tls"]
    called += [f"--listening-port={port}", f"--pidfile={tmp_path / 'pid'}", "--no-dtls"]
    with (tmp_path / "log").open("w") as log:
        turn = subprocess.Popen(called, stdout=log, stderr=log)  # noqa: ASYNC220, S603
    url = f"turn:{address}:{port}?transport=udp"
    try:
        async with sounding(tmp_path) as room:
            await room.want(speakers={"1": {"name": "Ada"}})
            made = turn_credentials.issue(SECRET, "1", time.time())
            server = RTCIceServer(url, made.username, made.credential)
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
        ours = {"stun_url": "stun:127.0.0.1:9", "turn_url": url, "turn_secret": SECRET}
        (tmp_path / "told").mkdir()
        async with sounding(tmp_path / "told", **ours) as room:
            said = (await room.ask("OPTIONS", "/whip?speaker=1")).headers["link"]
            assert '<stun:127.0.0.1:9>; rel="ice-server", <turn:' in said
            assert ':1"; credential="' in said
    finally:
        turn.kill()
        turn.wait()
