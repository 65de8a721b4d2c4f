"""What moderators can decide, and how an account can stand; light, for commands that must be quick."""

from typing import Literal

# Decisions about somebody who is in.
MemberKind = Literal[
    "warn",
    "limit",
    "unlimit",
    "sensitive",
    "unsensitive",
    "suspend",
    "reinstate",
    "disable",
    "enable",
]
Kind = Literal[MemberKind, "approve", "reject", "reset_factors"]
State = Literal["active", "pending", "disabled", "silenced", "suspended", "sensitized"]
