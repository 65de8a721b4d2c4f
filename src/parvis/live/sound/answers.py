"""The room's process by HTTP on its Unix socket: what is wanted, what sounds, parts held if they are next."""

import time

import msgspec
from aiohttp import web

from parvis.live.sound import control
from parvis.live.sound.control import Control, Riding, SpeakerShown, State
from parvis.live.sound.encoding import RENDITIONS
from parvis.live.sound.room import Room
from parvis.live.sound.sessions import Sessions
from parvis.live.sound.shelf import AHEAD, Gone
from parvis.protocols import cmaf, whip_offers
from parvis.protocols.turn_credentials import Ice
from parvis.protocols.whip_offers import OfferRefused

BODY_MOST = 262_144
SDP = "application/sdp"
LISTENERS_MOST = 100_000_000
_NEVER = {"Cache-Control": "no-store"}
_ALWAYS = {"Cache-Control": "public, max-age=31536000, immutable"}
_DIGITS_MOST = 12
_ID_DIGITS_MOST = 19
_MARGIN_S = 1.0
_NAME_MOST = 64  # of a relay


def refuse(status: int, words: str) -> web.Response:
    """A refusal in words, which nobody keeps."""
    return web.json_response({"error": words}, status=status, headers=_NEVER)


class Answers:
    """The routes of one room."""

    def __init__(self, room: Room, sessions: Sessions, ice: Ice) -> None:
        self._room = room
        self._sessions = sessions
        self._ice = ice
        self._inits = {name: cmaf.write_init(track) for name, track in RENDITIONS.items()}

    def routes(self) -> list[web.RouteDef]:
        """What is answered."""
        listen = f"/listen/{self._room.name}"
        return [
            web.put("/control", self.control),
            web.get("/measures", self.measures),
            web.get("/inside", self.inside),
            web.options("/whip", self.say_ice),
            web.post("/whip", self.open_microphone),
            web.delete("/whip/{session}", self.close_microphone),
            web.post("/whep", self.open_return),
            web.delete("/whep/{session}", self.close_return),
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
        """Blocks mixed, how many came late, how many a voice lacked; how many are in a call."""
        room = self._room
        dry = sum(one.source.missing for one in room.voices.values() if one.source is not None)
        measures = {"blocks": room.ticks, "late": room.late, "dry": dry, "inside": room.inside}
        return web.json_response(measures)

    async def say_ice(self, request: web.Request) -> web.Response:
        """The servers a browser may need before it can offer anything."""
        holder = _number(request.query.get("speaker", "")) or "0"
        return web.Response(
            status=204, headers={**_NEVER, "Accept-Post": SDP, **self._links(holder)}
        )

    async def open_microphone(self, request: web.Request) -> web.Response:
        """WHIP (RFC 9725 §4.2): an offer, and our answer. A microphone of theirs before it gives way."""
        speaker = _number(request.query.get("speaker", ""))
        if speaker is None:
            return refuse(422, "say who speaks: ?speaker= and the number of an account")
        try:
            body = await _read_offer(request)
            session, answer = await self._sessions.open_microphone(int(speaker), body)
        except OfferRefused as refused:
            return refuse(refused.status, str(refused))
        return self._agreed(answer, f"/whip/{session.id}", speaker)

    async def open_return(self, request: web.Request) -> web.Response:
        """WHEP: what the others say, to the speaker whose microphone is connected."""
        session_id = request.query.get("session", "")
        try:
            answer = await self._sessions.open_return(session_id, await _read_offer(request))
        except OfferRefused as refused:
            return refuse(refused.status, str(refused))
        return self._agreed(answer, f"/whep/{session_id}", "0")

    async def close_microphone(self, request: web.Request) -> web.Response:
        """The speaker hangs up."""
        return _closed(was_there=await self._sessions.close(request.match_info["session"]))

    async def close_return(self, request: web.Request) -> web.Response:
        """The return ends, the microphone goes on."""
        return _closed(was_there=await self._sessions.close_return(request.match_info["session"]))

    def _agreed(self, answer: str, location: str, holder: str) -> web.Response:
        headers = {**_NEVER, "Location": location, **self._links(holder)}
        return web.Response(status=201, text=answer, content_type=SDP, headers=headers)

    def _links(self, holder: str) -> dict[str, str]:
        """All in one header: who hands it on knows each name once."""
        links = self._ice.links(holder, time.time())
        return {"Link": ", ".join(links)} if links else {}

    async def state(self, _: web.Request) -> web.Response:
        """What sounds now, for who listens."""
        return _nobody() if self._room.is_call else await self.inside(_)

    async def inside(self, _: web.Request) -> web.Response:
        """The same for who speaks."""
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
            listeners=room.inside if room.is_call else room.listeners,
            language=wanted.language,
            lines=room.lines,
            written=room.written,
            missing=room.shelf.missing(),
        )
        body = msgspec.json.encode(shown)
        return web.Response(body=body, content_type="application/json", headers=_NEVER)

    async def init(self, request: web.Request) -> web.Response:
        """What comes before any part of a rendition."""
        init = self._inits.get(request.match_info["rendition"])
        if self._room.is_call:
            return _nobody()
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
        if room.is_call:
            return _nobody()
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
            written=room.written,
        )
        return msgspec.json.encode(riding).decode()


async def _read_offer(request: web.Request) -> bytes:
    if request.content_type != SDP:
        raise OfferRefused(f"send an offer as {SDP}", 415)
    length = request.content_length
    if length is not None and length > whip_offers.BYTES_MOST:
        raise OfferRefused(f"an offer has at most {whip_offers.BYTES_MOST} bytes", 413)
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise OfferRefused(f"an offer has at most {whip_offers.BYTES_MOST} bytes", 413) from None


def _nobody() -> web.Response:
    """As if it were not there: a call has no listeners."""
    return refuse(404, "nobody listens here")


def _number(text: str) -> str | None:
    """An account's number, as it was written."""
    fits = text.isascii() and text.isdigit() and len(text) <= _ID_DIGITS_MOST
    return text if fits else None


def _closed(*, was_there: bool) -> web.Response:
    if was_there:
        return web.Response(status=200, headers=_NEVER)
    return refuse(404, "there is no such connection; it has ended already")
