"""A room's process in this loop, and speakers who are aiortc clients with a tone for a voice."""

import argparse
import asyncio
import io
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError

from parvis.cli import room_child
from parvis.infra import local_http
from parvis.infra.local_http import LocalAnswer
from parvis.settings import Settings

RATE = 48_000
NO_ICE = RTCConfiguration(iceServers=[])


class Sounding:
    """One room as its keeper and its listeners see it."""

    def __init__(self, socket: Path, room: str, epoch_ms: int) -> None:
        self.socket = socket
        self.room = room
        self.wanted: dict[str, Any] = {"mix": "live", "epoch_ms": epoch_ms, "speakers": {}}

    async def ask(self, method: str, target: str, body: bytes = b"", kind: str = "") -> LocalAnswer:
        headers = {"content-type": kind} if kind else {}
        return await local_http.ask(self.socket, method, target, body, headers)

    async def want(self, **said: Any) -> LocalAnswer:
        self.wanted |= said
        return await self.ask("PUT", "/control", json.dumps(self.wanted).encode())

    async def state(self) -> Any:
        return json.loads((await self.ask("GET", f"/listen/{self.room}/state")).body)

    async def init(self, rendition: str = "aac") -> bytes:
        return (await self.ask("GET", f"/listen/{self.room}/{rendition}/init.mp4")).body

    async def part(self, number: int, rendition: str = "aac") -> LocalAnswer:
        return await self.ask("GET", f"/listen/{self.room}/{rendition}/{number}.m4s")

    async def next_parts(self, count: int, rendition: str = "aac") -> list[bytes]:
        """Parts that begin from now on."""
        first = (await self.state())["newest"] + 2
        answers = [await self.part(number, rendition) for number in range(first, first + count)]
        assert [one.status for one in answers] == [200] * count
        return [one.body for one in answers]

    async def pitches(self, rendition: str = "aac") -> set[int]:
        """What sounds now, as tones in whole hundreds of hertz."""
        parts = await self.next_parts(1, rendition)
        return hear(decode(await self.init(rendition) + b"".join(parts)))


@asynccontextmanager
async def sounding(folder: Path, *, part_ms: int = 500, **settings: Any) -> AsyncIterator[Sounding]:
    """A room's process in this loop."""
    told = argparse.Namespace(
        room="7", socket=folder / "room", folder=folder / "kept", part_ms=part_ms
    )
    stopping = asyncio.Event()
    made = Settings(data=folder, **settings)
    running = asyncio.create_task(room_child.run(made, told, stopping))
    while not told.socket.exists():  # noqa: ASYNC110 - made by what runs beside us
        await asyncio.sleep(0.01)
    try:
        yield Sounding(told.socket, "7", int(time.time() * 1000) - 3_000)
    finally:
        stopping.set()
        await running


class Tone(MediaStreamTrack):
    """A voice: one pitch. `ppm`: how much faster than ours its clock runs."""

    kind = "audio"

    def __init__(self, hertz: float, ppm: float = 0.0, loud: float = 0.2) -> None:
        super().__init__()
        self.hertz = hertz
        self.loud = loud
        self._step_s = 0.02 / (1 + ppm / 1e6)
        self._at = 0
        self._start: float | None = None

    async def recv(self) -> Any:
        if self.readyState != "live":
            raise MediaStreamError
        now = time.monotonic()
        self._start = now if self._start is None else self._start
        await asyncio.sleep(self._start + self._at // 960 * self._step_s - now)
        phase = 2 * np.pi * self.hertz * (self._at + np.arange(960)) / RATE
        samples = (self.loud * 32767 * np.sin(phase)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = self._at
        frame.time_base = Fraction(1, RATE)
        self._at += 960
        return frame


class Client:
    """A speaker's browser, as far as sound goes."""

    def __init__(self, room: Sounding, account_id: int) -> None:
        self.room = room
        self.account_id = account_id
        self.session = ""
        self.microphone = RTCPeerConnection(NO_ICE)
        self.speaker = RTCPeerConnection(NO_ICE)
        self.heard: list[np.ndarray[Any, Any]] = []
        self._hearing: asyncio.Task[None] | None = None

    async def speak(self, track: MediaStreamTrack, resume: str = "") -> None:
        """WHIP, until it is connected."""
        self.microphone.addTransceiver(track, direction="sendonly")
        answer = await self.post(
            self.microphone, f"/whip?speaker={self.account_id}&resume={resume}"
        )
        self.session = answer.headers["location"].rpartition("/")[2]
        await until(lambda: self.microphone.connectionState == "connected")

    async def listen(self) -> None:
        """WHEP, until it sounds."""
        self.speaker.addTransceiver("audio", direction="recvonly")
        self.speaker.on("track", self._begin)
        await self.post(self.speaker, f"/whep?session={self.session}")
        await until(lambda: len(self.heard) > 0)

    async def post(self, connection: RTCPeerConnection, target: str) -> LocalAnswer:
        await connection.setLocalDescription(await connection.createOffer())
        offer = connection.localDescription.sdp.encode()
        answer = await self.room.ask("POST", target, offer, "application/sdp")
        assert answer.status == 201, answer.body
        told = RTCSessionDescription(sdp=answer.body.decode(), type="answer")
        await connection.setRemoteDescription(told)
        return answer

    async def pitches(self, seconds: float = 0.5) -> set[int]:
        """What they hear from now on."""
        self.heard.clear()
        await until(lambda: len(self.heard) >= seconds * 50)
        return hear(np.concatenate(self.heard))

    async def close(self) -> None:
        if self._hearing is not None:
            self._hearing.cancel()
        await self.microphone.close()
        await self.speaker.close()

    def _begin(self, track: MediaStreamTrack) -> None:
        self._hearing = asyncio.create_task(self._hear(track))

    async def _hear(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame: Any = await track.recv()
            except MediaStreamError:
                return
            channels = len(frame.layout.channels)
            samples = frame.to_ndarray().reshape(-1, channels)[:, 0]
            self.heard.append(samples.astype(np.float32) / 32768)


def decode(data: bytes) -> np.ndarray[Any, Any]:
    """The samples of an init and parts."""
    with av.open(io.BytesIO(data)) as container:
        frames = [frame.to_ndarray()[0] for frame in container.decode(audio=0)]
    return np.concatenate(frames)


def hear(samples: np.ndarray[Any, Any]) -> set[int]:
    """The tones in it that are loud, in whole hundreds of hertz."""
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) / len(samples)
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return {round(float(one) / 100) * 100 for one in hertz[power > 0.01]}


async def until(holds: Any, within_s: float = 30.0) -> None:
    """Wait for the thing itself."""
    async with asyncio.timeout(within_s):
        while not holds():  # noqa: ASYNC110 - whatever it is that holds
            await asyncio.sleep(0.02)
