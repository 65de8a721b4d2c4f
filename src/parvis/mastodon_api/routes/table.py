"""Every route of the apps' door."""

from parvis.mastodon_api.routes import (
    accounts,
    admin_accounts,
    admin_reports,
    apps,
    credentials,
    interactions,
    media,
    oauth,
    polls,
    relationships,
    reports,
    statuses,
    timelines,
)
from parvis.mastodon_api.routing import Route

NOUNS = (
    accounts,
    admin_accounts,
    admin_reports,
    apps,
    credentials,
    interactions,
    media,
    oauth,
    polls,
    relationships,
    reports,
    statuses,
    timelines,
)


def all_routes() -> list[Route]:
    return [route for noun in NOUNS for route in noun.routes.all]
