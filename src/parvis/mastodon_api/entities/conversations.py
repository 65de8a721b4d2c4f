"""Conversation as the API shows it."""

from parvis.domain.addresses import Addresses
from parvis.domain.conversations.conversations import ShownConversation
from parvis.mastodon_api.entities.accounts import accounts_bytes
from parvis.mastodon_api.entities.statuses import status_bytes


def conversation_bytes(shown: ShownConversation, addresses: Addresses) -> bytes:
    status = shown.last_status
    return b'{"id":"%d","unread":%b,"accounts":%b,"last_status":%b}' % (
        shown.id,
        b"true" if shown.is_unread else b"false",
        accounts_bytes(shown.accounts, addresses),
        b"null" if status is None else status_bytes(status, shown.account_id, addresses),
    )
