"""`parvis verify`: the program of auditors, which is also installable alone as `parvis-verify`."""

import sys
from typing import Annotated

from cyclopts import Parameter

from parvis.cli.commands import app


@app.command(help_flags=[])
def verify(
    *arguments: Annotated[
        str, Parameter(allow_leading_hyphen=True, help="As `parvis-verify --help` says.")
    ],
) -> None:
    """Check the public log of a poll, petition or draw, a receipt, or a promise."""
    from parvis_verify.command import main  # noqa: PLC0415 - keeps --help quick

    sys.exit(main(arguments, "parvis verify"))
