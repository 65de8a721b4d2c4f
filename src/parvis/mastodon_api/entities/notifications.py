"""Notification as the API shows it, joined from the account and the status it tells of."""

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.moderation.reports import Report
from parvis.domain.notifications.notifications import ReportTold, ShownNotification
from parvis.mastodon_api.entities.accounts import account_bytes
from parvis.mastodon_api.entities.moderation import report_entity
from parvis.mastodon_api.entities.statuses import status_bytes
from parvis.protocols.timestamps import iso


class NotificationHead(msgspec.Struct):
    """What a notification has of its own."""

    id: str
    type: str
    group_key: str
    created_at: str


def notification_bytes(shown: ShownNotification, addresses: Addresses) -> bytes:
    one = shown.notification
    head = NotificationHead(str(one.id), one.kind, f"ungrouped-{one.id}", iso(one.created_at))
    parts = [
        msgspec.json.encode(head)[:-1],
        b'"account":' + account_bytes(shown.account, addresses),
    ]
    if shown.status is not None:
        parts.append(b'"status":' + status_bytes(shown.status, one.account_id, addresses))
    if shown.report is not None:
        parts.append(b'"report":' + _report_bytes(shown.report, addresses))
    return b",".join(parts) + b"}"


def _report_bytes(told: ReportTold, addresses: Addresses) -> bytes:
    report = Report(
        id=told.id,
        account_id=told.account_id,
        target_id=told.target_id,
        status_ids=told.status_ids,
        rule_ids=told.rule_ids,
        category=told.category,
        comment=told.comment,
        is_forwarded=told.is_forwarded,
        created_at=told.created_at,
        updated_at=told.created_at,
        resolved_at=told.resolved_at,
    )
    target = msgspec.Raw(account_bytes(told.target, addresses))
    return msgspec.json.encode(report_entity(report, target))


def notifications_bytes(shown: list[ShownNotification], addresses: Addresses) -> bytes:
    return b"[%b]" % b",".join([notification_bytes(one, addresses) for one in shown])
