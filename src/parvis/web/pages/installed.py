"""The network as an application: its manifest, the worker that keeps what was seen, the page without a
connection.
"""

from urllib.parse import urlencode

import msgspec
from starlette.responses import Response

from parvis.web.locales import LOCALES, N_, locale_of
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SHARED_LONGEST = 2_000
PAPER = "#fbfaf7"  # the light page, behind the icon while the application starts
TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}
SHORTCUTS = (
    (N_("Write a message"), "/publish"),
    (N_("Notifications"), "/notifications"),
    (N_("Search"), "/search"),
)


@pages.get("/manifest.webmanifest")
async def manifest(visit: Visit) -> Response:
    """Browsers ask for it without cookies, so the page says in which language it reads."""
    wanted = visit.ask("in")
    locale = locale_of(wanted) if wanted in LOCALES else visit.locale
    title = visit.network.title
    said = {
        "id": "/",
        "name": title,
        "short_name": title[:12].rstrip(),
        "description": visit.network.short_description,
        "lang": locale.code,
        "dir": locale.direction,
        "start_url": "/home",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["social"],
        "icons": icons(visit),
        "shortcuts": [{"name": locale.text(name), "url": url} for name, url in SHORTCUTS],
        "share_target": {
            "action": "/share",
            "method": "GET",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }
    return Response(msgspec.json.encode(said), media_type="application/manifest+json")


def icons(visit: Visit) -> list[dict[str, str]]:
    """The network's logo, or the arch, of which browsers cut the last to the shape of their system."""
    logo, media = visit.network.logo, visit.addresses.media_url
    if logo is not None:
        found = [_icon(media(logo.icon), 192), _icon(media(logo.large), 512)]
        cut = [_icon(media(logo.maskable), 512, "maskable")] if logo.maskable else []
        return found + cut
    address = visit.door.static.address
    return [
        _icon(address("icon-192.png"), 192),
        _icon(address("icon-512.png"), 512),
        _icon(address("icon-maskable-512.png"), 512, "maskable"),
    ]


def _icon(src: str, size: int, purpose: str = "any") -> dict[str, str]:
    kind = TYPES[src.rpartition(".")[2]]
    return {"src": src, "sizes": f"{size}x{size}", "type": kind, "purpose": purpose}


@pages.get("/share", who="member")
async def share(visit: Visit) -> Response:
    """What another application hands over, which puts the same address now here and now there."""
    parts: list[str] = []
    for name in ("title", "text", "url"):
        said = visit.ask(name).strip()
        if said and not any(said in other for other in parts):
            parts = [*(other for other in parts if other not in said), said]
    text = "\n".join(parts)[:SHARED_LONGEST]
    return visit.redirect(f"/publish?{urlencode({'text': text})}")


@pages.get("/sw.js")
async def worker(visit: Visit) -> Response:
    """At the root, since a worker reigns over the folder it comes from."""
    headers = {"service-worker-allowed": "/"}
    text = visit.door.static.worker
    return Response(text, headers=headers, media_type="text/javascript")


@pages.get("/offline")
async def offline(visit: Visit) -> Response:
    """What the worker shows when a page cannot be reached, or a form not be sent."""
    return visit.render("offline.html", is_form=bool(visit.ask("form")))
