"""All pages of the door."""

from parvis.web.pages import accounts, front, statuses
from parvis.web.routing import PageRoute

NOUNS = (front, accounts, statuses)


def all_pages() -> list[PageRoute]:
    return [page for noun in NOUNS for page in noun.pages.all]
