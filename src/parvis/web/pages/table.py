"""All pages of the door."""

from parvis.web.pages import (
    acts,
    conversations,
    embed,
    feeds,
    front,
    installed,
    keys,
    live,
    notifications,
    robots,
    search,
    statuses,
    timelines,
)
from parvis.web.pages.access import (
    consent,
    invitations,
    log_in,
    owner,
    second_step,
    sign_up,
)
from parvis.web.pages.admin import (
    announcements,
    dashboard,
    emojis,
    look,
    rules,
    settings,
)
from parvis.web.pages.composing import (
    asked,
    drafts,
    publish,
)
from parvis.web.pages.moderation import (
    accounts as moderation_accounts,
)
from parvis.web.pages.moderation import (
    decisions,
    reporting,
    reports,
)
from parvis.web.pages.people import (
    accounts as people_accounts,
)
from parvis.web.pages.people import (
    circles,
    lists,
    relations,
)
from parvis.web.pages.settings import (
    account,
    export,
    imports,
    leaving,
    own_page,
    preferences,
    security,
    sessions,
)
from parvis.web.routing import PageRoute

NOUNS = (
    front,
    people_accounts,
    statuses,
    embed,
    feeds,
    robots,
    timelines,
    acts,
    keys,
    log_in,
    second_step,
    sign_up,
    asked,
    publish,
    drafts,
    consent,
    owner,
    account,
    sessions,
    security,
    own_page,
    export,
    imports,
    preferences,
    leaving,
    decisions,
    reports,
    moderation_accounts,
    dashboard,
    settings,
    look,
    rules,
    announcements,
    emojis,
    invitations,
    notifications,
    conversations,
    relations,
    circles,
    lists,
    reporting,
    search,
    live,
    installed,
)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
