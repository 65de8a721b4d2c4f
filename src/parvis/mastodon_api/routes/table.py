"""Every route of the apps' door."""

from parvis.mastodon_api.routes import (
    accounts,
    admin_accounts,
    admin_reports,
    apps,
    conversations,
    credentials,
    custom_emojis,
    instance,
    interactions,
    lists,
    markers,
    media,
    notifications,
    oauth,
    openapi,
    polls,
    registration,
    relationships,
    reports,
    search,
    statuses,
    suggestions,
    tags,
    timelines,
    trends,
    well_known,
)
from parvis.mastodon_api.routing import Route

NOUNS = (
    accounts,
    admin_accounts,
    admin_reports,
    apps,
    conversations,
    credentials,
    custom_emojis,
    instance,
    interactions,
    lists,
    markers,
    media,
    notifications,
    oauth,
    openapi,
    polls,
    registration,
    relationships,
    reports,
    search,
    statuses,
    suggestions,
    tags,
    timelines,
    trends,
    well_known,
)


def all_routes() -> list[Route]:
    return [route for noun in NOUNS for route in noun.routes.all]
