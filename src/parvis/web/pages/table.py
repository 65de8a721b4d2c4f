"""All pages of the door: what the modules of this folder declare as `pages`."""

from parvis.doors.nouns import modules_below
from parvis.web import pages
from parvis.web.routing import PageRoute, Pages


def all_pages() -> list[PageRoute]:
    declared = [getattr(noun, "pages", None) for noun in modules_below(pages)]
    return [page for each in declared if isinstance(each, Pages) for page in each.all]
