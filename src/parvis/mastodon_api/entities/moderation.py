"""Report, Admin::Account and Admin::Report as the API shows them."""

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.moderation.accounts import Seen
from parvis.domain.moderation.reports import Report
from parvis.domain.network.rules import Rule
from parvis.domain.statuses.types import Shown
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.credentials import RoleEntity, role_entity
from parvis.mastodon_api.entities.encoded import AccountRaw, StatusesRaw
from parvis.mastodon_api.entities.rules import RuleEntity, rule_entity
from parvis.mastodon_api.entities.statuses import statuses_bytes
from parvis.protocols.timestamps import iso


class ReportEntity(msgspec.Struct):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    status_ids: list[str] | None
    rule_ids: list[str] | None
    collection_ids: list[str] | None
    target_account: AccountRaw


class AdminIp(msgspec.Struct):
    ip: str
    used_at: str


class AdminAccount(msgspec.Struct):
    id: str
    username: str
    domain: str | None
    created_at: str
    email: str | None
    ip: str | None  # addresses are not kept
    ips: list[AdminIp]
    locale: str | None
    invite_request: str | None
    role: RoleEntity | None
    confirmed: bool
    approved: bool
    disabled: bool
    sensitized: bool
    silenced: bool
    suspended: bool
    account: AccountRaw


class AdminReport(msgspec.Struct):
    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    updated_at: str
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: StatusesRaw
    rules: list[RuleEntity]


def report_entity(report: Report, target: msgspec.Raw) -> ReportEntity:
    return ReportEntity(
        id=str(report.id),
        action_taken=report.resolved_at is not None,
        action_taken_at=report.resolved_at and iso(report.resolved_at),
        category=report.category,
        comment=report.comment,
        forwarded=report.is_forwarded,
        created_at=iso(report.created_at),
        status_ids=[str(id_) for id_ in report.status_ids],
        rule_ids=[str(id_) for id_ in report.rule_ids] or None,
        collection_ids=[],
        target_account=target,
    )


def admin_account(seen: Seen, addresses: Addresses) -> AdminAccount:
    account = seen.account
    return AdminAccount(
        id=str(account.id),
        username=account.username,
        domain=account.domain,
        created_at=iso(account.created_at),
        email=account.email,
        ip=None,
        ips=[],
        locale=account.locale,
        invite_request=account.reason or None,
        role=account.role and role_entity(account.role),
        confirmed=account.is_confirmed,
        approved=account.is_approved,
        disabled=account.is_disabled,
        sensitized=account.is_sensitized,
        silenced=account.is_limited,
        suspended=account.is_suspended,
        account=msgspec.Raw(account_bytes(seen.shown, addresses)),
    )


def admin_report(
    report: Report,
    accounts: dict[int, AdminAccount],
    statuses: list[Shown],
    rules: list[Rule],
    addresses: Addresses,
) -> AdminReport:
    """`accounts` holds at least those that the report names."""
    return AdminReport(
        id=str(report.id),
        action_taken=report.resolved_at is not None,
        action_taken_at=report.resolved_at and iso(report.resolved_at),
        category=report.category,
        comment=report.comment,
        forwarded=report.is_forwarded,
        created_at=iso(report.created_at),
        updated_at=iso(report.updated_at),
        account=accounts[report.account_id],
        target_account=accounts[report.target_id],
        assigned_account=accounts.get(report.assigned_to_id or 0),
        action_taken_by_account=accounts.get(report.resolved_by_id or 0),
        statuses=msgspec.Raw(statuses_bytes(statuses, 0, addresses)),
        rules=[rule_entity(rule) for rule in rules if rule.id in report.rule_ids],
    )
