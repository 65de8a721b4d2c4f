"""What robots may read, and a map of the people who want to be found."""

from xml.sax.saxutils import escape

from starlette.responses import Response

from parvis.domain.network.numbers import Counted
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

KEPT_S = 3_600
# Pages for members and forms: nothing to find there, and each costs the network something.
CLOSED = (
    *(
        "/auth/",
        "/oauth/",
        "/settings",
        "/moderation",
        "/admin",
        "/owner/",
        "/home",
        "/notifications",
    ),
    *("/conversations", "/bookmarks", "/favourites", "/lists", "/drafts", "/publish", "/live"),
    *("/search", "/follow_requests", "/mutes", "/blocks", "/api/v1/streaming"),
)


@pages.get("/robots.txt")
async def robots(visit: Visit) -> Response:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), ""]
    lines += [f"Sitemap: {visit.addresses.root}/sitemap.xml", ""]
    visit.for_all_s = KEPT_S
    return Response("\n".join(lines), headers={"content-type": "text/plain; charset=utf-8"})


@pages.get("/sitemap.xml")
async def sitemap(visit: Visit) -> Response:
    root = visit.addresses.root
    found = await visit.db.kept(Counted).findable.read()
    places = [(f"{root}/", None), (f"{root}/about", None)]
    places += [(visit.addresses.profile_url(one.username), one.last_status_at) for one in found]
    lines = [
        f"<url><loc>{escape(address)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>\n"
        for address, changed in places
    ]
    visit.for_all_s = KEPT_S
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        + "".join(lines)
        + "</urlset>\n"
    )
    return Response(body, headers={"content-type": "application/xml; charset=utf-8"})
