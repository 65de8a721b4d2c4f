"""oEmbed: how other sites show a status of this network within their own pages (oembed.com)."""

from html import escape
from typing import Annotated

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.ids import NOBODY
from parvis.domain.network.settings import read
from parvis.domain.search.addresses import find_by_address
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Shown, StatusRow
from parvis.mastodon_api.call import Call, require
from parvis.mastodon_api.routing import Routes

routes = Routes()

WIDTH, NARROWEST = 400, 220
CACHE_AGE_S = 86_400
_FRAME_HEIGHT, _MEDIA_HEIGHT, _OPTION_HEIGHT, _LINE_HEIGHT = 190, 260, 54, 26
_LETTERS_A_LINE, _TALLEST = 44, 900
_Length = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class OembedParams(msgspec.Struct):
    url: str | None = None
    maxwidth: _Length | None = None
    maxheight: _Length | None = None
    format: str = "json"


class Oembed(msgspec.Struct):
    title: str
    author_name: str
    author_url: str
    provider_name: str
    provider_url: str
    html: str
    width: int
    height: int
    type: str = "rich"
    version: str = "1.0"
    cache_age: int = CACHE_AGE_S


@routes.get("/api/oembed", auth="open", params=OembedParams, returns="OEmbed")
async def show(call: Call) -> Response:
    """Show a public status of this network as other sites may frame it."""
    said = await call.params(OembedParams)
    if said.format != "json":
        raise Invalid("format", "Validation failed: Only the format json is offered here")
    shown = await _find(call, require(said.url, "url"))
    row, author = shown.status, shown.author
    network = await read(call.db)
    width = max(min(said.maxwidth or WIDTH, WIDTH), NARROWEST)
    height = min(said.maxheight or _TALLEST, _height(row))
    name = author.display_name or author.username
    frame = (
        f'<iframe src="{escape(row.url or "")}/embed" width="{width}" height="{height}" '
        'style="max-width: 100%; border: 0" loading="lazy" allowfullscreen '
        'sandbox="allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox" '
        f'title="{escape(name)}"></iframe>'
    )
    told = Oembed(
        row.spoiler_text or name,
        name,
        author.url,
        network.title,
        f"{call.addresses.root}/",
        frame,
        width,
        height,
    )
    call.headers["cache-control"] = "public, max-age=300"
    return call.json(told)


async def _find(call: Call, url: str) -> Shown:
    """What anybody may see, of this network, by its address."""
    exact = await find_by_address(call.db, url, call.addresses) if "://" in url else None
    if exact is None or exact.kind != "status":
        raise NotFound
    found = await call.db.kept(Statuses).show(NOBODY, [exact.id])
    if not found or not found[0].status.is_local or found[0].reblog is not None:
        raise NotFound
    return found[0]


def _height(row: StatusRow) -> int:
    """About as high as the framed page: frames of other sites cannot ask it."""
    text = row.spoiler_text or row.text
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n"))
    is_shown = bool(row.media) and not row.spoiler_text
    options = len(row.poll.options) if row.poll else 0
    height = _FRAME_HEIGHT + lines * _LINE_HEIGHT + options * _OPTION_HEIGHT
    return min(height + (_MEDIA_HEIGHT if is_shown else 0), _TALLEST)
