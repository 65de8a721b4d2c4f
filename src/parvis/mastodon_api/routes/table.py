"""Every route of the apps' door: what the modules of this folder declare as `routes`."""

from parvis.doors.nouns import modules_below
from parvis.mastodon_api import routes
from parvis.mastodon_api.routing import Route, Routes


def all_routes() -> list[Route]:
    declared = [getattr(noun, "routes", None) for noun in modules_below(routes)]
    return [route for each in declared if isinstance(each, Routes) for route in each.all]
