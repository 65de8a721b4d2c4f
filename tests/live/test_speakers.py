"""Speakers: what goes in comes out, to listeners and to one another; what is no offer is refused in words."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

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
    assert await room.pitches("opus") == {400, 1000}
    assert await ada.pitches() == {1000}
    assert await bo.pitches() == {400}
    shown = (await room.state())["speakers"]
    assert [(one["name"], one["connected"], one["level"] > 50) for one in shown] == [
        ("Ada", True, True),
        ("Bo", True, True),
    ]

    # Muted: heard by nobody. Removed: their session ends.
    await room.want(speakers={"1": {"name": "Ada", "muted": True}, "2": {"name": "Bo"}})
    await until_pitches(room, {1000})
    assert await bo.pitches() == set()
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


async def until_pitches(room: Sounding, wanted: set[int]) -> None:
    async with asyncio.timeout(30):
        while await room.pitches() != wanted:
            pass


async def until_pitches_not(room: Sounding, tone: int) -> None:
    async with asyncio.timeout(30):
        while tone in await room.pitches():
            pass
