"""The listeners' door of a web process: `/listen/…` through a relay of its own.

A web process asks the room's process on this machine, by its socket; a relay in front asks us.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request

from parvis.live.relay.admission import Admission
from parvis.live.relay.answers import PREFLIGHT, Answer, Answers, Asked, refusal
from parvis.live.relay.asking import ticket_of
from parvis.live.relay.lanes import Lanes
from parvis.live.relay.relay import Relay

Address = Callable[[Request], str]


class ListenDoor:
    """ASGI in front of a relay."""

    def __init__(
        self, relay: Relay, admission: Admission, lanes: Lanes, client_address: Address
    ) -> None:
        self._lanes = lanes
        self._answers = Answers(relay, admission, lanes)
        self._relay = relay
        self._client_address = client_address

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        if request.method == "OPTIONS":
            answer = Answer(204, list(PREFLIGHT), b"")
        elif request.method not in ("GET", "HEAD"):
            answer = refusal(405, "method_not_allowed")
            answer.headers.append(("allow", "GET, HEAD, OPTIONS"))
        else:
            answer = await self._answers.give(self._asked(request))
        await _say(answer, send, with_content=request.method != "HEAD")

    def _asked(self, request: Request) -> Asked:
        address = self._client_address(request)
        return Asked(
            request.scope["path"],
            request.url.query,
            ticket_of(
                request.url.query,
                request.headers.get("authorization", ""),
                request.headers.get("cookie", ""),
            ),
            address,
            request.headers.get("live-relay"),
            request.headers.get("live-listeners", ""),
            address,
        )

    def open(self) -> None:
        self._lanes.open()

    async def close(self) -> None:
        await self._lanes.close()
        await self._relay.close()


async def _say(answer: Answer, send: Any, *, with_content: bool) -> None:
    headers = [
        *((name.encode(), value.encode("latin-1")) for name, value in answer.headers),
        (b"content-length", str(len(answer.content)).encode()),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.content if with_content else b""})
