"""Notification as the API shows it, joined from the account and the status it tells of."""

import msgspec

from parvis.domain.addresses import Addresses
from parvis.domain.notifications.notifications import ShownNotification
from parvis.mastodon_api.entities.accounts import account_bytes
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
    return b",".join(parts) + b"}"


def notifications_bytes(shown: list[ShownNotification], addresses: Addresses) -> bytes:
    return b"[%b]" % b",".join([notification_bytes(one, addresses) for one in shown])
