"""All pages of the door."""

from parvis.web.pages import (
    accounts,
    consent,
    decisions,
    front,
    log_in,
    moderation,
    owner,
    settings,
    settings_sessions,
    sign_up,
    statuses,
)
from parvis.web.routing import PageRoute

NOUNS = (
    front,
    accounts,
    statuses,
    log_in,
    sign_up,
    consent,
    owner,
    settings,
    settings_sessions,
    decisions,
    moderation,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
