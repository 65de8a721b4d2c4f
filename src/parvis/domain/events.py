"""What the domain tells: one frozen struct an event, written to the outbox with the change itself.

The worker's table (worker.py) maps each to its handlers.
"""

from typing import Literal

from parvis.infra.postgres import Event

Visibility = Literal["public", "unlisted", "private", "direct"]

Letter = Literal[
    "archive",
    "confirm",
    "password",
    "decision",
    "approved",
    "email",
    "email_changed",
    "password_changed",
    "codes_on",
    "codes_off",
    "recovery_used",
    "recovery_renewed",
    "passkey_added",
    "passkey_removed",
    "left",
    "petition",
]


class StatusPublished(Event):
    """A status, reply or reblog is there."""

    status_id: int
    account_id: int
    visibility: Visibility
    reblog_of_id: int | None = None


class StatusEdited(Event):
    status_id: int
    account_id: int


class StatusDeleted(Event):
    """A status is gone (also a reblog undone). Its media may be swept."""

    status_id: int
    account_id: int
    visibility: Visibility
    reblog_of_id: int | None = None


class PetitionChanged(Event):
    """Somebody signed a petition, or a signature of it was taken back."""

    petition_id: int


class PetitionRewritten(Event):
    """A petition has another text: who signed the one before is asked again."""

    petition_id: int


class SignatoriesAsked(Event):
    """Some of those who signed a petition's earlier text are asked again: after a signature, to another."""

    petition_id: int
    after: int
    last: int


class StatusFavourited(Event):
    status_id: int
    account_id: int


class StatusUnfavourited(Event):
    status_id: int
    account_id: int


class FollowRequested(Event):
    account_id: int
    target_id: int


class Followed(Event):
    account_id: int
    target_id: int


class Unfollowed(Event):
    account_id: int
    target_id: int


class Blocked(Event):
    account_id: int
    target_id: int


class Unblocked(Event):
    account_id: int
    target_id: int


class MuteExpired(Event):
    """A mute with an end may have come to it; told at that time."""

    account_id: int
    target_id: int


class BallotCast(Event):
    poll_id: int
    status_id: int


class PollClosed(Event):
    poll_id: int
    status_id: int
    account_id: int


class DrawMoved(Event):
    """Somebody was drawn or selected, answered, or was called in from the reserve."""

    draw_id: int
    number: int


class RoomChanged(Event):
    """Something that a room's page shows is otherwise: its state, who may speak, what was asked. With the
    status that announces it and its author: what its card says is, too.
    """

    room_id: int
    status_id: int | None = None
    author_id: int | None = None


class CallChanged(Event):
    """A call rings, was taken or ended, or a browser has something to tell the other's."""

    call_id: int
    account_ids: list[int]


class AccountRegistered(Event):
    account_id: int


class AccountChanged(Event):
    """Name, picture, note, fields or standing changed."""

    account_id: int


class AccountSuspended(Event):
    account_id: int


class AccountReinstated(Event):
    account_id: int


class TokenRevoked(Event):
    """An access token or session ended: open streams that rest on it close."""

    token_id: int


class AccountLeft(Event):
    """A person deleted their account: jobs erase what was theirs."""

    account_id: int


class ReportMade(Event):
    report_id: int


class DecisionMade(Event):
    """A moderator decided something about an account."""

    decision_id: int
    target_id: int


class NotificationsRead(Event):
    """Somebody has fewer unread notifications: the marker moved, or some were put aside."""

    account_id: int


class AnnouncementChanged(Event):
    """An announcement was published, reworded, or taken back."""

    announcement_id: int


class AnnouncementReacted(Event):
    """Somebody reacted to an announcement with an emoji, or took that back."""

    announcement_id: int
    name: str


class MailWanted(Event):
    """A letter to a user, rendered when sent. `argument`: the id of a decision or petition, the codes that
    are left, or the address it goes to when that is not the person's (email, email_changed, left).
    """

    user_id: int
    letter: Letter
    argument: str = ""
