"""The commands of moderation: reports, decisions, accounts and roles.

Whoever may run them owns the machine, so no role is asked; every decision is written down all the
same, with its reason, which the person reads.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from parvis.cli.commands import Data, app, read_settings, run
from parvis.domain.moderation.types import MemberKind, State

if TYPE_CHECKING:
    from parvis.cli.moderating import Desk

Reason = Annotated[str, Parameter(help="Why; the person reads it.")]
report = App(name="report", help="One report.")
accounts = App(name="accounts", help="Accounts and the people behind them.")
app.command(report)
app.command(accounts)


def _at_desk(data: str | None, work: "Callable[[Desk], Awaitable[None]]") -> None:
    settings = read_settings(data=data)
    from parvis.cli import moderating  # noqa: PLC0415 - keeps --help quick

    run(moderating.at_desk(settings, work))


@app.command
def reports(*, resolved: bool = False, data: Data = None) -> None:
    """List open reports, or resolved ones."""
    _at_desk(data, lambda desk: desk.list_reports(is_resolved=resolved))


@report.command(name="show")
def show_report(number: int, *, data: Data = None) -> None:
    """Show a report with what it is about."""
    _at_desk(data, lambda desk: desk.show_report(number))


@report.command
def resolve(number: int, *, data: Data = None) -> None:
    """Close a report without deciding anything about the account."""
    _at_desk(data, lambda desk: desk.resolve(number))


@app.command
def decide(
    kind: MemberKind,
    acct: str,
    *,
    reason: Reason,
    report: Annotated[int | None, Parameter(help="The report this answers.")] = None,
    data: Data = None,
) -> None:
    """Warn, limit or suspend an account, or undo it; nothing of it is deleted."""
    _at_desk(data, lambda desk: desk.decide(kind, acct, reason, report))


@accounts.command(name="list")
def list_accounts(
    *,
    state: State | None = None,
    name: Annotated[str | None, Parameter(help="How usernames begin.")] = None,
    data: Data = None,
) -> None:
    """List the newest accounts."""
    _at_desk(data, lambda desk: desk.list_accounts(state, name))


@accounts.command(name="show")
def show_account(acct: str, *, data: Data = None) -> None:
    """Show an account and what was decided about it."""
    _at_desk(data, lambda desk: desk.show_account(acct))


@accounts.command
def approve(
    acct: str, *, reason: Reason = "Your sign-up was approved. Welcome!", data: Data = None
) -> None:
    """Let a newcomer in."""
    _at_desk(data, lambda desk: desk.decide("approve", acct, reason, None))


@accounts.command
def reject(acct: str, *, reason: Reason, data: Data = None) -> None:
    """Turn a newcomer down."""
    _at_desk(data, lambda desk: desk.decide("reject", acct, reason, None))


@accounts.command
def reset_factors(acct: str, *, reason: Reason, data: Data = None) -> None:
    """Take away the one-time codes and passkeys of somebody who lost them."""
    _at_desk(data, lambda desk: desk.decide("reset_factors", acct, reason, None))


@accounts.command
def hand_over(acct: str, *, data: Data = None) -> None:
    """Make somebody the network's owner; who owned it becomes an admin."""
    _at_desk(data, lambda desk: desk.hand_over(acct))


@app.command
def role(acct: str, role: Literal["moderator", "admin", "member"], *, data: Data = None) -> None:
    """Make somebody moderator or admin, or a member again."""
    _at_desk(data, lambda desk: desk.change_role(acct, role))
