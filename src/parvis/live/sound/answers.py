"""The room's process by HTTP on its Unix socket: what is wanted, what sounds, parts held if they are next."""

import msgspec
from aiohttp import web

from parvis.live.sound import control
from parvis.live.sound.control import Control, Riding, SpeakerShown, State
from parvis.live.sound.encoding import RENDITIONS
from parvis.live.sound.room import Room
from parvis.live.sound.shelf import AHEAD, Gone
from parvis.protocols import cmaf

BODY_MOST = 65_536
LISTENERS_MOST = 100_000_000
_NEVER = {"Cache-Control": "no-store"}
_ALWAYS = {"Cache-Control": "public, max-age=31536000, immutable"}
_DIGITS_MOST = 12
_MARGIN_S = 1.0
_NAME_MOST = 64  # of a relay


def refuse(status: int, words: str) -> web.Response:
    """A refusal in words, which nobody keeps."""
    return web.json_response({"error": words}, status=status, headers=_NEVER)


class Answers:
    """The routes of one room."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._inits = {name: cmaf.write_init(track) for name, track in RENDITIONS.items()}

    def routes(self) -> list[web.RouteDef]:
        """What is answered."""
        listen = f"/listen/{self._room.name}"
        return [
            web.put("/control", self.control),
            web.get("/measures", self.measures),
            web.get(f"{listen}/state", self.state),
            web.get(listen + "/{rendition}/init.mp4", self.init),
            web.get(listen + "/{rendition}/{number}.m4s", self.part),
        ]

    async def control(self, request: web.Request) -> web.Response:
        """The whole state that is wanted."""
        try:
            self._room.apply(msgspec.json.decode(await request.read(), type=Control))
        except (msgspec.DecodeError, ValueError) as wrong:
            return refuse(422, str(wrong))
        return web.json_response({})

    async def measures(self, _: web.Request) -> web.Response:
        """Blocks mixed and how many of them came late, for benches and for who looks after the machine."""
        return web.json_response({"blocks": self._room.ticks, "late": self._room.late})

    async def state(self, _: web.Request) -> web.Response:
        """What sounds now."""
        room, wanted = self._room, self._room.wanted
        if wanted is None:
            return refuse(503, "this room's process has just started; ask again in a second")
        first = room.recording.first
        shown = State(
            room=room.name,
            state=room.state,
            epoch_ms=wanted.epoch_ms,
            part_ms=room.part_ms,
            first=room.shelf.oldest if first is None else min(first, room.shelf.oldest),
            newest=room.shelf.newest,
            renditions=control.SHOWN,
            speakers=[
                SpeakerShown(
                    str(one), voice.name, voice.level, voice.is_muted, voice.source is not None
                )
                for one, voice in room.voices.items()
            ],
            flags=wanted.flags,
            listeners=room.listeners,
        )
        body = msgspec.json.encode(shown)
        return web.Response(body=body, content_type="application/json", headers=_NEVER)

    async def init(self, request: web.Request) -> web.Response:
        """What comes before any part of a rendition."""
        init = self._inits.get(request.match_info["rendition"])
        if init is None:
            return refuse(404, "there is no such rendition")
        return web.Response(body=init, content_type="audio/mp4", headers=_ALWAYS)

    async def part(self, request: web.Request) -> web.Response:
        """One part, held when it is one of the next two."""
        rendition, named = request.match_info["rendition"], request.match_info["number"]
        if rendition not in RENDITIONS or not (
            named.isascii() and named.isdigit() and len(named) <= _DIGITS_MOST
        ):
            return refuse(404, "there is no such part")
        room, number = self._room, int(named)
        self._count(request)
        within_s = (AHEAD + 1) * room.part_ms / 1000 + _MARGIN_S
        try:
            data = await room.shelf.get(rendition, number, within_s)
        except Gone:
            return web.json_response(
                {"error": "gone"}, status=404, headers={**_NEVER, "Live-State": self._riding()}
            )
        headers = {**_ALWAYS, "Live-State": self._riding()}
        return web.Response(body=data, content_type="audio/mp4", headers=headers)

    def _count(self, request: web.Request) -> None:
        said = request.headers.get("Live-Listeners", "")
        if said.isascii() and said.isdigit() and len(said) <= _DIGITS_MOST:
            relay = request.headers.get("Live-Relay", "")[:_NAME_MOST]
            self._room.count(relay, min(int(said), LISTENERS_MOST))

    def _riding(self) -> str:
        room, wanted = self._room, self._room.wanted
        riding = Riding(
            newest=room.shelf.newest,
            state=room.state,
            flags={} if wanted is None else wanted.flags,
            levels={str(one): voice.level for one, voice in room.voices.items()},
            listeners=room.listeners,
        )
        return msgspec.json.encode(riding).decode()
