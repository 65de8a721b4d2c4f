"""What the commands of moderation do, and the tables they show."""

import sys
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from parvis.cli.opening import open_network
from parvis.domain.accounts.lookup import find_by_acct
from parvis.domain.accounts.types import Role
from parvis.domain.errors import Refused
from parvis.domain.moderation import decisions, handing_over, reports
from parvis.domain.moderation.accounts import (
    AccountFilter,
    Seen,
    SeenAccount,
    State,
    find_account,
    list_accounts,
    show_accounts,
)
from parvis.domain.network.rules import list_rules
from parvis.domain.network.settings import read
from parvis.infra.postgres import Db
from parvis.protocols.paging import Page
from parvis.settings import Settings

MOST = 200  # lines of a table


async def at_desk(settings: Settings, work: "Callable[[Desk], Awaitable[None]]") -> None:
    """Open the network for a command; what the domain refuses is said and ends it with code 1."""
    async with open_network(settings) as db:
        address = (await read(db)).public_url or settings.public_url
        try:
            await work(Desk(db, address.partition("://")[2]))
        except Refused as refused:
            print(f"Refused: {refused}", file=sys.stderr)
            raise SystemExit(1) from None


def _columns(typed: str, *others: str) -> list[Column]:
    """The first is what the next command names: on one line, however narrow the terminal. Of the others
    nothing is left out.
    """
    return [Column(typed, no_wrap=True), *(Column(other, overflow="fold") for other in others)]


class Desk:
    """One command's view of the network. `domain` is the network's own."""

    def __init__(self, db: Db, domain: str, console: Console | None = None) -> None:
        self.db = db
        self.domain = domain
        self.console = console or Console()

    async def list_reports(self, *, is_resolved: bool) -> None:
        wanted = reports.ReportFilter(is_resolved=is_resolved)
        found = await reports.list_reports(self.db, wanted, Page(MOST))
        ids = {id_ for one in found for id_ in (one.account_id, one.target_id)}
        seen = await show_accounts(self.db, ids)
        table = Table(*_columns("Report", "When", "About", "By", "Category", "Statuses", "Comment"))
        for one in found:
            table.add_row(
                str(one.id),
                f"{one.created_at:%Y-%m-%d %H:%M}",
                acct_of(seen[one.target_id]),
                acct_of(seen[one.account_id]),
                one.category,
                str(len(one.status_ids)),
                plain(one.comment),
            )
        self._show(table, "No resolved reports." if is_resolved else "No open reports.")

    async def show_report(self, report_id: int) -> None:
        one = await reports.find_report(self.db, report_id)
        named = (one.account_id, one.target_id, one.assigned_to_id, one.resolved_by_id)
        seen = await show_accounts(self.db, [id_ for id_ in named if id_])
        rules = [rule.text for rule in await list_rules(self.db) if rule.id in one.rule_ids]
        table = Table(show_header=False)
        lines = {
            "Report": str(one.id),
            "When": f"{one.created_at:%Y-%m-%d %H:%M} UTC",
            "About": acct_of(seen[one.target_id]),
            "By": acct_of(seen[one.account_id]),
            "Category": one.category,
            "Rules": "\n".join(rules) or "-",
            "Comment": one.comment or "-",
            "Looked after by": _named(seen, one.assigned_to_id),
            "Resolved": f"{one.resolved_at:%Y-%m-%d %H:%M} UTC" if one.resolved_at else "no",
        }
        for name, value in lines.items():
            table.add_row(name, plain(value))
        self.console.print(table)
        evidence = await reports.show_evidence(self.db, one)
        statuses = Table(*_columns("Status", "When", "Seen by", "Warning", "Text"))
        for shown in evidence:
            status = shown.status
            statuses.add_row(
                str(status.id),
                f"{status.created_at:%Y-%m-%d %H:%M}",
                status.visibility,
                plain(status.spoiler_text),
                plain(status.text or status.content),
            )
        gone = len(one.status_ids) - len(evidence)
        self._show(statuses, "No statuses.")
        if gone:
            self.console.print(f"{gone} reported statuses can no longer be seen by the reporter.")

    async def resolve(self, report_id: int) -> None:
        await self.db.run(reports.resolve, report_id, None)
        self.console.print(f"Report {report_id} is resolved.")

    async def decide(
        self, kind: decisions.Kind, acct: str, reason: str, report_id: int | None
    ) -> None:
        account_id = await self._find(acct)
        number = await self.db.run(decisions.decide, None, account_id, kind, reason, report_id)
        self.console.print(Text(f"Decision {number}: {kind} {acct}. They can read the reason."))

    async def hand_over(self, acct: str) -> None:
        await self.db.run(handing_over.hand_over, await self._find(acct))
        self.console.print(Text(f"{acct} owns this network from now on."))

    async def list_accounts(self, state: State | None, name: str | None) -> None:
        wanted = AccountFilter(states=[state] if state else [], username=name)
        found = await list_accounts(self.db, wanted, Page(MOST))
        table = Table(*_columns("Account", "Name", "E-mail", "Role", "Since", "State"))
        for one in found:
            account = one.account
            table.add_row(
                acct_of(one),
                plain(one.shown.account.display_name),
                plain(account.email or "-"),
                account.role or "-",
                f"{account.created_at:%Y-%m-%d}",
                state_of(account),
            )
        self._show(table, "No accounts.")

    async def show_account(self, acct: str) -> None:
        seen = await find_account(self.db, await self._find(acct))
        account, counters = seen.account, seen.shown.counters
        table = Table(show_header=False)
        lines = {
            "Account": acct_of(seen),
            "Name": seen.shown.account.display_name or "-",
            "E-mail": account.email or "-",
            "Role": account.role or "-",
            "Since": f"{account.created_at:%Y-%m-%d}",
            "State": state_of(account),
            "Why they join": account.reason or "-",
            "Statuses": str(counters.statuses),
            "Followers": str(counters.followers),
        }
        for name, value in lines.items():
            table.add_row(name, plain(value))
        self.console.print(table)
        decided = Table(*_columns("Decision", "When", "What", "By", "Reason"))
        for one in await decisions.list_decisions(self.db, account.id):
            decided.add_row(
                str(one.id),
                f"{one.created_at:%Y-%m-%d %H:%M}",
                one.kind,
                one.moderator or "command line",
                plain(one.reason),
            )
        self._show(decided, "Nothing was decided about this account.")

    async def change_role(self, acct: str, role: Role) -> None:
        await self.db.run(decisions.change_role, None, await self._find(acct), role)
        self.console.print(Text(f"{acct} is {role} now."))

    async def _find(self, acct: str) -> int:
        account_id = await find_by_acct(self.db, acct, self.domain)
        if account_id is None:
            raise Refused(f"There is no account {acct}")
        return account_id

    def _show(self, table: Table, otherwise: str) -> None:
        self.console.print(table if table.row_count else otherwise)


def plain(text: str) -> Text:
    """Somebody's words: no markup, and nothing a terminal would obey."""
    return Text("".join(c for c in text if c.isprintable() or c == "\n"))


def acct_of(seen: Seen) -> str:
    return seen.shown.account.acct


def _named(seen: dict[int, Seen], account_id: int | None) -> str:
    return acct_of(seen[account_id]) if account_id in seen else "-"


def state_of(account: SeenAccount) -> str:
    states = {
        "suspended": account.is_suspended,
        "limited": account.is_limited,
        "sensitive": account.is_sensitized,
        "disabled": account.is_disabled,
        "waits for approval": not account.is_approved and not account.is_suspended,
        "unconfirmed": not account.is_confirmed,
    }
    return ", ".join(state for state, holds in states.items() if holds) or "active"
