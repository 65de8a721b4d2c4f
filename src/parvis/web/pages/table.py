"""All pages of the door."""

from parvis.web.pages import (
    accounts,
    acts,
    circles,
    consent,
    conversations,
    decisions,
    embed,
    feeds,
    front,
    installed,
    lists,
    live,
    log_in,
    moderation,
    notifications,
    owner,
    relations,
    reports,
    robots,
    search,
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
    notifications,
    conversations,
    relations,
    circles,
    lists,
    reports,
    search,
    live,
    installed,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
