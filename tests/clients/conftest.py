"""Foreign clients, as they are published, against a whole running network."""

from tests.clients.live import live

__all__ = ["live"]
