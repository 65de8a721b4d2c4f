"""What each key does: a page, or a dialog over the page that is open."""

from starlette.responses import Response

from parvis.web.locales import N_
from parvis.web.pages.front import about_cards
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

# As js/keys.js has them.
KEYS = (
    ("j", N_("Next message")),
    ("k", N_("Previous message")),
    (".", N_("Show what is new")),
    ("o", N_("Open the message")),
    ("x", N_("Show or hide what is behind a warning")),
    ("v", N_("See the pictures")),
    ("r", N_("Reply")),
    ("f", N_("Favourite")),
    ("b", N_("Share")),
    ("m", N_("Bookmark")),
    ("p", N_("Go to the author’s page")),
    ("n", N_("Publish")),
    ("/", N_("Search")),
    ("g h", N_("Go home")),
    ("g n", N_("Go to the notifications")),
    ("g m", N_("Go to the conversations")),
    ("g l", N_("Go to the square")),
    ("g b", N_("Go to the bookmarks")),
    ("g s", N_("Go to the settings")),
    ("?", N_("List the keys")),
)


@pages.get("/keys")
async def keys(visit: Visit) -> Response:
    if visit.wants_fragment:
        return visit.render("keys_fragment.html", listed_keys=KEYS)
    return visit.render("keys.html", listed_keys=KEYS, **await about_cards(visit))
