"""Nothing that people wrote for few reaches a log line or a shared cache."""

import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from tests.api.sweep.sweep import Sweep, none_of
from tests.api.sweep.world import AUDIENCES, HIDDEN, OPEN, World, secret
from tests.rig.network import Network

from parvis.infra.logs import configure

# 256 bits in base64url.
SECRET_PATH = re.compile(r"/media/media/[\w-]{2}/[\w-]{43}/[a-z]+\.[a-z]+$", re.ASCII)


@pytest.fixture
def everything_logged(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Iterator[pytest.CaptureFixture[str]]:
    """Both kinds of logs at their most talkative."""
    configure_anew("debug")
    with caplog.at_level(logging.DEBUG):
        yield capfd
    configure_anew("warning")


def configure_anew(level: str) -> None:
    """Loggers keep what they were set up with at their first line: make them forget it."""
    configure(level)
    for name, module in list(sys.modules.items()):
        proxy = getattr(module, "log", None) if name.startswith("parvis.") else None
        if "bind" in getattr(proxy, "__dict__", ()):
            del proxy.bind


async def test_no_log_line_holds_a_secret(
    network: Network,
    everything_logged: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    world = World(network)
    await world.build()
    sweep = Sweep(world)
    await sweep.touch(world.viewers)
    none_of(sweep.faults)
    await break_while_publishing(network, world)
    said = everything_logged.readouterr()
    # The server's own line for each call is switched off; here it is recorded all the same.
    records = [one for one in caplog.records if one.name != "uvicorn.access"]
    written = [logging.Formatter().format(one) for one in records]
    lines = "\n".join([said.out, said.err, *written])
    assert "call failed" in lines  # the break was logged
    assert "page failed" in lines
    assert "Exception in ASGI application" in lines
    assert world.files["oneself"].split("/")[-2] not in lines
    for audience in HIDDEN:
        assert secret(audience) not in lines
    assert (world.alice.token or "") not in lines


async def break_while_publishing(network: Network, world: World) -> None:
    """The database refuses a status and says why in a detail that repeats the row."""
    async with asyncpg_connection(network) as connection:
        await connection.execute(
            "alter table statuses add constraint no_more check (text not like '%broken%') not valid"
        )
        await connection.execute("alter table statuses rename column spoiler_text to hidden_away")
        answer = await world.alice.post(
            "/api/v1/statuses", {"status": f"broken {secret('oneself')}", "visibility": "direct"}
        )
        assert answer.status == 500
        assert secret("oneself").encode() not in answer.body
        await connection.execute("alter table statuses rename column hidden_away to spoiler_text")
        answer = await world.alice.post(
            "/api/v1/statuses", {"status": f"broken {secret('oneself')}", "visibility": "direct"}
        )
        assert answer.status == 500
        await connection.execute("alter table status_tags rename to hidden_away")
        page = await network.anyone.get(f"/tags/{secret('oneself')}")
        assert page.status == 500
        await connection.execute(
            "alter table media_attachments rename column secret to hidden_away"
        )
        assert (await network.anyone.get(world.files["oneself"])).status == 500


class asyncpg_connection:  # noqa: N801 - reads as the function it is used as
    """A connection besides those of the network: an owner's hand in the schema."""

    def __init__(self, network: Network) -> None:
        self.dsn = network.dsn
        self.connection: Any = None

    async def __aenter__(self) -> Any:
        self.connection = await asyncpg.connect(self.dsn)
        return self.connection

    async def __aexit__(self, *_: object) -> None:
        await self.connection.close()


async def test_files_of_few_are_not_for_shared_caches(world: World) -> None:
    anyone = world.network.anyone
    for audience in AUDIENCES:
        path = world.files[audience].removeprefix(world.network.base)
        assert SECRET_PATH.search(path)
        answer = await anyone.get(path)
        assert answer.status == 200
        kept = answer.headers["cache-control"]
        if audience in OPEN:
            assert "public" in kept
        else:
            assert "private" in kept
            assert "no-store" in kept
    assert len(set(world.files.values())) == len(AUDIENCES)


@pytest.mark.parametrize("visibility", ["unlisted", "direct"])
async def test_a_deleted_statuss_file_is_gone_at_once(world: World, visibility: str) -> None:
    alice, anyone = world.alice, world.network.anyone
    media_id = (await world.upload("to be deleted"))["id"]
    made = await alice.publish("look", visibility=visibility, media_ids=[media_id])
    path = made["media_attachments"][0]["url"].removeprefix(world.network.base)
    secret_part = path.split("/")[-2]
    folder = world.network.app.settings.data
    assert (await anyone.get(path)).status == 200
    assert [file for file in folder.rglob("*") if secret_part in str(file)]
    (await alice.delete(f"/api/v1/statuses/{made['id']}", {"delete_media": True})).ok()
    assert (await anyone.get(path)).status == 404
    await world.network.settle()
    assert (await anyone.get(path)).status == 404
    kept = "select count(*) from media_attachments where id = $1"
    assert await world.network.db.fetchval(kept, int(media_id)) == 0
    assert not [file for file in folder.rglob("*") if secret_part in str(file)]
