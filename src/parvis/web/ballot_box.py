"""The door of secret ballots: POST /polls/:id/ballots. It takes a ballot and looks at nothing else: not at
the sender's address, browser or language, and it refuses whoever shows who they are.

What comes is limited by what it is, not by whom it is from: without a token of the poll nothing is asked of
the database, and a token votes a few times at most.
"""

import re
from typing import Any

import msgspec
from starlette.responses import Response

from parvis.domain.errors import NotFound, Refused
from parvis.domain.polls.casting import SecretCast, cast_secretly
from parvis.infra.logs import get_logger
from parvis.infra.postgres import AWAY, Db
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.secret_ballots import Signed

log = get_logger()

PATH = re.compile(r"/polls/([^/]+)/ballots", re.ASCII)
LIMIT = 4_096  # bytes: a ballot has 700, and a list of many choices
SHOWS_WHO = frozenset({b"cookie", b"authorization"})
HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}

_ballot = msgspec.json.Decoder(Signed)


class BallotBox:
    """One of a process."""

    def __init__(self, db: Db) -> None:
        self.db = db

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        answer = await self._answer(scope, receive)
        await answer(scope, receive, send)

    async def _answer(self, scope: Any, receive: Any) -> Response:
        if scope["method"] != "POST":
            answer = _refused(405, "Ballots are sent by POST", "method")
            answer.headers["allow"] = "POST"
            return answer
        if any(name in SHOWS_WHO for name, _ in scope["headers"]):
            return _refused(
                400,
                "Send a ballot without cookie and token: the box may not know you",
                "not_secret",
            )
        body = await _read(receive)
        if body is None:
            return _refused(413, "A ballot is shorter than this", "too_long")
        try:
            ballot = _ballot.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return _refused(
                400, "This is no ballot: it is JSON of the documented form", "malformed"
            )
        return await self._cast(scope["path"], ballot)

    async def _cast(self, path: str, ballot: Signed) -> Response:
        try:
            poll_id = parse_id(path.split("/")[2])
            return _said(200, await cast_secretly(self.db, poll_id, ballot))
        except (IdInvalid, NotFound):
            return _refused(404, "There is no secret ballot here", "no_ballot")
        except Refused as no:
            return _refused(422, no.message, no.reason)
        except AWAY:
            answer = _refused(503, "Back in a moment; send it again", "away")
            answer.headers["retry-after"] = "5"
            return answer
        except Exception:
            log.exception("a ballot failed")  # the trace has no values
            return _refused(500, "Something went wrong on our side; send it again", "broken")


def is_ballot(path: str) -> bool:
    """Whether this is the box's path."""
    return PATH.fullmatch(path) is not None


async def _read(receive: Any) -> bytes | None:
    """The body; None when it is too long."""
    parts: list[bytes] = []
    size, is_more = 0, True
    while is_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        part = message.get("body", b"")
        size += len(part)
        if size > LIMIT:
            return None
        parts.append(part)
        is_more = message.get("more_body", False)
    return b"".join(parts)


def _said(code: int, said: SecretCast) -> Response:
    body = {"log": said.path, "entry": said.entry.decode(), "promise": said.promise}
    return _json(code, body)


def _refused(code: int, message: str, reason: str) -> Response:
    return _json(code, {"error": message, "reason": reason})


def _json(code: int, body: dict[str, Any]) -> Response:
    content = msgspec.json.encode(body)
    return Response(content, code, HEADERS, media_type="application/json")
