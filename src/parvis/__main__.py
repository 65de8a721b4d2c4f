"""`python -m parvis`: the same commands as ./parvis, in an environment prepared by hand."""

from parvis.cli import moderation  # noqa: F401 - registers its commands
from parvis.cli.commands import app

if __name__ == "__main__":
    app()
