"""The commands of lists of who may sign petitions: load one, list them, remove one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from parvis.cli.commands import Data, app, read_settings, run

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from parvis.infra.postgres import Db

roll = App(name="roll", help="Lists of who may sign petitions, kept as salted hashes.")
app.command(roll)


def _at_desk(data: str | None, work: "Callable[[Db], Awaitable[None]]") -> None:
    settings = read_settings(data=data)
    from parvis.cli import roll_desk  # noqa: PLC0415 - keeps --help quick

    run(roll_desk.at_desk(settings, work))


@roll.command
def load(
    file: Path,
    *,
    name: Annotated[str, Parameter(help="What the list is called.")],
    asks: Annotated[str, Parameter(help="What signatories are asked to write: their own line.")],
    data: Data = None,
) -> None:
    """Read a FILE, one person a line in UTF-8: all of it, or nothing and every line that is wrong."""
    from parvis.cli import roll_desk  # noqa: PLC0415

    _at_desk(data, lambda db: roll_desk.load(db, file, name, asks))


@roll.command(name="list")
def list_rolls(*, data: Data = None) -> None:
    """List the lists, how many people are on each, and how many petitions stand on it."""
    from parvis.cli import roll_desk  # noqa: PLC0415

    _at_desk(data, roll_desk.show)


@roll.command
def remove(name: str, *, data: Data = None) -> None:
    """Remove a list that no petition stands on."""
    from parvis.cli import roll_desk  # noqa: PLC0415

    _at_desk(data, lambda db: roll_desk.remove(db, name))
