"""The ways of sound: who may send theirs and hear the others, decided here; the rest is the business of the
room's own process, to which offers and endings are handed on (RFC 9725). And the tickets of listeners.
"""

import asyncio
import re
import secrets
import time
from http import HTTPStatus
from urllib.parse import quote, urlencode

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Forbidden, Invalid, TooMany
from parvis.domain.rooms import hands, listening
from parvis.infra import local_http
from parvis.infra.limits import Limit
from parvis.infra.local_http import Away, LocalAnswer
from parvis.web.addressed import id_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SDP = "application/sdp"
OFFER_MOST = 65_536  # bytes; a browser's has some 5,000
OFFERS = Limit(60, 60)
SESSION = re.compile(r"[\w-]{1,100}")
BROWSER = re.compile(r"[0-9a-f]{32}")
ANSWER_S = 10.0
AGAIN_S = 2  # a room's process that was killed is back by then
HANDED_ON = ("content-type", "location", "link", "accept-patch", "etag", "retry-after")


@pages.raw("OPTIONS", "/rooms/{id}/whip", who="member")
async def servers(visit: Visit) -> Response:
    """What helps to reach the room, told before anything is offered (RFC 9725 §4.6): a browser that only
    a TURN server reaches has nothing to offer without. One statement.
    """
    await _admit(visit)
    links = visit.means.ice.links(str(visit.viewer_id), time.time())
    headers = {"accept-post": SDP, **({"link": ", ".join(links)} if links else {})}
    visit.is_secret = True
    return Response(status_code=204, headers=headers)


@pages.raw("POST", "/rooms/{id}/whip", who="member")
async def whip(visit: Visit) -> Response:
    """An offer to send one's voice; the answer is the room's process's."""
    resume = visit.ask("resume")
    asked = {"speaker": str(visit.viewer_id)} | ({"resume": resume} if resume else {})
    return await _offer(visit, "whip", asked)


@pages.raw("POST", "/rooms/{id}/whep", who="member")
async def whep(visit: Visit) -> Response:
    """An offer to hear all others, beside one's own session."""
    return await _offer(visit, "whep", {"session": visit.ask("session")})


@pages.raw("DELETE", "/rooms/{id}/whip/{session}", who="member")
async def end_whip(visit: Visit) -> Response:
    return await _end(visit, "whip")


@pages.raw("DELETE", "/rooms/{id}/whep/{session}", who="member")
async def end_whep(visit: Visit) -> Response:
    return await _end(visit, "whep")


@pages.raw("GET", "/rooms/{id}/inside", who="member")
async def inside(visit: Visit) -> Response:
    """Who is connected and how loud, for who speaks: a call has no listeners to tell it to."""
    room_id = await _admit(visit)
    visit.is_secret = True
    answer = await _ask(visit, room_id, "GET", "/inside", b"")
    if answer is None or answer.status != HTTPStatus.OK:
        return _away()
    return visit.json(answer.body.decode())


@pages.raw("POST", "/rooms/{id}/ticket")
async def ticket(visit: Visit) -> Response:
    """A ticket to listen with: for scripts in the answer, for what plays by an address alone as a cookie."""
    room_id, cookies = id_of(visit), visit.door.cookies
    browser = visit.request.cookies.get(cookies.browser_name, "")
    is_new = not BROWSER.fullmatch(browser)
    browser = secrets.token_hex(16) if is_new else browser
    issued = await listening.issue(visit.db, visit.viewer_id, browser, room_id)
    answer = visit.json(msgspec.json.encode(issued).decode())
    cookies.set_ticket(answer, issued.ticket, f"/listen/{room_id}", issued.expires_in_s)
    if is_new and visit.login is None:
        cookies.set_browser(answer, browser)
    return answer


async def _offer(visit: Visit, way: str, asked: dict[str, str]) -> Response:
    room_id = await _admit(visit)
    kind = visit.request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != SDP:
        return Response("An offer is application/sdp", 415, media_type="text/plain")
    taken = visit.db.limits.take(OFFERS, "offer", visit.viewer_id)
    if not taken.is_allowed:
        raise TooMany(retry_after_s=taken.retry_after_s)
    body = await _read(visit)
    if body is None:
        return Response("This offer is too long", 413, media_type="text/plain")
    target = f"/{way}?{urlencode(asked)}"
    answer = await _ask(visit, room_id, "POST", target, body)
    if answer is None:
        return _away()
    given = Response(answer.body, answer.status)
    for name in HANDED_ON:
        if name in answer.headers:
            given.headers[name] = answer.headers[name]
    place = answer.headers.get("location", "")
    if place.startswith(f"/{way}/"):  # there it is the room's own, here one of many
        given.headers["location"] = f"/rooms/{room_id}{place}"
    return given


async def _end(visit: Visit, way: str) -> Response:
    """Whoever knows the name of a session, which nobody guesses, may end it, also when they were removed."""
    room_id, session = id_of(visit), visit.path["session"]
    if not SESSION.fullmatch(session):
        raise Invalid("session", "There is no such session")
    answer = await _ask(visit, room_id, "DELETE", f"/{way}/{quote(session)}", b"")
    return _away() if answer is None else Response(status_code=answer.status)


async def _admit(visit: Visit) -> int:
    """One statement. Refused: they do not speak in this room, or its doors are closed."""
    room_id = id_of(visit)
    if not await hands.may_speak(visit.db, visit.viewer_id, room_id):
        raise Forbidden("You do not speak in this room now", reason="no_speaker")
    return room_id


async def _read(visit: Visit) -> bytes | None:
    """What was sent; None: more than an offer has."""
    body = b""
    async with asyncio.timeout(ANSWER_S):
        async for chunk in visit.request.stream():
            body += chunk
            if len(body) > OFFER_MOST:
                return None
    return body


async def _ask(
    visit: Visit, room_id: int, method: str, target: str, body: bytes
) -> LocalAnswer | None:
    sockets = visit.means.room_sockets
    if sockets is None:
        return None
    try:
        return await local_http.ask(
            sockets / str(room_id), method, target, body, {"content-type": SDP}, within_s=ANSWER_S
        )
    except Away:
        return None


def _away() -> Response:
    """The room's process starts, or starts again: who asks again finds it."""
    return Response(status_code=503, headers={"retry-after": str(AGAIN_S)})
