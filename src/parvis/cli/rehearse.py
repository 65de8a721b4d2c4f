"""The command `rehearse`: synthetic listeners for one's own relays."""

from typing import Annotated

from cyclopts import Parameter

from parvis.cli.commands import Data, app, read_settings, run


@app.command
def rehearse(
    *edges: Annotated[str, Parameter(help="Addresses of your relays, or of the network itself.")],
    listeners: Annotated[int, Parameter(help="How many listen.")] = 1_000,
    for_: Annotated[int, Parameter(name="--for", help="Seconds that are counted.")] = 60,
    joins: Annotated[int, Parameter(help="Seconds over which they come.")] = 10,
    anonymous: Annotated[bool, Parameter(help="They come without tickets.", negative="")] = False,
    from_: Annotated[
        str,
        Parameter(
            name="--from",
            help="Addresses of this machine, with commas between.",
            show_default=False,
        ),
    ] = "",
    data: Data = None,
) -> None:
    """Load your own relays with synthetic listeners, and say whether they would hold.

    The room is one that this rehearsal makes, and only a network with the same PARVIS_TICKET_KEY (or the
    same data folder) answers for it: nobody else's machines are loaded.
    """
    settings = read_settings(data=data)
    from parvis.cli import rehearsing  # noqa: PLC0415 - keeps --help quick

    wish = rehearsing.Wish(
        edges, listeners, for_, joins, anonymous, tuple(filter(None, from_.split(",")))
    )
    run(rehearsing.rehearse(settings, wish))
