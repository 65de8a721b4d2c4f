"""A database that hangs without dying: everybody is answered, and everything goes on when it is back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import asyncpg
import pytest
from tests.rig.network import Network, Person, serve
from tests.rig.reader import PageRead, Reader, logged_in
from tests.web.browsing import eventually
from tests.web.ears import Ear, hearing

from parvis import worker
from parvis.infra import shutdown, slots
from parvis.infra.limits import KEYS
from parvis.infra.postgres import Bounds

FRAGMENT = {"x-fragment": "1"}

# What another transaction holds is waited for shortly; nothing else of this comes late on a slow machine.
OF_LOCKS = Bounds(connection_s=200, lock_s=0.2, statement_s=200, answer_s=250)
OF_HANGS = Bounds(
    connection_s=3, answer_s=3
)  # on a slow machine more may come late, and is told again
OTHERS = """
select pid from pg_stat_activity
where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
"""


@asynccontextmanager
async def locked(network: Network, *tables: str) -> AsyncIterator[None]:
    """Whoever reads or writes these tables waits."""
    connection = await asyncpg.connect(network.dsn)
    try:
        async with connection.transaction():
            await connection.execute(f"lock table {', '.join(tables)} in access exclusive mode")
            yield
    finally:
        await connection.close()


@asynccontextmanager
async def hanging(network: Network) -> AsyncIterator[None]:
    """The whole database stands still, for who is connected and for who comes."""
    connection = await asyncpg.connect(network.dsn)
    own = connection.get_server_pid()
    stopped: list[int] = [row["pid"] for row in await connection.fetch(OTHERS)]
    stat = await asyncio.to_thread(Path(f"/proc/{own}/stat").read_text)
    stopped += [own, int(stat.rpartition(")")[2].split()[1])]
    try:
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        yield
    finally:
        for pid in reversed(stopped):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
        connection.terminate()


async def told_to_come_back(page: Awaitable[PageRead], words: str) -> PageRead:
    found = await page
    assert words in found.refused(503)
    assert found.headers["retry-after"] == "5"
    assert found.headers["cache-control"] == "no-store"
    return found


async def everybody_is_answered(network: Network, alice: Person, member: Reader) -> None:
    """Whoever has to ask the database is told to come back, each in their words."""
    english, french = "The server is busy", "Le serveur est très occupé"
    visitor = Reader(network)
    read, sent, part, *_ = await asyncio.gather(
        told_to_come_back(visitor.get("/@nobody"), english),
        told_to_come_back(member.send("/statuses/1", {"do": "favourite"}), french),
        told_to_come_back(member.send("/statuses/1", {"do": "favourite"}, **FRAGMENT), french),
        told_to_come_back(Reader(network, "fr").get("/search?q=nowhere"), french),
        told_to_come_back(visitor.get("/search?q=nowhere&lang=fr"), french),
    )
    assert '<meta http-equiv="refresh" content="5">' in read.html
    assert "refresh" not in sent.html
    assert "<html" not in part.html
    answers = await asyncio.gather(
        alice.post("/api/v1/statuses", {"status": "lost"}),
        network.anyone.get("/api/v1/accounts/lookup", acct="nobody"),
        network.anyone.get("/api/v1/streaming/user", access_token="unknown"),
        network.anyone.get("/log/polls/1/checkpoint"),
        network.anyone.get(f"/media/media/aa/{'a' * 43}/original.png"),
    )
    for answer in answers:
        assert (answer.status, answer.headers.get("retry-after")) == (503, "5"), answer
    assert answers[0].json == {"error": "The server is busy; try again in a moment"}


async def test_what_another_holds_is_not_waited_for_without_end(dsn: str, tmp_path: Path) -> None:
    async with serve(dsn, tmp_path, bounds=OF_LOCKS) as network:
        alice = await network.person("alice", locale="fr")
        member = await logged_in(network)
        (await member.get("/home")).ok()  # what the door knew last of her is how it speaks to her
        held = ("statuses", "accounts", "access_tokens", "sessions", "polls", "media_attachments")
        async with locked(network, *held, "logs"):
            await everybody_is_answered(network, alice, member)
        assert (await alice.home()) == []  # nothing was done
        await alice.publish("found again")
        assert "found again" in (await member.get("/home")).ok()


@pytest.fixture
async def stopping() -> AsyncIterator[asyncio.Event]:
    """The word that processes end, taken back afterwards: all of them are this one."""
    yield shutdown.stopping
    shutdown.stopping.clear()


@pytest.mark.slow
async def test_a_database_that_stands_still_and_comes_back(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopping: asyncio.Event
) -> None:
    """Pages, streams and the worker go on with what there is to do; nobody starts them again."""
    async with serve(dsn, tmp_path) as network:
        alice = await network.person("alice")
        bob = await network.person("bob", locale="fr")
        await bob.follow(alice)
        member = await logged_in(network, "bob")
    monkeypatch.setattr(worker, "OF_WORK", OF_HANGS)
    slots.create(tmp_path / "slots")
    (tmp_path / "limits").write_bytes(bytes(KEYS * 8))
    async with serve(dsn, tmp_path, bounds=OF_HANGS, run=tmp_path) as network:
        alice.network = member.network = network
        await eventually(partial(shows, member, "bob"))
        working = asyncio.create_task(worker.run(network.app.settings))
        async with hearing(member, "on=home") as ear:
            await eventually(partial(publishes, alice, "before"))
            assert "before" in await heard(ear)
            async with hanging(network):
                await everybody_is_answered(network, alice, member)
            await eventually(partial(publishes, alice, "after"))
            assert "after" in await heard(ear)
        await eventually(partial(shows, member, "after"))
        stopping.set()
        await working


async def heard(ear: Ear) -> str:
    found = await ear.next()
    assert found is not None, "the stream ended"
    return found.said


async def publishes(author: Person, text: str) -> bool:
    """Once: a call that came too late may be told again, by its key."""
    told = {"idempotency-key": text}
    answer = await author.post("/api/v1/statuses", {"status": text}, headers=told)
    return answer.status == 200


async def shows(reader: Reader, text: str) -> bool:
    return text in (await reader.get("/home")).html
