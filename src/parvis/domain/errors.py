"""What the domain refuses, and why. Doors map each kind to words and codes; no HTTP here."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Refused(Exception):
    """An act not done. `reason` is a stable word for programs, the message is for people."""

    def __init__(self, message: str, *, reason: str = "refused") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class NotFound(Refused):
    """What was named is not there, or this viewer may not know that it is."""

    def __init__(self, message: str = "Record not found", *, reason: str = "not_found") -> None:
        super().__init__(message, reason=reason)


class Forbidden(Refused):
    """It is there and known to the viewer, but this act on it is not theirs to do."""

    def __init__(
        self, message: str = "This action is not allowed", *, reason: str = "forbidden"
    ) -> None:
        super().__init__(message, reason=reason)


class Fault(NamedTuple):
    """One thing wrong with what was sent. `field` is the parameter to change, by its API name."""

    field: str
    reason: str  # Mastodon's code: ERR_TAKEN, ERR_BLANK, …
    description: str


class Invalid(Refused):
    """What was sent cannot be accepted; `faults` has at least one."""

    def __init__(self, field: str, sentence: str, *, reason: str = "ERR_INVALID") -> None:
        super().__init__(sentence, reason=reason)
        self.field = field
        self.faults: tuple[Fault, ...] = (Fault(field, reason, sentence),)

    @classmethod
    def several(cls, faults: Sequence[Fault], labels: Mapping[str, str]) -> "Invalid":
        """Every fault of a form at once; `labels` are the fields' names for people."""
        sentence = ", ".join(f"{labels[fault.field]} {fault.description}" for fault in faults)
        refused = cls(faults[0].field, f"Validation failed: {sentence}", reason=faults[0].reason)
        refused.faults = tuple(faults)
        return refused


class Mistakes:
    """What is wrong with a form, all of it: checks go on after the first refusal, and are told at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []
        self._first: Invalid | None = None

    def of(self, check: Callable[..., T], *values: object, otherwise: T) -> T:
        """What a check gives; `otherwise` where it refuses, which is kept."""
        try:
            return check(*values)
        except Invalid as refused:
            self.add(refused)
            return otherwise

    def add(self, refused: Invalid) -> None:
        self._first = self._first or refused
        self._found += refused.faults

    def tell(self) -> None:
        """Refused: anything was wrong."""
        if self._first is not None:
            self._first.faults = tuple(self._found)
            raise self._first


class Conflict(Refused):
    """It contradicts what is there (already done, changed meanwhile)."""


class TooMany(Refused):
    """Too many acts in too short a time. `retry_after_s` says when to come back."""

    def __init__(self, message: str = "Too many requests", *, retry_after_s: float = 60) -> None:
        super().__init__(message, reason="too_many")
        self.retry_after_s = retry_after_s


class Unauthenticated(Refused):
    """Nobody, or nobody valid, is asking."""

    def __init__(
        self, message: str = "The access token is invalid", *, reason: str = "invalid_token"
    ) -> None:
        super().__init__(message, reason=reason)
