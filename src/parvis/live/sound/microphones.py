"""One speaker's WebRTC: their microphone in (WHIP), everybody else back (WHEP)."""

import asyncio
from collections import deque
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.jitterbuffer import JitterFrame
from aiortc.mediastreams import MediaStreamError

from parvis.infra.logs import get_logger
from parvis.protocols import whip_offers
from parvis.protocols.mixing import BLOCK, RATE, Drift, Sound
from parvis.protocols.whip_offers import Offer

log = get_logger()

ANSWER_S = 6.0
_FRAMES_MOST = (
    250  # a second: five times what a browser sends, and more than one that sends 10 ms frames
)
_HOLE_MOST = RATE // 5  # filled with silence; a longer one is a pause
_BEHIND = 0x8000  # of RTP's numbers, which go round: further is the past
_RETURN_BITS = 32_000
_RETURN_WAITING = 5  # blocks; who cannot send them loses the oldest


class InOrder:
    """In place of aiortc's jitter buffer, which gives a packet four later, and sixteen once one was lost.

    Each is given at once; one that comes after a later one is left out, and silence stands for it. What is
    uneven is evened by mixing.Drift, where our own clock takes it.
    """

    def __init__(self) -> None:
        self._last: int | None = None

    def add(self, packet: Any) -> tuple[bool, JitterFrame | None]:
        """As aiortc's: whether a picture is to be asked for, and what can be decoded."""
        number: int = packet.sequence_number
        ahead = 1 if self._last is None else (number - self._last) & 0xFFFF
        if ahead == 0 or ahead > _BEHIND:
            return False, None
        self._last = number
        return False, JitterFrame(data=packet._data, timestamp=packet.timestamp)  # noqa: SLF001 - its own way


class Microphone:
    """What a speaker sends."""

    def __init__(self, ice: RTCConfiguration) -> None:
        self.connection = RTCPeerConnection(ice)
        self.drift = Drift()
        self.is_flooding = False
        self._next: int | None = None
        self._task: asyncio.Task[None] | None = None
        self.connection.on("track", self._begin)  # pyright: ignore[reportUnknownMemberType] # pyee is untyped

    async def answer(self, offer: Offer) -> str:
        """Our half of the agreement."""
        return await _answer(self.connection, offer, "in")

    async def close(self) -> None:
        """End it; its thread and its sockets with it."""
        if self._task is not None:
            self._task.cancel()
        await self.connection.close()

    def _begin(self, track: MediaStreamTrack) -> None:
        for receiver in self.connection.getReceivers():
            name = "_RTCRtpReceiver__jitter_buffer"  # it offers no other way
            if not hasattr(receiver, name):
                raise RuntimeError("this aiortc keeps its packets elsewhere")
            setattr(receiver, name, InOrder())
        self._task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: MediaStreamTrack) -> None:
        loop = asyncio.get_running_loop()
        since, count = loop.time(), 0
        while True:
            try:
                frame: Any = await track.recv()  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType] # av.Packet is generic in its stream
            except MediaStreamError:
                return
            count += 1
            if count > _FRAMES_MOST:
                if loop.time() - since < 1:
                    log.warning("a speaker sent more sound than there is time")
                    self.is_flooding = True
                    return
                since, count = loop.time(), 0
            self._take(frame)

    def _take(self, frame: Any) -> None:
        """Into the queue, with silence for what was lost on the way."""
        samples = to_sound(frame)
        begins: int = frame.pts if frame.pts is not None else self._next or 0
        hole = 0 if self._next is None else begins - self._next
        if 0 < hole <= _HOLE_MOST:
            self.drift.put(np.zeros(hole, np.float32))
        self._next = begins + len(samples)
        self.drift.put(samples)


class Return:
    """What a speaker hears: everybody else. Encoded here, once, and sent as it is."""

    def __init__(self, ice: RTCConfiguration) -> None:
        self.connection = RTCPeerConnection(ice)
        self._track = _ReturnTrack()
        self.connection.addTrack(self._track)

    async def answer(self, offer: Offer) -> str:
        """Our half of the agreement."""
        return await _answer(self.connection, offer, "out")

    def give(self, block: Sound) -> None:
        """The next block, as a voice's sink."""
        self._track.give(block)

    async def close(self) -> None:
        """End it."""
        self._track.stop()
        await self.connection.close()


class _ReturnTrack(MediaStreamTrack):
    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        codec: Any = av.CodecContext.create("libopus", "w")
        codec.bit_rate = _RETURN_BITS
        codec.sample_rate = RATE
        codec.format = "flt"
        codec.layout = "mono"
        codec.time_base = Fraction(1, RATE)
        codec.options = {"application": "voip", "frame_duration": "20", "compression_level": "5"}
        self._codec = codec
        self._packets: deque[Any] = deque(maxlen=_RETURN_WAITING)
        self._came = asyncio.Event()
        self._at = 0
        self._is_wanted = False

    def give(self, block: Sound) -> None:
        self._at += BLOCK
        if not self._is_wanted:
            return  # nobody is connected: nothing is encoded
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        frame.time_base = Fraction(1, RATE)
        frame.pts = self._at
        for packet in self._codec.encode(frame):
            packet.pts = self._at
            packet.time_base = Fraction(1, RATE)
            self._packets.append(packet)
            self._came.set()

    async def recv(self) -> Any:
        """The next packet, for aiortc's sender, which passes packets on as they are."""
        self._is_wanted = True
        while not self._packets:
            if self.readyState != "live":
                raise MediaStreamError
            self._came.clear()
            await self._came.wait()
        return self._packets.popleft()

    def stop(self) -> None:
        super().stop()
        self._came.set()


def to_sound(frame: Any) -> Sound:
    """One channel of floats, of what aiortc's decoder gives: 16 bits, two channels side by side."""
    samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))
    return samples.mean(axis=1, dtype=np.float32) * np.float32(1 / 32768)


async def _answer(connection: RTCPeerConnection, offer: Offer, way: whip_offers.Way) -> str:
    async with asyncio.timeout(ANSWER_S):
        told = RTCSessionDescription(sdp=whip_offers.write(offer, way), type="offer")
        await connection.setRemoteDescription(told)
        answer = await connection.createAnswer()
        await connection.setLocalDescription(answer)
    return connection.localDescription.sdp
