"""`python -m parvis`: the same commands as ./parvis, in an environment prepared by hand."""

from parvis.cli.moderation import app  # the commands' app, with those of moderation added

if __name__ == "__main__":
    app()
