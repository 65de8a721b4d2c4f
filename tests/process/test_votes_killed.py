"""Sixty-four connections vote and vote again while web processes and the worker are killed: each voter counts
once, and every promise that was given is kept.
"""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
import msgspec
import pytest
from tests.process.networks import PATIENCE_S, Network, wait_until

from parvis_verify import kept

pytestmark = pytest.mark.slow
VOTERS, CONNECTIONS, KILLS = 900, 64, 8
OPTIONS = ["yes", "no", "maybe"]
VOTED = "Validation failed: You have already voted on this poll"
ENROL = """
with app as (
  insert into apps (client_id, client_secret_sha256, name, redirect_uris, scopes)
  values ('votes', '', 'votes', '{}', array['read', 'write']) returning id
), made as (
  insert into accounts (username, skeleton, uri, url)
  select 'voter' || n, 'voter' || n, 'https://x.example/' || n, '' from generate_series(0, $1::int) n
  returning id, username
), known as (
  insert into users (account_id, email, confirmed_at, approved_at)
  select id, username || '@example.org', now(), now() from made returning id, email
)
insert into access_tokens (token_sha256, app_id, user_id, scopes)
select sha256(split_part(email, '@', 1)::bytea), app.id, known.id, array['read', 'write'] from known, app
"""
COUNTED = """
select (select count(*) from ballots) as ballots, p.voters, p.tallies, l.published_size,
       (select count(*) from log_pending) as waiting
from polls p join logs l on l.id = p.log_id
"""


@pytest.fixture
def network(tmp_path: Path, database: str) -> Iterator[Network]:
    off = {"PARVIS_RATE_LIMITS": "off", "DATABASE_URL": database}
    made = Network(tmp_path, "--workers", "2", **off).start()
    try:
        yield made
    finally:
        made.end()


class Crowd:
    """Voters who do not give up, and who are not sure whether they were heard."""

    def __init__(self, network: Network, http: aiohttp.ClientSession, poll_id: str) -> None:
        self.network = network
        self.http = http
        self.path = f"/api/v1/polls/{poll_id}/votes"
        self.left = list(range(1, VOTERS + 1))
        self.promises: list[str] = []
        self.lost = 0  # requests without an answer
        self.again = 0  # votes that were answered by the word that there was one already

    async def vote(self, voter: int) -> None:
        """Until one is told that the vote counts: now, or before."""
        sent = {"choices": [voter % len(OPTIONS)]}
        headers = {"Authorization": f"Bearer voter{voter}"}
        while True:
            try:
                async with self.http.post(self.path, json=sent, headers=headers) as answer:
                    said = msgspec.json.decode(await answer.read())
                    if answer.status == 200:
                        self.promises.append(said["promise"])
                        return
                    if answer.status == 422:
                        assert said["error"] == VOTED
                        self.again += 1
                        return
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                self.lost += 1
            await asyncio.sleep(0.02)

    async def go_on(self) -> None:
        while self.left:
            voter = self.left.pop()
            times = 2 if voter % 5 == 0 else 1
            await asyncio.sleep(0.05)
            await asyncio.gather(*(self.vote(voter) for _ in range(times)))

    async def kill(self) -> None:
        """Now a web process, now the worker, without a word."""
        for number in range(KILLS):
            await asyncio.sleep(0.25)
            found = self.network.pids("worker_child" if number % 4 == 3 else "web_child")
            for pid in found[:1]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


async def counted(connection: Any) -> Any:
    """What is counted when all of it is."""
    for _ in range(int(PATIENCE_S * 10)):
        row = await connection.fetchrow(COUNTED)
        if row["voters"] == VOTERS and row["published_size"] >= VOTERS + 1 and not row["waiting"]:
            return row
        await asyncio.sleep(0.1)
    return row


async def test_each_voter_counts_once_whoever_is_killed(network: Network, database: str) -> None:
    wait_until(network.answers)
    connection = await asyncpg.connect(database)
    await connection.execute(ENROL.replace("$1::int", str(VOTERS)))
    limits = aiohttp.ClientTimeout(total=10)
    base = f"http://127.0.0.1:{network.port}"
    pool = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(base, connector=pool, timeout=limits) as http:
        headers = {"Authorization": "Bearer voter0"}
        asked = {"status": "?", "poll": {"options": OPTIONS, "expires_in": 3600}}
        async with http.post("/api/v1/statuses", json=asked, headers=headers) as answer:
            poll_id = msgspec.json.decode(await answer.read())["poll"]["id"]
        # Promises are signed from when the first worker has made the log's key.
        for _ in range(int(PATIENCE_S * 10)):
            if await connection.fetchval("select exists (select from log_keys)"):
                break
            await asyncio.sleep(0.1)
        crowd = Crowd(network, http, poll_id)
        await asyncio.gather(*(crowd.go_on() for _ in range(CONNECTIONS)), crowd.kill())
        assert crowd.again >= VOTERS // 5
        assert crowd.lost > 0
        row = await counted(connection)
        expected = [
            len(range(n or len(OPTIONS), VOTERS + 1, len(OPTIONS))) for n in range(len(OPTIONS))
        ]
        assert (row["ballots"], row["voters"], row["tallies"]) == (VOTERS, VOTERS, expected)
        async with http.get(f"/api/v1/polls/{poll_id}") as answer:
            shown = msgspec.json.decode(await answer.read())
        assert [option["votes_count"] for option in shown["options"]] == expected
    said = await connection.fetch(
        "select leaf, entry from log_entries where log_id = (select log_id from polls) order by position"
    )
    await connection.close()
    assert len(said) == VOTERS + 1
    assert len({msgspec.json.decode(one["entry"])["voter"] for one in said[1:]}) == VOTERS
    promised = {kept.parse_promise(one.encode()).leaf for one in crowd.promises}
    assert len(promised) == len(crowd.promises)
    assert promised <= {one["leaf"] for one in said}
