"""Four web processes on one network, with wake-ups late or lost: what somebody did, and what concerns
them, is true in the next request on whichever process it lands.
"""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from tests.process.networks import PATIENCE_S, Network

from parvis.domain.access import apps, register, tokens
from parvis.domain.access.register import Prepared, Registration
from parvis.domain.accounts.types import Role
from parvis.domain.addresses import Addresses
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots

pytestmark = pytest.mark.slow
WORKERS = 4
AT_ONCE = 12
SERVING = "select count(*) from processes where role = 'web'"
SCOPES = ("read", "write", "follow", "admin:read", "admin:write")
Answer = tuple[int, Any]


class Person:
    """Somebody whose every request takes a connection of its own."""

    def __init__(self, url: str, token: str, account_id: int, app_id: int) -> None:
        self.url = url
        self.token = token
        self.id = account_id
        self.app_id = app_id

    @asynccontextmanager
    async def http(self) -> AsyncIterator[aiohttp.ClientSession]:
        connector = aiohttp.TCPConnector(force_close=True)
        headers = {"Authorization": f"Bearer {self.token}"}
        async with aiohttp.ClientSession(self.url, connector=connector, headers=headers) as http:
            yield http

    async def call(self, method: str, path: str, json: Any = None) -> tuple[str, int, Any]:
        """(process, status, answer)."""
        async with self.http() as http, http.request(method, path, json=json) as response:
            body = await response.read()
            return response.headers["x-parvis-process"], response.status, msgspec.json.decode(body)

    async def do(self, method: str, path: str, json: Any = None) -> Any:
        _, status, answer = await self.call(method, path, json)
        assert status == 200, answer
        return answer

    async def everywhere(self, path: str, is_true: Callable[[int, Any], bool]) -> None:
        """Ask until every process answered; each answer must be true, the first ones too."""
        seen: set[str] = set()
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            answers = await asyncio.gather(*(self.call("GET", path) for _ in range(AT_ONCE)))
            for process, status, answer in answers:
                seen.add(process)
                assert is_true(status, answer), (path, process, status, answer)
            if len(seen) == WORKERS:
                return
        raise AssertionError(f"only {len(seen)} processes answered")


@asynccontextmanager
async def people(network: Network, **roles: Role) -> AsyncIterator[list[Person]]:
    url = f"http://127.0.0.1:{network.port}"
    db = await Db.connect(network.dsn(), Slots())
    made: list[Person] = []
    try:
        # The first process answers before the others are there.
        async with asyncio.timeout(PATIENCE_S):
            while await db.fetchval(SERVING) < WORKERS:  # noqa: ASYNC110 - other processes tell nobody
                await asyncio.sleep(0.02)
        app = await db.run(apps.create_app, "Test", ["urn:ietf:wg:oauth:2.0:oob"], SCOPES)
        for name, role in roles.items():
            said = Registration(
                username=name, email=f"{name}@example.org", password="only a test", role=role
            )
            prepared = Prepared(said, name, name, "no password")
            addresses = Addresses(url, url.partition("://")[2])
            ids = await db.run(register.register, prepared, addresses)
            token = await db.run(tokens.issue, app.id, ids.user_id, SCOPES)
            made.append(Person(url, token, ids.account_id, app.id))
        yield made
    finally:
        await db.close()


@pytest.fixture(params=["delay:2", "cut"])
def network(request: pytest.FixtureRequest) -> Iterator[Network]:
    # Not pytest's folder: as root the database runs as somebody who may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="parvis-test-"))
    folder.chmod(0o755)
    network = Network(
        folder,
        "--workers",
        str(WORKERS),
        PARVIS_TEST_BUS=request.param,
        PARVIS_RATE_LIMITS="off",
    )
    network.start()
    yield network
    if network.poll() is None:
        network.end()
    shutil.rmtree(folder, ignore_errors=True)


def is_in(id_: str) -> Callable[[int, Any], bool]:
    return lambda status, page: status == 200 and id_ in [one["id"] for one in page]


def is_not_in(id_: str) -> Callable[[int, Any], bool]:
    return lambda status, page: status == 200 and id_ not in [one["id"] for one in page]


def is_gone(status: int, _answer: Any) -> bool:
    return status == 404


def is_there(status: int, _answer: Any) -> bool:
    return status == 200


HOME = "/api/v1/timelines/home"


async def test_writers_and_those_concerned_see_it_on_every_process(network: Network) -> None:
    async with people(network, owner="owner", alice="member", bob="member", carol="member") as (
        owner,
        alice,
        bob,
        carol,
    ):
        await bob.do("POST", f"/api/v1/accounts/{alice.id}/follow")
        await bob.everywhere(HOME, is_there)
        made = await alice.do("POST", "/api/v1/statuses", {"status": "hello"})
        path = f"/api/v1/statuses/{made['id']}"
        await alice.everywhere(HOME, is_in(made["id"]))
        await alice.everywhere(
            f"/api/v1/accounts/{alice.id}", lambda _, account: account["statuses_count"] == 1
        )
        for one in (bob, carol):
            await one.everywhere(path, is_there)
        await bob.do("POST", f"{path}/favourite")
        await bob.everywhere(
            path, lambda _, status: status["favourited"] and status["favourites_count"] == 1
        )
        await _block(alice, carol, path)
        await _delete(alice, bob, path, made["id"])
        await _suspend(owner, alice, bob)


async def _block(alice: Person, carol: Person, path: str) -> None:
    await alice.do("POST", f"/api/v1/accounts/{carol.id}/block")
    await carol.everywhere(path, is_gone)
    await alice.do("POST", f"/api/v1/accounts/{carol.id}/unblock")
    await carol.everywhere(path, is_there)


async def _delete(alice: Person, bob: Person, path: str, id_: str) -> None:
    await alice.do("DELETE", path)
    for one in (alice, bob):
        await one.everywhere(path, is_gone)
        await one.everywhere(HOME, is_not_in(id_))


async def _suspend(owner: Person, alice: Person, bob: Person) -> None:
    made = await alice.do("POST", "/api/v1/statuses", {"status": "once more"})
    path = f"/api/v1/statuses/{made['id']}"
    await bob.everywhere(path, is_there)
    said = {"type": "suspend", "text": "a test"}
    await owner.do("POST", f"/api/v1/admin/accounts/{alice.id}/action", said)
    await bob.everywhere(path, is_gone)
    await alice.everywhere(HOME, lambda status, _: status == 403)


async def test_streams_hear_by_themselves_and_end_with_their_token(network: Network) -> None:
    async with people(network, alice="member") as (alice,), alice.http() as http:
        streams = [
            await http.ws_connect("/api/v1/streaming?stream=user") for _ in range(2 * WORKERS)
        ]
        made = await alice.do("POST", "/api/v1/statuses", {"status": "hello"})
        for stream in streams:
            told = msgspec.json.decode(await stream.receive_str(timeout=PATIENCE_S))
            assert msgspec.json.decode(told["payload"])["id"] == made["id"]
        db = await Db.connect(network.dsn(), Slots(_slots(network)))
        await db.run(tokens.revoke, alice.token, alice.app_id)
        await db.close()
        await alice.everywhere(HOME, lambda status, _: status == 401)
        for stream in streams:
            message = await stream.receive(timeout=PATIENCE_S)
            assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


def _slots(network: Network) -> Path:
    """The network's own map: this test stands in for one of its processes."""
    return next(
        Path(line.split()[-1])
        for line in Path(f"/proc/{network.pids('web_child')[0]}/maps").read_text().splitlines()
        if line.endswith("/slots")
    )


@pytest.mark.parametrize("network", ["cut"], indirect=True)
async def test_ctrl_c_ends_open_streams(network: Network) -> None:
    async with people(network, alice="member") as (alice,), alice.http() as http:
        socket = await http.ws_connect("/api/v1/streaming?stream=user")
        async with (
            http.get("/api/v1/streaming/user") as events,
            http.get("/live?on=local") as page,
        ):
            assert await events.content.readline() == b":)\n"
            assert (await page.content.readline()).startswith(b"retry: ")
            assert await asyncio.to_thread(network.end) == 0
            assert (await page.content.read()).endswith(b"event: beat\ndata:\n\n")  # nothing after
            message = await socket.receive(timeout=PATIENCE_S)
            assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
            assert await events.content.read() == b""  # ended in order, not cut
