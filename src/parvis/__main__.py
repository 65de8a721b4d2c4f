"""`python -m parvis`: the same commands as ./parvis, in an environment prepared by hand."""

from parvis.cli import moderation
from parvis.cli.demo import command

if __name__ == "__main__":
    assert moderation.app is command.app  # noqa: S101 - one app, to which both add their commands
    command.app()
