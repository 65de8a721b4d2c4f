"""What a web process does while more comes than it can answer: which lane a request is in, and what those
who are turned away are told. As little as can be: this is done for most of a flood.
"""

import re
import time
from collections.abc import Callable
from random import randint
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parvis.domain.network import settings as network
from parvis.doors.crowd import Crowd, Lane
from parvis.doors.parameters import BodyMalformed, BodyTooLarge, read_body
from parvis.infra.ticket_key import TicketKey
from parvis.protocols import work
from parvis.protocols.parameters import ParametersInvalid
from parvis.web import look
from parvis.web.ballot_box import is_ballot
from parvis.web.cookies import EARNED
from parvis.web.door import READING, STATIC, Door
from parvis.web.failures import BUSY
from parvis.web.locales import LOCALES, N_

# Limited by themselves, and whoever sends them has waited for this moment.
_FIRST = re.compile(r"/health|/rooms/\d+/(ticket|whip|whep)(/.*)?", re.ASCII)
_ENTERING = ("/auth/", "/oauth/")  # whoever logs in is a stranger until then
WORK = "/work"  # asked for, and answered, by the page of those who wait
ANSWER_MOST = 2_000  # bytes
WORKED_MOST = 100_000  # questions remembered; more than all who come while one holds
STREAM = "/live"  # open for long, few at once by its own limits
AGAIN_S = (4, 12)  # not everybody at once
ALL_TRY = N_("Very many people are here at the moment. This page tries again by itself.")
FOR_APPS = b'{"error":"Very many people are here at the moment; try again in a few seconds"}'
_NO_ANSWER = (
    BodyMalformed,
    BodyTooLarge,
    ParametersInvalid,
    msgspec.ValidationError,
    work.WorkRefused,
)
_JSON = {"content-type": "application/json", "cache-control": "no-store"}
Asgi = Callable[..., Any]


class TurnedAway:
    """`is_for_apps`: whether programs ask for that path."""

    def __init__(
        self,
        crowd: Crowd,
        door: Door,
        client_address: Callable[[Request], str],
        is_for_apps: Callable[[str], bool],
    ) -> None:
        self._crowd = crowd
        self._door = door
        self._client_address = client_address
        self._is_for_apps = is_for_apps
        self._pages: dict[tuple[str, bool, str | None, int, bool], bytes] = {}
        self._key = door.db.kept(TicketKey).load
        self._worked: set[str] = set()  # of each question one answer

    async def serve(self, answers: Asgi, scope: Any, receive: Any, send: Any) -> None:
        """Let a request in, or tell it that it is too much now."""
        request = Request(scope)
        lane = self._lane(request)
        address, is_reading = self._client_address(request), request.method in READING
        began = time.monotonic()
        if self._crowd.refuses(lane, address, began, is_reading=is_reading):
            return await self._refusal(request, is_reading=is_reading)(scope, receive, send)
        if scope["path"] == WORK and self._may_work():
            answer = await self._work(Request(scope, receive), address)
            return await answer(scope, receive, send)
        if lane < Lane.STRANGER or scope["path"] == STREAM:
            return await answers(scope, receive, send)
        strangers = self._crowd.strangers
        if not strangers.takes():
            return await self._refusal(request, is_reading=is_reading)(scope, receive, send)
        try:
            await answers(scope, receive, send)
        finally:
            now = time.monotonic()
            strangers.ended(now - began, now)

    def _refusal(self, request: Request, *, is_reading: bool) -> Response:
        again_s = randint(*AGAIN_S)  # noqa: S311 - spreads load, hides nothing
        headers = {"retry-after": str(again_s), "cache-control": "no-store"}
        if self._is_for_apps(request.scope["path"]):
            # A page of another site may read this as it reads every answer to programs.
            headers |= {"content-type": "application/json", "access-control-allow-origin": "*"}
            return Response(FOR_APPS, BUSY[0], headers)
        body = self._page(request, again_s if is_reading else 0)
        return Response(body, BUSY[0], self._door.plain_headers | headers)

    def _lane(self, request: Request) -> Lane:
        path: str = request.scope["path"]
        if path.startswith((STATIC, "/listen/")) or path in look.PATHS:
            return Lane.FIRST
        if _FIRST.fullmatch(path) or is_ballot(path):
            return Lane.FIRST
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        session = request.cookies.get(self._door.cookies.session_name)
        secret, is_session = (token, False) if kind.lower() == "bearer" else (session, True)
        if secret:
            known = self._door.logins.knows(secret, is_session=is_session)
            return Lane.MEMBER if known else Lane.CLAIMED
        if path == WORK or path.startswith(_ENTERING):
            return Lane.CLAIMED
        return Lane.CLAIMED if self._has_worked(request) else Lane.STRANGER

    def _may_work(self) -> bool:
        known = network.last_known(self._door.db)
        return known is not None and known.strangers_work

    def _has_worked(self, request: Request) -> bool:
        text = request.cookies.get(EARNED)
        if not text or not self._may_work():
            return False
        return work.is_pass(self._key(), text, self._client_address(request), time.time())

    async def _work(self, request: Request, address: str) -> Response:
        """A question, or a pass for its answer; each question is answered once."""
        if request.method != "POST":
            return Response(msgspec.json.encode(work.ask(self._key(), time.time())), 200, _JSON)
        try:
            answer = msgspec.convert(await read_body(request, ANSWER_MOST), work.Answer)
            work.check(self._key(), answer, time.time())
        except _NO_ANSWER:
            return Response(b'{"error":"This is not the answer"}', 422, _JSON)
        if answer.challenge in self._worked:
            return Response(b'{"error":"This was answered already"}', 422, _JSON)
        if len(self._worked) >= WORKED_MOST:
            self._worked.clear()
        self._worked.add(answer.challenge)
        passed = Response(status_code=204)
        earned = work.give_pass(self._key(), address, time.time())
        self._door.cookies.set_pass(passed, earned, work.PASSED_S)
        return passed

    def _page(self, request: Request, again_s: int) -> bytes:
        """Made once for each language."""
        is_fragment = "x-fragment" in request.headers
        locale = self._door.last_language(request)
        known = network.last_known(self._door.db)
        sheet = known and look.sheet_address(known)
        may_work = self._may_work() and again_s > 0
        key = locale.code, is_fragment, sheet, again_s, may_work
        if key not in self._pages:
            if len(self._pages) > 4 * len(LOCALES) * (AGAIN_S[1] + 2):
                self._pages.clear()  # the network's look has changed
            self._pages[key] = self._door.plain_page(
                locale,
                (*BUSY[:2], ALL_TRY),
                is_fragment=is_fragment,
                again_s=again_s,
                work=WORK if may_work else "",
            ).encode()
        return self._pages[key]
