"""The commands. Other modules register more of them with `@app.command`; what a command needs is
imported when it runs, so that `parvis --help` stays quick.
"""

import asyncio
import os
import select
import sys
from collections.abc import Coroutine
from typing import Annotated

from cyclopts import App, Parameter

import parvis
from parvis.infra.refused import StartRefused
from parvis.settings import Settings, SettingsRefused, load

app = App(
    name="parvis",
    help="Found your own social network.",
    version=parvis.__version__,
)

Data = Annotated[str | None, Parameter(help="The folder that holds everything (PARVIS_DATA).")]


def read_settings(**options: str | None) -> Settings:
    """Settings from options and environment; a wrong one ends the command with code 2."""
    try:
        return load(os.environ, options)
    except SettingsRefused as refused:
        print("Parvis did not start:", file=sys.stderr)
        for problem in refused.problems:
            print(f"  - {problem}", file=sys.stderr)
        raise SystemExit(2) from None


def run(work: Coroutine[None, None, None]) -> None:
    """Run a command's work; what it refuses is explained without a trace, with code 1."""
    try:
        asyncio.run(work)
    except StartRefused as refused:
        print(f"Parvis did not start: {refused}", file=sys.stderr)
        raise SystemExit(1) from None
    except BrokenPipeError:
        _end_unread()
        raise


def _end_unread() -> None:
    """Whoever reads what is printed has read enough (`| head`): that is no failure to explain."""
    asked = select.poll()
    asked.register(sys.stdout.fileno(), 0)
    if any(event & select.POLLERR for _, event in asked.poll(0)):
        # What is still to be written goes nowhere, else the interpreter complains at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


@app.command
def serve(
    *,
    data: Data = None,
    host: Annotated[str | None, Parameter(help="Address to listen on (PARVIS_HOST).")] = None,
    port: Annotated[str | None, Parameter(help="Port to listen on (PARVIS_PORT).")] = None,
    workers: Annotated[str | None, Parameter(help="Web processes (PARVIS_WORKERS).")] = None,
    role: Annotated[
        str | None, Parameter(help="all, web, worker, live or edge (PARVIS_ROLE).")
    ] = None,
    origin: Annotated[
        str | None, Parameter(help="For the role edge: where it fetches (PARVIS_ORIGIN).")
    ] = None,
) -> None:
    """Run the network until Ctrl-C."""
    settings = read_settings(
        data=data, host=host, port=port, workers=workers, role=role, origin=origin
    )
    if settings.role == "edge":
        from parvis.cli import edge  # noqa: PLC0415 - keeps --help quick

        run(edge.serve(settings))
        return
    from parvis.cli import supervisor  # noqa: PLC0415 - keeps --help quick

    run(supervisor.serve(settings))


@app.command
def owner_link(*, data: Data = None) -> None:
    """Print another one-time link for the owner."""
    settings = read_settings(data=data)
    from parvis.cli import owner  # noqa: PLC0415 - keeps --help quick

    run(owner.print_link(settings))


@app.command
def test() -> None:
    """Install what the tests need and run them: `./parvis test`."""
    print("The tests are run by the launcher: type ./parvis test in a clone of the source.")
    raise SystemExit(2)


@app.command
def version() -> None:
    """Print the version."""
    print(parvis.__version__)
