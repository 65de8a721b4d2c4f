"""The commands of the public log: how it stands, its keys, what to do when it stopped; and witnesses."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from parvis.cli.commands import Data, app, read_settings, run

if TYPE_CHECKING:
    from parvis.cli.log_desk import LogDesk

log = App(name="log", help="The public log.")
witness = App(
    name="witness", help="Who witnesses the public log, and whose logs are witnessed here."
)
app.command(log)
app.command(witness)


def _at_desk(data: str | None, work: "Callable[[LogDesk], Awaitable[None]]") -> None:
    settings = read_settings(data=data)
    from parvis.cli import log_desk  # noqa: PLC0415 - keeps --help quick

    run(log_desk.at_desk(settings, work))


@log.command(name="show")
def show_log(*, data: Data = None) -> None:
    """Show how far the server log goes, its keys, and what stopped."""
    _at_desk(data, lambda desk: desk.show())


@log.command
def rotate_key(
    *,
    at_once: Annotated[
        bool, Parameter(help="The old key leaked: it signs no longer than it must.")
    ] = False,
    data: Data = None,
) -> None:
    """Sign by a new key, beside the old one for thirty days; the log says so."""
    _at_desk(data, lambda desk: desk.rotate_key(at_once=at_once))


@log.command
def resume(*, data: Data = None) -> None:
    """Compare stopped logs again, after their files or their database were put right."""
    _at_desk(data, lambda desk: desk.resume())


@log.command
def succeed(*, data: Data = None) -> None:
    """Close stopped logs for good, and go on in successors that say which they follow and why."""
    _at_desk(data, lambda desk: desk.succeed())


@witness.command(name="list")
def list_witnesses(*, data: Data = None) -> None:
    """List who is asked to witness, and what is witnessed here, with this network's keys."""
    _at_desk(data, lambda desk: desk.list_witnesses())


@witness.command
def ask(key: str, address: str, *, data: Data = None) -> None:
    """Have the server log witnessed: its KEY as a witness publishes it, its ADDRESS (https://…)."""
    _at_desk(data, lambda desk: desk.ask(key, address))


@witness.command
def dismiss(name: str, *, data: Data = None) -> None:
    """Ask a witness no more."""
    _at_desk(data, lambda desk: desk.dismiss(name))


@witness.command
def follow(key: str, *, data: Data = None) -> None:
    """Witness another network's log, by its KEY (the first line of its /log/keys)."""
    _at_desk(data, lambda desk: desk.follow(key))


@witness.command
def unfollow(origin: str, *, data: Data = None) -> None:
    """Witness a log no more."""
    _at_desk(data, lambda desk: desk.unfollow(origin))


@witness.command(name="run")
def run_witness(
    *,
    name: Annotated[str, Parameter(help="Its name in signatures, such as witness.example.org.")],
    folder: Annotated[Path, Parameter(help="Keeps its key and what it has seen.")],
    follow: Annotated[tuple[str, ...], Parameter(help="The KEY of a log to witness.", negative="")],
    host: Annotated[str, Parameter(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, Parameter(help="Port to listen on.")] = 8001,
) -> None:
    """Run a witness by itself, without a network; put a proxy with TLS before it."""
    from parvis.cli import witness_alone  # noqa: PLC0415 - keeps --help quick

    run(witness_alone.serve(folder, name, follow, host, port))
