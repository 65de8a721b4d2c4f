"""All pages of the door."""

from parvis.web.pages import (
    accounts,
    acts,
    consent,
    decisions,
    embed,
    export,
    feeds,
    front,
    imports,
    installed,
    live,
    log_in,
    moderation,
    own_page,
    owner,
    robots,
    second_step,
    security,
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
    installed,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
