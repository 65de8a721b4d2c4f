"""Who is asking: the login behind a token or session."""

from typing import Literal

import msgspec

from parvis.domain.accounts.types import Role
from parvis.domain.events import Visibility

Trouble = Literal["suspended", "disabled", "unconfirmed", "unapproved"]


class Reading(msgspec.Struct, frozen=True):
    """What a person wants opened before they ask."""

    expands_warnings: bool = False
    media: Literal["default", "show_all", "hide_all"] = "default"  # default: all but sensitive ones
    autoplays: bool = False  # pictures that move


class Answering(msgspec.Struct, frozen=True):
    """Whose calls a person takes, and whether they hide from them where they are."""

    takes_from: Literal["mutuals", "followed", "members", "nobody"] = "mutuals"
    is_relayed: bool = False  # by a TURN server alone: the other side does not learn one's address


class Login(msgspec.Struct, frozen=True):
    """A valid token and whose it is. `account_id` 0 and `user_id` None: an application itself."""

    token_id: int
    account_id: int
    user_id: int | None
    app_id: int | None
    scopes: frozenset[str]
    role: Role
    locale: str
    trouble: Trouble | None  # why this person may not act now; None: they may
    home_hides: frozenset[str] = frozenset()  # what their home leaves out (timelines.home.Hidden)
    # How this person publishes unless they say otherwise; read with browsers' log-ins only.
    default_visibility: Visibility = "public"
    default_sensitive: bool = False
    default_language: str | None = None
    reading: Reading = Reading()
    answering: Answering = Answering()

    @property
    def is_staff(self) -> bool:
        return self.role != "member"

    @property
    def runs_network(self) -> bool:
        """Whether the network itself is theirs to change: the owner's, and admins' in their name."""
        return self.role in {"owner", "admin"}
