"""The commands of draws: check one from its public log, and bring a round where there is no network."""

import re
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from parvis.cli.commands import Data, app, read_settings, run

draw = App(name="draw", help="Draws.")
app.command(draw)
_PAGE = re.compile(r"(https?://[^/]+)/draws/(\d+)/?", re.ASCII)


@draw.command(name="verify", help_flags=[])
def verify_draw(
    *arguments: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="As `parvis-verify --help` says.")
    ],
) -> None:
    """Draw again from the public log: the address of a draw's page or log, or a saved log."""
    from parvis_verify.command import main  # noqa: PLC0415 - keeps --help quick

    logs = [_PAGE.sub(r"\1/log/draws/\2", one) for one in arguments]
    sys.exit(main(logs, "parvis draw verify"))


@draw.command(name="beacon")
def bring_beacon(
    file: Path,
    *,
    draw_id: Annotated[
        int | None,
        Parameter(name="--draw", help="The number in the draw's address; else all that wait."),
    ] = None,
    data: Data = None,
) -> None:
    """Bring the round that a draw waits for, as a relay writes it (JSON): where no relay is reached."""
    settings = read_settings(data=data)
    from parvis.cli import draw_desk  # noqa: PLC0415 - keeps --help quick

    run(draw_desk.bring(settings, file, draw_id))
