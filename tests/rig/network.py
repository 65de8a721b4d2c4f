"""A whole network for one test: its database, its web process on a socket, its people."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import uvicorn

from parvis import app, worker
from parvis.domain.access import apps, register, tokens
from parvis.domain.access import log_in as enter
from parvis.domain.access.register import Prepared, Registration
from parvis.infra.one_write import OneWriteProtocol
from parvis.infra.postgres import Bounds, Db
from parvis.protocols.usernames import skeleton
from parvis.settings import Settings

SqlBudget = Callable[[int], AbstractContextManager[None]]
PASSWORD = "correct horse battery staple"
ALL_SCOPES = ("read", "write", "follow", "push", "profile")
# Who waits here is a slow machine or a test that holds a lock; and work is done here that pages never do.
PATIENT = Bounds(connection_s=200, lock_s=200, statement_s=200, answer_s=250)
_hash: list[str] = []


class Answer(msgspec.Struct):
    """What came back: `json` is None when the body is none."""

    status: int
    json: Any
    headers: Any
    body: bytes

    def ok(self) -> Any:
        """The JSON of a success."""
        assert 200 <= self.status < 300, (self.status, self.body[:2_000])
        return self.json

    def refused(self, status: int) -> str:
        """The words of a refusal with this code."""
        assert self.status == status, (self.status, self.body[:2_000])
        return self.json["error"]


class Caller:
    """Somebody who calls the API, with a token or without."""

    def __init__(self, network: "Network", token: str | None = None) -> None:
        self.network = network
        self.token = token

    async def call(self, method: str, path: str, **how: Any) -> Answer:
        headers = dict(how.pop("headers", {}))
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        url = path if "://" in path else self.network.base + path
        async with self.network.http.request(
            method, url, headers=headers, allow_redirects=False, **how
        ) as response:
            body = await response.read()
            is_json = response.headers.get("content-type", "").startswith("application/json")
            value = msgspec.json.decode(body) if is_json else None
            return Answer(response.status, value, response.headers, body)

    async def get(self, path: str, **params: Any) -> Answer:
        return await self.call("GET", path, params=_pairs(params))

    async def post(self, path: str, json: Any = None, **how: Any) -> Answer:
        return await self.call("POST", path, json=json, **how)

    async def put(self, path: str, json: Any = None, **how: Any) -> Answer:
        return await self.call("PUT", path, json=json, **how)

    async def patch(self, path: str, json: Any = None, **how: Any) -> Answer:
        return await self.call("PATCH", path, json=json, **how)

    async def delete(self, path: str, json: Any = None, **how: Any) -> Answer:
        return await self.call("DELETE", path, json=json, **how)


def _pairs(params: dict[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in params.items():
        if isinstance(value, (list, tuple)):
            pairs += [(f"{name}[]", str(one)) for one in value]
        elif isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif value is not None:
            pairs.append((name, str(value)))
    return pairs


class Person(Caller):
    """Somebody with an account and a token for everything."""

    def __init__(self, network: "Network", username: str, token: str, ids: Any) -> None:
        super().__init__(network, token)
        self.username = username
        self.account_id: int = ids.account_id
        self.user_id: int = ids.user_id

    @property
    def id(self) -> str:
        return str(self.account_id)

    async def publish(self, status: str = "", **params: Any) -> dict[str, Any]:
        """Publish a status and answer its entity."""
        return (await self.post("/api/v1/statuses", {"status": status, **params})).ok()

    async def follow(self, other: "Person") -> None:
        (await self.post(f"/api/v1/accounts/{other.id}/follow")).ok()

    async def home(self, **params: Any) -> list[dict[str, Any]]:
        return (await self.get("/api/v1/timelines/home", **params)).ok()


async def log_in(db: Db, name: str, password: str, *, address: str, user_agent: str = "") -> str:
    """The secret of a session, for somebody without a second step."""
    entered = await enter.log_in(db, name, password, enter.Browser(address, user_agent))
    assert not entered.is_step
    return entered.secret


class Network:
    """One network. `settle` lets the worker handle everything that was told."""

    def __init__(
        self, dsn: str, base: str, http: aiohttp.ClientSession, application: app.App
    ) -> None:
        self.dsn = dsn
        self.base = base
        self.http = http
        self.app = application
        self.db: Db = application.db
        self.anyone = Caller(self)
        self._app_id: int | None = None

    async def person(
        self, username: str, *, scopes: tuple[str, ...] = ALL_SCOPES, **how: Any
    ) -> Person:
        """A confirmed, approved member, made by the domain's own commands."""
        if not _hash:
            _hash.append(register.hasher().hash(PASSWORD))
        said = Registration(
            username=username, email=f"{username}@example.org", password=PASSWORD, **how
        )
        prepared = Prepared(said, username, skeleton(username), _hash[0])
        ids = await self.db.run(register.register, prepared, self.app.addresses)
        return Person(self, username, await self.token(ids.user_id, scopes), ids)

    async def people(self, *usernames: str) -> list[Person]:
        return [await self.person(name) for name in usernames]

    async def token(self, user_id: int | None, scopes: tuple[str, ...] = ALL_SCOPES) -> str:
        if self._app_id is None:
            made = await self.db.run(
                apps.create_app,
                "Rig",
                ["urn:ietf:wg:oauth:2.0:oob"],
                (*ALL_SCOPES, "admin:read", "admin:write"),
            )
            self._app_id = made.id
        return await self.db.run(tokens.issue, self._app_id, user_id, scopes)

    async def settle(self) -> None:
        await worker.run_until_idle(self.db, self.app.means)
        await self.app.streams.catch_up()


class Server(uvicorn.Server):
    """Uvicorn's, told to stop instead of looking ten times a second whether it should: a tenth of a
    second for each of a thousand tests.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stop = asyncio.Event()

    async def main_loop(self) -> None:
        await self.stop.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for one in [*self.servers, *(sockets or [])]:
            one.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - uvicorn sets no event when a connection ends
                    await asyncio.sleep(0.001)
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@asynccontextmanager
async def serve(
    dsn: str,
    folder: Path,
    *,
    host: str = "127.0.0.1",
    bounds: Bounds = PATIENT,
    **settings: Any,
) -> AsyncIterator[Network]:
    """A web process in this event loop, on a socket of its own; `host` is how pages call it."""
    # By name: asyncio switches Nagle off only on what says it is TCP, 40 ms a call otherwise.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    base = f"http://{host}:{listening.getsockname()[1]}"
    told = {
        "data": folder,
        "database_url": dsn,
        "public_url": base,
        "rate_limits": False,
        **settings,
    }
    application = app.build(Settings(**told))
    application.bounds = bounds
    config = uvicorn.Config(
        application,
        http=OneWriteProtocol,
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        lifespan="on",
        log_config=None,
        access_log=False,
    )
    server = Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined] # ours is pytest's process
    running = asyncio.create_task(server.serve([listening]))
    while not server.started:
        if running.done():
            running.result()
        await asyncio.sleep(0.002)
    # Readers keep their own cookies.
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        try:
            yield Network(dsn, base, http, application)
        finally:
            await http.close()
            server.stop.set()
            await running
            listening.close()
