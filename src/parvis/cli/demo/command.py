"""The command `demo`."""

import sys
from typing import Annotated

from cyclopts import Parameter

from parvis.cli.commands import Data, app, read_settings, run
from parvis.cli.demo.people import FEWEST, MOST


@app.command
def demo(
    *,
    accounts: Annotated[int, Parameter(help=f"How many people: {FEWEST} to {MOST}.")] = 60,
    seed: Annotated[int, Parameter(help="Another number, another population.")] = 1,
    force: Annotated[bool, Parameter(help="Also among real members.")] = False,
    data: Data = None,
) -> None:
    """Fill a network, running or not, with invented people who speak French and English."""
    if not FEWEST <= accounts <= MOST or seed < 0:
        print(
            f"--accounts is a number from {FEWEST} to {MOST}, --seed one from 0.", file=sys.stderr
        )
        raise SystemExit(2)
    settings = read_settings(data=data)
    from parvis.cli.demo import filling  # noqa: PLC0415 - keeps --help quick

    run(filling.fill(settings, accounts, seed, force=force))
