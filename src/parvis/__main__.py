"""`python -m parvis`: the same commands as ./parvis, in an environment prepared by hand."""

from parvis.cli import (
    drawing,
    founding,
    moderation,
    petition_rolls,
    public_log,
    rehearse,
    verifying,
)
from parvis.cli.demo import command

if __name__ == "__main__":
    # One app, to which each of them adds its commands.
    added = (drawing, founding, moderation, petition_rolls, public_log, rehearse, verifying)
    assert all(one.app is command.app for one in added)  # noqa: S101 - see above
    command.app()
