"""Every route of the apps' door."""

from parvis.mastodon_api.routes import accounts, conversations, notifications, statuses, timelines
from parvis.mastodon_api.routing import Route

NOUNS = (accounts, conversations, notifications, statuses, timelines)


def all_routes() -> list[Route]:
    return [route for noun in NOUNS for route in noun.routes.all]
