"""The relay through the embedded door: one fetch for many, holding, what is refused and how, counting."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.rig import aac
from tests.rig.network import Network
from tests.rig.synthetic_rooms import SyntheticRoom, synthetic

from parvis.live.door import ListenDoor
from parvis.live.relay.admission import Admission
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.origin import Above, RoomSockets
from parvis.live.relay.relay import Relay
from parvis.protocols import tickets
from parvis.protocols.tickets import Lane, Ticket

KEY = b"k" * 32
NOW_S = 1_000


class Said:
    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.status = status
        self.headers = headers
        self.content = content

    @property
    def why(self) -> str:
        return json.loads(self.content)["error"]

    @property
    def riding(self) -> dict[str, Any]:
        return json.loads(self.headers["live-state"])


class Door:
    """The embedded door of one relay, asked without a network."""

    def __init__(self, relay: Relay, key: bytes | None = KEY) -> None:
        self.relay = relay
        admission = Admission(lambda: key, lambda: NOW_S)
        self.door = ListenDoor(relay, admission, Lanes(), lambda request: request.headers["x-from"])

    async def ask(self, path: str, *, who: str = "a", method: str = "GET", **headers: str) -> Said:
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        bare, _, query = path.partition("?")
        named = [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ]
        scope = {
            "type": "http", "method": method, "path": bare, "query_string": query.encode(),
            "headers": [(b"x-from", who.encode()), (b"host", b"localhost"), *named],
        }  # fmt: skip
        await self.door(scope, None, send)
        told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Said(sent[0]["status"], told, sent[1]["body"])


@pytest.fixture
async def room() -> AsyncIterator[SyntheticRoom]:
    async with synthetic() as made:
        yield made


@pytest.fixture
async def door(room: SyntheticRoom) -> AsyncIterator[Door]:
    made = Door(Relay(Above(room.address, KEY), keeps_bytes=1 << 20))
    yield made
    await made.relay.close()


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.005)


def ticket(
    room: int = 7, lane: Lane = Lane.TICKETED, ends: int = NOW_S + 60, key: bytes = KEY
) -> str:
    return tickets.issue(key, Ticket(room, b"h" * 16, lane, ends))


async def test_many_listeners_are_one_fetch_and_are_held_until_the_part_is_there(
    room: SyntheticRoom, door: Door
) -> None:
    asking = [
        asyncio.create_task(door.ask("/listen/7/aac/10.m4s", who=str(number)))
        for number in range(50)
    ]
    await until(lambda: room.asked["/listen/7/aac/10.m4s"] == 1)
    await until(lambda: len(door.relay.rooms["7"].holds[("aac", 10)].waiting) == 50)
    assert not any(one.done() for one in asking)
    await room.advance()
    answers = await asyncio.gather(*asking)
    assert {one.status for one in answers} == {200}
    assert {one.content for one in answers} == {aac.part(10, 100)}
    assert answers[0].headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answers[0].riding["levels"] == {"1": 40}
    again = await door.ask("/listen/7/aac/10.m4s")
    assert again.content == answers[0].content
    assert room.asked["/listen/7/aac/10.m4s"] == 1

    state = json.loads((await door.ask("/listen/7/state")).content)
    assert state["newest"] == 10
    assert state["speakers"][0]["level"] == 40
    assert (await door.ask("/listen/7/aac/init.mp4")).content == aac.tone()[0]
    assert (await door.ask("/listen/7/aac/3.m4s")).headers.get("live-state") is None  # long past

    # Everybody was counted once, and the origin is told with the next thing asked of it.
    assert door.relay.count(door.relay.rooms["7"]) == 51
    following = asyncio.create_task(door.ask("/listen/7/aac/11.m4s"))
    await until(lambda: 51 in room.below.values())
    await room.advance()
    assert (await following).status == 200


@pytest.mark.parametrize(
    ("path", "status", "why"),
    [
        ("/listen/7/aac/13.m4s", 404, "too_early"),
        ("/listen/7/aac/999999999999.m4s", 404, "too_early"),
        ("/listen/7/aac/1.m4s", 404, "gone"),
        ("/listen/7/opus/9.m4s", 404, "gone"),
        ("/listen/8/state", 404, "not_found"),
        ("/listen/8/aac/9.m4s", 404, "not_found"),
        ("/listen/99999999999999999999/state", 404, "not_found"),
        ("/listen/7/aac/-1.m4s", 404, "not_found"),
        ("/listen/7/aac/9.mp3", 404, "not_found"),
        ("/listen/7/../state", 404, "not_found"),
        ("/listen/", 404, "not_found"),
    ],
)
async def test_what_is_not_there_is_said_and_never_kept(
    room: SyntheticRoom, door: Door, path: str, status: int, why: str
) -> None:
    room.first = 2
    await door.relay.find("7")
    now = door.relay.clock()
    door.relay.clock = lambda: now  # parts do not pass meanwhile
    said = await door.ask(path)
    assert (said.status, said.why) == (status, why)
    assert said.headers["cache-control"] == "no-store"
    if why in ("too_early", "gone"):
        assert said.riding["newest"] == 9  # how to go on
    assert not [one for one in room.asked if one.endswith(".m4s")]


async def test_a_gap_is_told_and_the_room_goes_on(room: SyntheticRoom, door: Door) -> None:
    room.gaps = {10}
    waiting = asyncio.create_task(door.ask("/listen/7/aac/10.m4s"))
    await until(lambda: room.asked["/listen/7/aac/10.m4s"] == 1)
    await room.advance(2)
    assert (await waiting).why == "gone"
    assert (await door.ask("/listen/7/aac/11.m4s")).status == 200
    assert (await door.ask("/listen/7/aac/10.m4s")).status == 404
    assert room.asked["/listen/7/aac/10.m4s"] == 1


async def test_methods(door: Door) -> None:
    head = await door.ask("/listen/7/aac/9.m4s", method="HEAD")
    assert head.status == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(aac.part(9, 100))
    assert (await door.ask("/listen/7/state", method="POST")).status == 405
    before = await door.ask("/listen/7/state", method="OPTIONS")
    assert before.status == 204
    assert before.headers["access-control-allow-headers"] == "authorization"


async def test_restricted_rooms_need_tickets(room: SyntheticRoom, door: Door) -> None:
    room.flags = {"lanes": "tickets"}
    path = "/listen/7/aac/9.m4s"
    assert (await door.ask(path)).why == "ticket_needed"
    for given, status, why in (
        (ticket(ends=NOW_S), 401, "ticket_expired"),
        (ticket(room=8), 403, "ticket_refused"),
        (ticket(key=b"j" * 32), 403, "ticket_refused"),
        ("garbage", 403, "ticket_refused"),
        (_of_removed_lane(), 403, "ticket_refused"),
    ):
        said = await door.ask(f"{path}?t={given}")
        assert (said.status, said.why) == (status, why)
        assert said.headers["cache-control"] == "no-store"
    good = ticket()
    by_header = await door.ask(path, authorization=f"Ticket {good}")
    by_cookie = await door.ask(path, cookie=f"theme=dark; ticket={good}")
    by_address = await door.ask(f"{path}?t={good}")
    assert {one.status for one in (by_header, by_cookie, by_address)} == {200}
    assert by_address.headers["cache-control"].startswith("private")
    # One holder however the ticket is carried.
    assert door.relay.count(door.relay.rooms["7"]) == 1


async def test_the_emergency_switch_rides_on_parts(room: SyntheticRoom, door: Door) -> None:
    assert (await door.ask("/listen/7/aac/9.m4s")).status == 200
    held = asyncio.create_task(door.ask("/listen/7/aac/10.m4s"))
    await until(lambda: room.asked["/listen/7/aac/10.m4s"] == 1)
    room.flags = {"lanes": "followers"}
    await room.advance()
    assert (await held).status == 200  # who was let in gets what they waited for
    assert (await door.ask("/listen/7/aac/10.m4s")).why == "ticket_needed"
    assert (await door.ask(f"/listen/7/state?t={ticket()}")).why == "followers_only"
    assert (await door.ask(f"/listen/7/state?t={ticket(lane=Lane.FOLLOWERS)}")).status == 200
    # Nobody takes a part: the state is looked at as long as somebody was here.
    room.flags = {"lanes": "open"}
    await until(lambda: door.relay.rooms["7"].state.heard.flags.lanes == "open")  # type: ignore[union-attr]
    assert (await door.ask("/listen/7/aac/10.m4s")).status == 200


async def test_a_relay_without_the_key_serves_open_rooms_alone(room: SyntheticRoom) -> None:
    door = Door(Relay(Above(room.address, None), keeps_bytes=1 << 20), key=None)
    assert (await door.ask(f"/listen/7/state?t={ticket()}")).status == 200
    room.flags = {"lanes": "tickets"}
    await until(lambda: door.relay.rooms["7"].looked + 0.4 < door.relay.clock())
    await door.ask("/listen/7/state")
    await until(lambda: door.relay.rooms["7"].state.heard.flags.lanes == "tickets")  # type: ignore[union-attr]
    said = await door.ask(f"/listen/7/state?t={ticket()}")
    assert (said.status, said.why) == (503, "relay_has_no_key")
    await door.relay.close()


async def test_an_origin_killed_and_back_is_a_pause(room: SyntheticRoom, door: Door) -> None:
    assert (await door.ask("/listen/7/aac/9.m4s")).status == 200
    held = asyncio.create_task(door.ask("/listen/7/aac/10.m4s"))
    await until(lambda: room.asked["/listen/7/aac/10.m4s"] == 1)
    await room.stop()
    assert (await door.ask("/listen/7/aac/9.m4s")).status == 200  # kept
    await room.start(port=room.port)
    await room.advance()
    assert (await held).status == 200
    await room.stop()
    passed = door.relay.clock() + 60
    door.relay.clock = lambda: passed  # everything known is old
    said = await door.ask("/listen/8/state")
    assert (said.status, said.why) == (503, "origin_away")
    assert said.headers["retry-after"] == "1"
    await room.start(port=room.port)


async def test_a_tree_of_relays_fetches_once_and_sums_up(room: SyntheticRoom, door: Door) -> None:
    server = await asyncio.start_server(_bridge(door), "127.0.0.1", 0)
    above = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    leaves = [Door(Relay(Above(above, KEY, lambda: NOW_S), keeps_bytes=1 << 20)) for _ in range(2)]
    asking = [
        asyncio.create_task(leaf.ask("/listen/7/aac/10.m4s", who=str(number)))
        for number in range(10)
        for leaf in leaves
    ]
    await until(lambda: all("7" in leaf.relay.rooms for leaf in leaves))
    await until(
        lambda: (
            sum(len(h.waiting) for leaf in leaves for h in leaf.relay.rooms["7"].holds.values())
            == 20
        )
    )
    await room.advance()
    assert {one.status for one in await asyncio.gather(*asking)} == {200}
    assert room.asked["/listen/7/aac/10.m4s"] == 1
    for leaf in leaves:
        assert (await leaf.ask("/listen/7/aac/8.m4s", who="0")).status == 200
    assert door.relay.count(door.relay.rooms["7"]) == 20
    for leaf in leaves:
        await leaf.relay.close()
    server.close()


async def test_a_web_process_asks_the_rooms_socket(tmp_path: Path) -> None:
    folder = tmp_path / "rooms"
    folder.mkdir()
    room = SyntheticRoom()
    door = Door(Relay(RoomSockets(folder), keeps_bytes=1 << 20))
    assert (await door.ask("/listen/7/state")).why == "not_found"
    await room.start(path=folder / "7")
    passed = door.relay.clock() + 2
    door.relay.clock = lambda: passed
    assert (await door.ask("/listen/7/aac/9.m4s")).status == 200
    await room.stop()
    (folder / "7").unlink(missing_ok=True)
    await door.relay.close()


async def test_a_flood_of_names_costs_little_memory(door: Door) -> None:
    await door.ask("/listen/7/aac/9.m4s")
    for number in range(1_000, 2_200):
        await door.ask(f"/listen/{number}/state")
    assert len(door.relay.rooms) <= 1_000
    assert (await door.ask("/listen/7/aac/9.m4s")).status == 200


def _of_removed_lane() -> str:
    said = tickets._SAID.pack(1, 9, 7, NOW_S + 60, b"h" * 16)  # noqa: SLF001 - as an older version issued it
    return base64.urlsafe_b64encode(said + tickets._mac(KEY, said)).rstrip(b"=").decode()  # noqa: SLF001


def _bridge(door: Door) -> Any:
    """An HTTP server in front of a door, for the relays below."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                headers["authorization"] = lines[
                    [x[:5].lower() for x in lines].index("autho")
                ].split(": ", 1)[1]
                headers.pop("host")
                said = await door.ask(lines[0].split()[1], **headers)
                told = "".join(f"{name}: {value}\r\n" for name, value in said.headers.items())
                writer.write(f"HTTP/1.1 {said.status} X\r\n{told}\r\n".encode() + said.content)
        except asyncio.IncompleteReadError:
            writer.close()

    return serve


async def test_the_network_has_the_door(network: Network) -> None:
    said = await network.anyone.get("/listen/7/state")
    assert said.refused(404) == "not_found"
    assert said.headers["cache-control"] == "no-store"
