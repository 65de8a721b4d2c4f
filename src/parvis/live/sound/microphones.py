"""One speaker's WebRTC: their microphone in (WHIP), everybody else back (WHEP)."""

import asyncio
import time
from collections import deque
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError
from av.error import FFmpegError

from parvis.infra.logs import get_logger
from parvis.protocols import whip_offers
from parvis.protocols.mixing import BLOCK, RATE, Drift, Sound
from parvis.protocols.whip_offers import Offer

log = get_logger()

ANSWER_S = 6.0
_PACKETS_MOST = 250  # a second: five times what a browser sends, and more than 10 ms frames are
_HOLE_MOST = RATE // 5  # filled with silence; a longer one is a pause
_BEHIND = 0x8000  # of RTP's numbers, which go round: further is the past
_RETURN_BITS = 32_000
_RETURN_WAITING = 5  # blocks; who cannot send them loses the oldest


class Microphone:
    """What a speaker sends, in place of aiortc's jitter buffer and its thread for each speaker.

    That buffer gives a packet four later, and sixteen once one was lost. Here each is decoded as it comes;
    one that comes after a later one is left out, and silence stands for it. What is uneven is evened by
    mixing.Drift, where our own clock takes it.
    """

    def __init__(self, ice: RTCConfiguration) -> None:
        self.connection = RTCPeerConnection(ice)
        self.drift = Drift()
        self.is_flooding = False
        self._decoder = _open_decoder()
        self._last: int | None = None  # RTP's number of a packet
        self._next: int | None = None  # RTP's time of the sound after it
        self._since, self._count = 0.0, 0
        self.connection.on("track", self._begin)  # pyright: ignore[reportUnknownMemberType] # pyee is untyped

    async def answer(self, offer: Offer) -> str:
        """Our half of the agreement."""
        return await _answer(self.connection, offer, "in")

    async def close(self) -> None:
        """End it, and its sockets with it."""
        await self.connection.close()

    def add(self, packet: Any) -> tuple[bool, None]:
        """As a jitter buffer of aiortc: no picture to ask for, and nothing for its own decoder."""
        self._watch_flood()
        number: int = packet.sequence_number
        ahead = 1 if self._last is None else (number - self._last) & 0xFFFF
        if not self.is_flooding and 0 < ahead <= _BEHIND:
            self._last = number
            self._take(packet.timestamp, packet.payload)
        return False, None

    def _begin(self, _: MediaStreamTrack) -> None:
        self._since = time.monotonic()
        for receiver in self.connection.getReceivers():
            name = "_RTCRtpReceiver__jitter_buffer"  # it offers no other way
            if not hasattr(receiver, name):
                raise RuntimeError("this aiortc keeps its packets elsewhere")
            setattr(receiver, name, self)

    def _watch_flood(self) -> None:
        self._count += 1
        if self._count > _PACKETS_MOST:
            now = time.monotonic()
            if now - self._since < 1 and not self.is_flooding:
                log.warning("a speaker sent more sound than there is time")
                self.is_flooding = True
            self._since, self._count = now, 0

    def _take(self, begins: int, payload: bytes) -> None:
        """Into the queue, with silence for what was lost on the way."""
        if not payload:
            return  # as some send to keep a way open; to the decoder it would be the end
        try:
            frames: list[Any] = self._decoder.decode(av.Packet(payload))
        except FFmpegError:
            return  # no Opus: what it was meant to be is a hole
        hole = 0 if self._next is None else (begins - self._next) & 0xFFFFFFFF
        if 0 < hole <= _HOLE_MOST:
            self.drift.put(np.zeros(hole, np.float32))
        for frame in frames:
            sound: Sound = frame.to_ndarray()[0]
            begins += len(sound)
            self.drift.put(sound)
        self._next = begins


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


def _open_decoder() -> Any:
    """One channel of floats, as they are mixed."""
    codec: Any = av.CodecContext.create("libopus", "r")
    codec.sample_rate = RATE
    codec.layout = "mono"
    codec.options = {"request_sample_fmt": "flt"}
    return codec


async def _answer(connection: RTCPeerConnection, offer: Offer, way: whip_offers.Way) -> str:
    async with asyncio.timeout(ANSWER_S):
        told = RTCSessionDescription(sdp=whip_offers.write(offer, way), type="offer")
        await connection.setRemoteDescription(told)
        answer = await connection.createAnswer()
        await connection.setLocalDescription(answer)
    return connection.localDescription.sdp
