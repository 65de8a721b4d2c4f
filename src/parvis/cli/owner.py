"""The owner's one-time link: by it whoever started the network sets a name and a password."""

from parvis.cli.database import open_database
from parvis.domain.access import owner
from parvis.domain.access.links import PATHS
from parvis.domain.network.settings import read
from parvis.infra.postgres import Db
from parvis.infra.slots import Slots
from parvis.settings import Settings


async def find_owner_link(settings: Settings) -> str | None:
    """A fresh link while the network has no owner; None once it has."""
    db = await _open(settings)
    try:
        return None if await owner.has_owner(db) else await _make(db, settings)
    finally:
        await db.close()


async def print_link(settings: Settings) -> None:
    """A fresh link in any case: with it an owner who lost the password sets a new one."""
    async with open_database(settings) as complete:
        db = await _open(complete)
        try:
            print(await _make(db, complete))
        finally:
            await db.close()


async def _open(settings: Settings) -> Db:
    assert settings.database_url is not None  # noqa: S101 - `open_database` and `serve` fill it in
    return await Db.connect(settings.database_url, Slots(), size=1)


async def _make(db: Db, settings: Settings) -> str:
    secret = await db.run(owner.issue_owner_link)
    # The address the network was founded at, whatever this command's environment says.
    root = (await read(db)).public_url or settings.public_url
    return root + PATHS["owner"] + secret
