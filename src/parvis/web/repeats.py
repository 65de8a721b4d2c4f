"""A form that is sent twice by a double click is done once, and its second sending gets the first's answer.

Browsers show the answer to what was sent last: without this, who joins by a double click would read that
the name is taken, and an invitation would be made twice. Of each sender only the last form is known, for
seconds: what is sent in turns (a favourite given, taken, given) is done each time. Scripts send no form
twice by themselves (js/swap.js). Each process knows what came to it: two clicks that two processes take are
told apart by the commands alone.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, cast

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

KEPT_S = 3.0
MOST = 2_000
# What works once for who has no session yet, and holds something that only they know. Not logging in, which
# leaves another session at worst: two browsers of one household are told apart by nothing.
ONCE = (
    "/auth/sign-up",
    "/auth/second-step",
    "/auth/confirm/",
    "/auth/email/",
    "/auth/password/",
    "/invite/",
    "/owner/",
)
REFUSED = 400


class Answered(msgspec.Struct):
    """What came of a form."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    new_secret: str


class Sent(msgspec.Struct):
    """The last form of a sender; `answered` gives None where it was refused."""

    form: bytes
    answered: asyncio.Future[Answered | None]
    until: float


class Repeats:
    """One of a process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._last: dict[bytes, Sent] = {}
        self._clock = clock

    async def once(
        self, visit: Any, body: dict[str, object], do: Callable[[], Awaitable[Response]]
    ) -> Response:
        """Do what the form asks, or give the answer of the same one a moment ago."""
        if _is_apart(visit) or _has_files(body):
            return await do()
        page = visit.request.headers.get("referer", "")
        sender, form = _sender(visit), _hash(visit.request.scope["path"], page, body)
        last = self._last.get(sender)
        if last is not None and last.form == form and last.until > self._clock():
            answered = await asyncio.shield(last.answered)
            if answered is not None:
                visit.new_secret = answered.new_secret
                return _again(answered)
        mine = Sent(form, asyncio.get_running_loop().create_future(), self._clock() + 60)
        self._keep(sender, mine)
        answered = None
        try:
            answer = await do()
            if answer.status_code < REFUSED and isinstance(getattr(answer, "body", None), bytes):
                answered = _kept(answer, visit)
            return answer
        finally:
            mine.until = self._clock() + KEPT_S
            mine.answered.set_result(answered)

    def _keep(self, sender: bytes, sent: Sent) -> None:
        self._last.pop(sender, None)  # dictionaries are in the order of insertion
        self._last[sender] = sent
        now = self._clock()
        for oldest in list(self._last)[:2]:
            if self._last[oldest].until < now or len(self._last) > MOST:
                del self._last[oldest]


def _is_apart(visit: Any) -> bool:
    if visit.wants_fragment:
        return True
    if visit.login is not None:
        return not visit.door.tokens.is_of_page(visit)
    return not visit.request.scope["path"].startswith(ONCE)


def _sender(visit: Any) -> bytes:
    """A session; before there is one, a browser as far as one can be told from another."""
    if visit.login is not None:
        return _hash("session", visit.session_secret)
    headers = visit.request.headers
    return _hash(visit.address, headers.get("user-agent", ""), headers.get("cookie", ""))


def _has_files(body: dict[str, object]) -> bool:
    values: list[object] = []
    for value in body.values():
        values += cast("list[object]", value) if isinstance(value, list) else [value]
    return any(isinstance(one, UploadFile) for one in values)


def _hash(*parts: object) -> bytes:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).digest()


def _kept(answer: Response, visit: Any) -> Answered:
    return Answered(
        answer.status_code, list(answer.raw_headers), bytes(answer.body), visit.new_secret
    )


def _again(answered: Answered) -> Response:
    answer = Response(answered.body, answered.status)
    answer.raw_headers = list(answered.headers)
    return answer
