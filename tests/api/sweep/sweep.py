"""The sweep itself: every template × every target × every viewer, judged answer by answer."""

import asyncio
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

import msgspec
from multidict import CIMultiDict
from tests.api.sweep import aims, page_aims
from tests.api.sweep.world import AUDIENCES, OPEN, REPORTED, UNKNOWN_WORD, Target, World, secret
from tests.rig.network import Answer

AT_ONCE = 6
TOLD = 15  # faults shown at once
NAMES = re.compile(r"\{(\w+)\}")
# Apps show "in answer to": the id of what somebody answered in public is all that is told of it.
ANSWERED = re.compile(rb'"in_reply_to_(?:account_)?id":"\d+"')
VOLATILE = {"date", "content-length", "x-request-id", "set-cookie", "etag"}
AGO = re.compile(rb">[^<>]{0,40}</time>")  # "two minutes ago"
# Masked by all the rest of the page; and the key of a message to be written, drawn for each page.
TOKEN = re.compile(rb'name="(?:token|key)" value="[\w-]+"')
TAG_ID = re.compile(rb'"id":"\d+"')  # made of the name


class Shot(msgspec.Struct, frozen=True):
    """One call: `unknown` is the same call for what does not exist, if this must not be seen."""

    route: str
    viewer: str
    path: str
    body: Any
    is_page: bool
    aimed: tuple[str, ...]  # values it names
    hidden: tuple[str, str] | None = None  # the value that must not be seen, what stands for it
    unknown: tuple[str, Any] | None = None


def fill(text: Any, values: Mapping[str, str]) -> Any:
    """A template with its pools' values, also within a body of JSON."""
    if isinstance(text, str):
        return NAMES.sub(lambda found: values[found[1]], text)
    if isinstance(text, dict):
        return {key: fill(one, values) for key, one in text.items()}
    if isinstance(text, list):
        return [fill(one, values) for one in text]
    return text


class Sweep:
    """Faults are gathered, so that one run tells of all leaks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults: list[str] = []
        self.seen: dict[tuple[str, str, str], bytes] = {}
        self._unknown: dict[tuple[str, str, str], tuple[Any, ...]] = {}

    async def look(self, viewers: Iterable[str]) -> None:
        """Look at everything as each of them."""
        for viewer in viewers:
            await self._all(self._looks(viewer), self._judge)

    async def touch(self, viewers: Iterable[str]) -> None:
        """Try to change everything that each of them may not see."""
        for viewer in viewers:
            shots = (shot for shot in self._touches(viewer) if shot.hidden)
            await self._all(shots, self._judge_touch)

    async def _all(self, shots: Iterator[Shot], judge: Any) -> None:
        self._unknown.clear()
        while batch := list(itertools.islice(shots, AT_ONCE)):
            answers = await asyncio.gather(*(self._call(shot) for shot in batch))
            for shot, answer in zip(batch, answers, strict=True):
                await judge(shot, answer)

    def _looks(self, viewer: str) -> Iterator[Shot]:
        for route, templates in aims.LOOKS.items():
            for template in templates:
                yield from self._shots(route, viewer, template)
        if viewer == "nobody" or viewer in self.world.cookies:
            for route, templates in page_aims.LOOKS.items():
                for template in templates:
                    yield from self._shots(route, viewer, template, is_page=True)

    def _touches(self, viewer: str) -> Iterator[Shot]:
        for route, touches in aims.TOUCHES.items():
            for template, body in touches:
                yield from self._shots(route, viewer, template, body)

    def _shots(
        self, route: str, viewer: str, template: str, body: Any = None, *, is_page: bool = False
    ) -> Iterator[Shot]:
        names = sorted(set(NAMES.findall(template)) | set(NAMES.findall(str(body))))
        for targets in itertools.product(*(self.world.pools[name] for name in names)):
            values = {name: one.value for name, one in zip(names, targets, strict=True)}
            hidden = unknown = None
            for name, one in zip(names, targets, strict=True):
                if not self.world.may(_as(route, viewer), one) and not self._is_public_tag(
                    route, one
                ):
                    absent = values | {name: one.unknown}
                    hidden, unknown = (
                        (one.value, one.unknown),
                        (fill(template, absent), fill(body, absent)),
                    )
            yield Shot(
                route,
                viewer,
                fill(template, values),
                fill(body, values),
                is_page,
                tuple(values.values()),
                hidden,
                unknown,
            )

    async def _call(self, shot: Shot, path: str | None = None, body: Any = None) -> Answer:
        caller = self.world.viewers[shot.viewer]
        headers = {"host": self.world.network.base.removeprefix("http://")}
        if shot.is_page:
            headers["cookie"] = self.world.cookies.get(shot.viewer, "")
        elif caller.token is not None:
            headers["authorization"] = f"Bearer {caller.token}"
        method = shot.route.partition(" ")[0]
        sent = shot.body if path is None else body
        return await ask(self.world.network.app, method, path or shot.path, headers, sent)

    async def _judge(self, shot: Shot, answer: Answer) -> None:
        self.seen[(shot.viewer, shot.route, shot.path)] = _bytes(shot, answer)
        if answer.status >= 500:
            self._fault(shot, f"answered {answer.status}")
        await self._judge_hidden(shot, answer)
        if shot.route in aims.ECHOING:
            return
        said = ANSWERED.sub(b"", answer.body) + repr(answer.headers.items()).encode()
        for audience in AUDIENCES:
            if not self._may_read(shot, audience):
                # A report goes on naming what it was about, when its reporter sees it no more.
                is_named = audience in ("public", REPORTED) and self._is_handed_over(shot)
                words = [] if is_named else self.world.ids_of(audience)
                if audience not in OPEN or shot.route not in aims.OF_TAGS:
                    words.append(secret(audience))
                for word in words:
                    if word not in shot.aimed and word.encode() in said.lower():
                        self._fault(shot, f"tells {word} of {audience}")

    def _may_read(self, shot: Shot, audience: str) -> bool:
        return self.world.belongs(_as(shot.route, shot.viewer), audience) or (
            audience == self.world.handed_over and self._is_handed_over(shot)
        )

    def _is_handed_over(self, shot: Shot) -> bool:
        return shot.viewer == "a moderator" and shot.route in aims.HANDED_OVER

    def _is_public_tag(self, route: str, target: Target) -> bool:
        return route in aims.OF_TAGS and target.audience in OPEN and target.unknown == UNKNOWN_WORD

    async def _judge_touch(self, shot: Shot, answer: Answer) -> None:
        if answer.status < 400:
            self._fault(shot, f"answered {answer.status}")
        await self._judge_hidden(shot, answer)

    async def _judge_hidden(self, shot: Shot, answer: Answer) -> None:
        """What may not be seen is answered as what does not exist."""
        if shot.hidden is None or shot.unknown is None:
            return
        path, body = shot.unknown
        key = (shot.viewer, shot.route, path + repr(body))
        if key not in self._unknown:
            self._unknown[key] = _comparable(
                shot, await self._call(shot, path, body), shot.hidden[1]
            )
        if _comparable(shot, answer, shot.hidden[0]) != self._unknown[key]:
            said = answer.body[:160]
            self._fault(
                shot, f"is not answered as unknown: {said!r} but {self._unknown[key]!r}"[:500]
            )

    def _fault(self, shot: Shot, what: str) -> None:
        self.faults.append(f"{shot.viewer}: {shot.route} {shot.path} {shot.body or ''} {what}")


def _bytes(shot: Shot, answer: Answer) -> bytes:
    body = TOKEN.sub(b"", AGO.sub(b"", answer.body))
    body = TAG_ID.sub(b"", body) if shot.route in aims.ECHOING else body
    return str(answer.status).encode() + b" " + body


def _comparable(shot: Shot, answer: Answer, named: str) -> tuple[Any, ...]:
    """An answer without the name of what was asked for."""

    def nameless(text: str) -> str:
        return re.sub(re.escape(named), "?", text, flags=re.IGNORECASE)

    headers = sorted(
        (name.lower(), nameless(one))
        for name, one in answer.headers.items()
        if name.lower() not in VOLATILE
    )
    return answer.status, nameless(_bytes(shot, answer).decode("utf-8", "replace")), headers


def _as(route: str, viewer: str) -> str:
    """Whose rights count: what is the same for everybody is shown as to nobody."""
    return "nobody" if route in aims.FOR_ANYBODY else viewer


def none_of(faults: list[str]) -> None:
    assert not faults, f"{len(faults)} leaks:\n" + "\n".join(faults[:TOLD])


async def ask(
    application: Any, method: str, path: str, headers: dict[str, str], body: Any = None
) -> Answer:
    """Call the application without sockets: the sweep makes thousands of calls."""
    raw_path, _, query = path.partition("?")
    raw = b"" if body is None else body
    if not isinstance(raw, bytes):
        raw = msgspec.json.encode(body)
        headers = headers | {"content-type": "application/json"}
    if raw:
        headers = headers | {"content-length": str(len(raw))}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path, errors="replace"),
        "raw_path": raw_path.encode(),
        "query_string": quote(query, safe="%=&?/:[]@+,").encode(),
        "headers": [(name.encode(), one.encode("latin-1")) for name, one in headers.items() if one],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    told: list[Any] = []
    is_read = False

    async def receive() -> dict[str, Any]:
        nonlocal is_read
        if is_read:  # who streams waits for the caller to leave, which this one never does
            await asyncio.Event().wait()
        is_read = True
        return {"type": "http.request", "body": raw, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    await application(scope, receive, send)
    got = CIMultiDict((name.decode(), one.decode()) for name, one in told[0]["headers"])
    return Answer(
        told[0]["status"], None, got, b"".join(part.get("body", b"") for part in told[1:])
    )
