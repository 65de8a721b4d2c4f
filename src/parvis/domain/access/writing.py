"""The owner's switch for an emergency: everybody reads and hears on, nobody changes anything.

Doors ask before they hand on what would change something; what goes on regardless (logging in, renewing the
ticket of a room, speaking in one) they know themselves.
"""

from parvis.domain.access.types import Login
from parvis.domain.errors import Refused
from parvis.domain.network.settings import NetworkSettings

AGAIN_S = 60


class ReadOnly(Refused):
    """Nothing is changed now, whoever asks; the same may be told again later."""

    def __init__(self) -> None:
        super().__init__(
            "This network is for reading only at the moment; nothing was changed. Try again later",
            reason="read_only",
        )


def need_writing(settings: NetworkSettings, login: Login | None) -> None:
    """Refused: changes, while only those who look after the network make any."""
    if settings.is_read_only and (login is None or not login.is_staff):
        raise ReadOnly
