"""What the two browsers of a call tell each other by us, and that they are still there."""

import asyncio
import time

import msgspec
from starlette.responses import Response

from parvis.domain.calls import ringing, signals
from parvis.domain.errors import Invalid, TooMany
from parvis.infra.limits import Limit
from parvis.web.addressed import id_of
from parvis.web.routing import Pages
from parvis.web.rung import is_relayed
from parvis.web.visit import Visit

pages = Pages()

BODY_MOST = 32_768  # bytes; a browser's offer for one voice has some 3,000
BODY_S = 10.0
PACE = Limit(60, 20)  # messages of one person; finding a way takes a dozen
PLACES = 9  # digits


class Joined(msgspec.Struct, frozen=True):
    """What a browser needs to begin. `servers`: as RTCPeerConnection takes them."""

    servers: list[dict[str, str]]
    relayed: bool


class Standing(msgspec.Struct, frozen=True):
    """How the call stands for one of its two browsers, and what it has not heard yet."""

    state: str
    mine: str | None
    theirs: str | None
    heard: list[signals.Heard]


@pages.raw("POST", "/calls/{id}/device", who="member")
async def join(visit: Visit) -> Response:
    """Have the call in this browser, with the servers that help to reach the other. One statement."""
    device = signals.read_device(await _read(visit))
    await visit.db.run(signals.join, visit.viewer_id, id_of(visit), device)
    servers = visit.means.ice.listed(str(visit.viewer_id), time.time())
    return _said(visit, Joined(servers, is_relayed(visit)))


@pages.raw("POST", "/calls/{id}/beat", who="member")
async def beat(visit: Visit) -> Response:
    """One statement. 404: this browser has no call any more."""
    device = signals.read_device(await _read(visit))
    await signals.beat(visit.db, visit.viewer_id, id_of(visit), device)
    return Response(status_code=204)


@pages.raw("POST", "/calls/{id}/signals", who="member")
async def send(visit: Visit) -> Response:
    """One statement; what is sent twice is told once."""
    signal = signals.read_signal(await _read(visit))
    await visit.db.run(signals.send, visit.viewer_id, id_of(visit), signal)
    return Response(status_code=204)


@pages.get("/calls/{id}/signals", who="member")
async def hear(visit: Visit) -> Response:
    """What came for this browser after a place. Two statements."""
    after = visit.ask("after") or "0"
    if not (after.isascii() and after.isdigit() and len(after) <= PLACES):
        raise Invalid("after", "Say after which message, by its number")
    call_id, device = id_of(visit), visit.ask("device")
    call = await ringing.find(visit.db, visit.viewer_id, call_id)
    heard: list[signals.Heard] = []
    if call.is_live and device and device == call.mine:
        heard = await signals.hear(visit.db, visit.viewer_id, call_id, int(after), device)
    return _said(visit, Standing(call.state, call.mine, call.theirs, heard))


async def _read(visit: Visit) -> bytes:
    """What was sent. Refused: not JSON, too long, too much."""
    kind = visit.request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/json":
        raise Invalid("signal", "A signal is application/json")
    taken = visit.db.limits.take(PACE, "signal", visit.viewer_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    body = b""
    async with asyncio.timeout(BODY_S):
        async for chunk in visit.request.stream():
            body += chunk
            if len(body) > BODY_MOST:
                raise Invalid("signal", f"A signal has at most {BODY_MOST} bytes")
    return body


def _said(visit: Visit, said: msgspec.Struct) -> Response:
    visit.is_secret = True
    return visit.json(msgspec.json.encode(said).decode())
