"""`python -m parvis`: the same commands as ./parvis, in an environment prepared by hand."""

from parvis.cli import drawing, founding, moderation, public_log, verifying
from parvis.cli.demo import command

if __name__ == "__main__":
    # One app, to which each of them adds its commands.
    assert (  # noqa: S101 - see above
        drawing.app
        is founding.app
        is moderation.app
        is public_log.app
        is verifying.app
        is command.app
    )
    command.app()
