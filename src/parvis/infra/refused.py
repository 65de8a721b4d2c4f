"""The one kind of error that means: this machine or this data cannot run the network."""


class StartRefused(Exception):
    """Shown to the owner as it is, without a trace; the message says why and what to do."""
