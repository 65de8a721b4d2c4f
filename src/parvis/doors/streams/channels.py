"""What can be listened to. The domain decides for each event who gets it; a channel only says which
events somebody asked for.
"""

from typing import Literal

import msgspec

from parvis.domain.errors import NotFound
from parvis.domain.timelines.audience import owns_list
from parvis.infra.postgres import Db

Name = Literal[
    "user",  # a home and its owner's notifications
    "user:notification",
    "home",  # a home alone
    "public",
    "public:media",
    "public:local",
    "public:local:media",
    "public:remote",
    "public:remote:media",
    "hashtag",
    "hashtag:local",
    "list",
    "direct",
    "announcements",
    "room",  # whatever its page shows is otherwise
]
HOMES = ("user", "home")
OWN = ("user", "user:notification")
ANNOUNCED = ("user", "announcements")
PUBLIC = frozenset(
    (
        "public",
        "public:media",
        "public:local",
        "public:local:media",
        "public:remote",
        "public:remote:media",
        "hashtag",
        "hashtag:local",
    )
)

Key = tuple[str, int | str]


class Channel(msgspec.Struct, frozen=True):
    """`argument`: the account, the list, or the folded hashtag; 0 for public streams."""

    name: Name
    argument: int | str
    label: str = ""  # how the door names it to its listener

    @property
    def key(self) -> Key:
        return self.name, self.argument


async def need_list(db: Db, account_id: int, list_id: int) -> None:
    """Refused: a list of somebody else, or none."""
    if not await owns_list(db, account_id, list_id):
        raise NotFound("Not authorized to stream this list")
