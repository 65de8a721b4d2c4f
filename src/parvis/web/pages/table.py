"""All pages of the door."""

from parvis.web.pages import (
    accounts,
    acts,
    admin,
    admin_announcements,
    admin_emojis,
    admin_look,
    admin_rules,
    admin_settings,
    consent,
    decisions,
    embed,
    feeds,
    front,
    invitations,
    live,
    log_in,
    moderation,
    moderation_accounts,
    owner,
    robots,
    settings,
    settings_sessions,
    sign_up,
    statuses,
    timelines,
)
from parvis.web.routing import PageRoute

NOUNS = (
    front,
    accounts,
    statuses,
    embed,
    feeds,
    robots,
    timelines,
    acts,
    log_in,
    sign_up,
    consent,
    owner,
    settings,
    settings_sessions,
    decisions,
    moderation,
    moderation_accounts,
    admin,
    admin_settings,
    admin_look,
    admin_rules,
    admin_announcements,
    admin_emojis,
    invitations,
    live,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
