"""The owner's one-time link: by it whoever started the network sets a name and a password."""

from parvis.cli.database import open_database
from parvis.infra.refused import StartRefused
from parvis.settings import Settings


class OwnerLinkRefused(StartRefused):
    """No link can be given."""


async def find_owner_link(settings: Settings) -> str | None:
    """A fresh link while the network has no owner; None once it has."""
    raise OwnerLinkRefused(f"Accounts are not part of this version ({settings.public_url}).")


async def print_link(settings: Settings) -> None:
    """Refused when the network has its owner already."""
    async with open_database(settings) as complete:
        link = await find_owner_link(complete)
    if link is None:
        raise OwnerLinkRefused("This network has its owner; a forgotten password is reset by mail.")
    print(link)
