"""PostgreSQL 15, the oldest that `DATABASE_URL` may name: Debian's, as `./parvis test` installs it."""

from pathlib import Path

import asyncpg
import pytest
from tests.rig.network import serve
from tests.rules.test_sql import all_statements

from parvis.infra.embedded_postgres import throwaway
from parvis.infra.migrate import migrate

pytestmark = pytest.mark.slow
BINARIES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def binaries() -> Path:
    assert BINARIES.is_dir(), "PostgreSQL 15 is absent: ./parvis test installs it"
    return BINARIES


async def test_schema_statements_and_a_first_day(binaries: Path, tmp_path: Path) -> None:
    async with throwaway(binaries=binaries) as engine:
        await migrate(engine.dsn)
        connection = await asyncpg.connect(engine.dsn)
        try:
            assert connection.get_server_version().major == 15
            for _, _, text in all_statements():
                await connection.prepare(text)
        finally:
            await connection.close()
        async with serve(engine.dsn, tmp_path) as network:
            alice, bob = await network.people("alice", "bob")
            await bob.follow(alice)
            made = await alice.publish(
                "Bonjour #parvis", poll={"options": ["a", "b"], "expires_in": 600}
            )
            path = f"/api/v1/polls/{made['poll']['id']}/votes"
            (await bob.post(path, {"choices": [1]})).ok()
            await network.settle()
            (home,) = await bob.home()
            assert [option["votes_count"] for option in home["poll"]["options"]] == [0, 1]
            found = (await bob.get("/api/v2/search", q="bonjour", type="statuses")).ok()
            assert isinstance(found["statuses"], list)
