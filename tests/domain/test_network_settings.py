"""Settings of the network: kept, changed, locked."""

from pathlib import Path
from typing import Any

import pytest
from tests.rig.network import Network

from parvis import worker
from parvis.domain.errors import Forbidden, Invalid
from parvis.domain.network import settings
from parvis.domain.network.settings import Locks, NetworkShelf
from parvis.settings import Settings


async def test_changed_setting_is_read_and_then_kept(network: Network, sql_budget: Any) -> None:
    assert (await settings.read(network.db)).title == "Parvis"
    await network.db.run(settings.change, title="Place du marché", languages=["fr"])
    now = await settings.read(network.db)
    assert (now.title, now.languages, now.registrations) == (
        "Place du marché",
        ["fr"],
        "approval",
    )
    with sql_budget(0):
        await settings.read(network.db)


@pytest.mark.parametrize(
    "values",
    [{"colour": "red"}, {"registrations": "perhaps"}, {"title": 3}, {"public_url": "https://x.y"}],
)
async def test_unknown_or_wrong_setting_is_refused(
    network: Network, values: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refused:
        await network.db.run(settings.change, **values)
    assert refused.value.field == next(iter(values))
    assert (await settings.read(network.db)).title == "Parvis"


async def test_environment_locks_a_setting(network: Network) -> None:
    await network.db.run(settings.change, registrations="closed")
    network.db.kept(NetworkShelf).locks = Locks(registrations="open")
    assert (await settings.read(network.db)).registrations == "open"
    with pytest.raises(Forbidden):
        await network.db.run(settings.change, registrations="approval")


async def test_worker_knows_what_the_environment_locks(dsn: str, tmp_path: Path) -> None:
    told = Settings(data=tmp_path, database_url=dsn, registrations="closed", confirm_email=True)
    db = await worker.open_db(told)
    try:
        now = await settings.read(db)
        assert (now.registrations, now.confirm_email) == ("closed", True)
        with pytest.raises(Forbidden):
            await db.run(settings.change, registrations="open")
    finally:
        await db.close()
