"""All pages of the door."""

from parvis.web.pages import (
    accounts,
    consent,
    decisions,
    export,
    front,
    imports,
    live,
    log_in,
    moderation,
    own_page,
    owner,
    second_step,
    security,
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
    second_step,
    sign_up,
    consent,
    owner,
    settings,
    settings_sessions,
    security,
    own_page,
    export,
    imports,
    decisions,
    moderation,
    live,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
