"""Speakers: what goes in comes out, to listeners and to one another; what is no offer is refused in words."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import msgspec
import pytest
from tests.rig.speaking import Client, Sounding, Tone, sounding, until


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Sounding]:
    async with sounding(tmp_path) as made:
        yield made


async def test_two_speak_and_each_hears_the_other(room: Sounding) -> None:
    await room.want(speakers={"1": {"name": "Ada"}, "2": {"name": "Bo"}})
    ada, bo = Client(room, 1), Client(room, 2)
    await ada.speak(Tone(400))
    await bo.speak(Tone(1000))
    await ada.listen()
    await bo.listen()
    await until_pitches(room, {400, 1000})
    await until_pitches(room, {400, 1000}, "opus")
    await until_hears(ada, {1000})
    await until_hears(bo, {400})
    shown = (await room.state())["speakers"]
    assert [(one["name"], one["connected"], one["level"] > 50) for one in shown] == [
        ("Ada", True, True),
        ("Bo", True, True),
    ]

    # Muted: heard by nobody. Removed: their session ends.
    await room.want(speakers={"1": {"name": "Ada", "muted": True}, "2": {"name": "Bo"}})
    await until_pitches(room, {1000})
    await until_hears(bo, set())
    await room.want(speakers={"1": {"name": "Ada"}})
    await until(lambda: bo.microphone.connectionState == "closed")
    await until_pitches(room, {400})

    # Paused: the speakers still hear one another, listeners wait.
    await room.want(mix="paused")
    await until_pitches_not(room, 400)

    # The next device takes over; the one before ends.
    other = Client(room, 1)
    await room.want(mix="live")
    await other.speak(Tone(700), resume=ada.session)
    await until(lambda: ada.microphone.connectionState == "closed")
    await until_pitches(room, {700})
    assert (await room.ask("DELETE", f"/whip/{other.session}")).status == 200
    assert (await room.ask("DELETE", f"/whip/{other.session}")).status == 404
    await until_pitches(room, set())
    for one in (ada, bo, other):
        await one.close()


async def until_pitches(room: Sounding, wanted: set[int], rendition: str = "aac") -> None:
    async with asyncio.timeout(30):
        while await room.pitches(rendition) != wanted:
            pass


async def until_hears(client: Client, wanted: set[int]) -> None:
    async with asyncio.timeout(30):
        while await client.pitches() != wanted:
            pass


async def until_pitches_not(room: Sounding, tone: int) -> None:
    async with asyncio.timeout(30):
        while tone in await room.pitches():
            pass


async def test_a_call_is_heard_by_those_in_it_and_makes_no_parts(
    room: Sounding, tmp_path: Path
) -> None:
    people = {"1": {"name": "Ada"}, "2": {"name": "Bo"}}
    await room.want(speakers=people, is_call=True, record=False)
    ada, bo = Client(room, 1), Client(room, 2)
    await ada.speak(Tone(400))
    await bo.speak(Tone(1000))
    await ada.listen()
    await bo.listen()
    await until_hears(ada, {1000})
    await until_hears(bo, {400})
    inside = msgspec.json.decode((await room.ask("GET", "/inside")).body)
    assert (inside["newest"], inside["listeners"]) == (inside["first"] - 1, 2)
    assert msgspec.json.decode((await room.ask("GET", "/measures")).body)["inside"] == 2
    listen = f"/listen/{room.room}"
    for way in ("state", "aac/init.mp4", "aac/1.m4s", "opus/7.m4s"):
        assert (await room.ask("GET", f"{listen}/{way}")).status == 404, way
    await room.want(ends=True)
    await until(lambda: bo.microphone.connectionState == "closed")
    kept = {one.name: one.read_bytes().strip() for one in (tmp_path / "kept").iterdir()}
    assert {name for name, held in kept.items() if held} <= {"part_ms"}
    for one in (ada, bo):
        await one.close()


async def test_bad_offers_and_odd_requests_are_answered_in_words(room: Sounding) -> None:
    await room.want(speakers={"1": {"name": "Ada"}})
    sdp = "application/sdp"
    tried = [
        await room.ask("POST", "/whip?speaker=1", b"v=0" * 400_000, sdp),
        await room.ask("POST", "/whip?speaker=1", b"v=0", "text/plain"),
        await room.ask("POST", "/whip?speaker=1", b"v=0", sdp),
        await room.ask("POST", "/whip?speaker=2", b"v=0", sdp),
        await room.ask("POST", "/whip?speaker=Ada", b"v=0", sdp),
        await room.ask("POST", "/whep?session=none", b"v=0", sdp),
        await room.ask("DELETE", "/whip/none"),
        await room.ask("DELETE", "/whep/none"),
        await room.ask("PATCH", "/whip/none"),
        await room.ask("PUT", "/control", b"{"),
        await room.ask("PUT", "/control", b'{"mix": "loud", "epoch_ms": 1}'),
        await room.want(epoch_ms=1),
    ]
    assert [one.status for one in tried] == [
        413,
        415,
        422,
        403,
        422,
        404,
        404,
        404,
        405,
        422,
        422,
        422,
    ]
    assert all(b"error" in one.body for one in tried if one.status != 405)
    missing = [
        "xx/init.mp4",
        "aac/1000000.m4s",
        "aac/0.m4s",
        "aac/99999999999999.m4s",
        "aac/-1.m4s",
    ]
    answers = [await room.ask("GET", f"/listen/7/{one}") for one in missing]
    assert {one.status for one in answers} == {404}


async def test_one_who_says_nothing_and_one_who_sends_garbage(room: Sounding) -> None:
    """An offer without a packet after it ends by itself; packets without sense harm nobody."""
    await room.want(speakers={"1": {"name": "Ada"}, "2": {"name": "Bo"}})
    ada, bo = Client(room, 1), Client(room, 2)
    await ada.speak(Garbage(400))
    await bo.speak(Tone(1000))
    await until_pitches(room, {1000})
    assert [one["connected"] for one in (await room.state())["speakers"]] == [True, True]
    # As many tries as anybody needs, and no more.
    silent = Client(room, 1)
    silent.microphone.addTransceiver(Tone(300), direction="sendonly")
    await silent.microphone.setLocalDescription(await silent.microphone.createOffer())
    offer = silent.microphone.localDescription.sdp.encode()
    statuses = [
        (await room.ask("POST", "/whip?speaker=1", offer, "application/sdp")).status
        for _ in range(6)
    ]
    assert statuses == [201, 201, 201, 429, 429, 429]
    await until_pitches(room, {1000})
    for one in (ada, bo, silent):
        await one.close()


class Garbage(Tone):
    """Packets that say they are Opus."""

    async def recv(self) -> Any:
        frame = await super().recv()
        packet = av.Packet(os.urandom(1 + frame.pts // 960 % 900))
        packet.pts, packet.time_base = frame.pts, frame.time_base
        return packet
