"""The network's own colour and mark, served under addresses that change with them.

The sheet holds nothing but colours made of the one the owner chose (protocols/colours.py), so it can
never say more than the pages' own sheet lets it.
"""

import hashlib
from functools import lru_cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from parvis.domain.addresses import Addresses
from parvis.domain.network import settings as network
from parvis.domain.network.settings import NetworkSettings
from parvis.infra.postgres import AWAY, Db
from parvis.protocols import colours

SHEET = "/look.css"
MARK = "/look.svg"
PATHS = frozenset({SHEET, MARK})
OWN = "#0e6a5b"  # Parvis's accent, as it stands in mark.svg
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_MINUTE = "public, max-age=60"


def sheet_address(settings: NetworkSettings) -> str:
    """The sheet to load after the pages' own; "" while the network has no colour of its own."""
    return f"{SHEET}?{_digest(settings.accent)}" if settings.accent else ""


def mark_address(settings: NetworkSettings, addresses: Addresses, static: str) -> str:
    """The picture beside the network's name: its logo, or the arch in its colour."""
    if settings.logo is not None:
        return addresses.media_url(settings.logo.mark)
    return f"{MARK}?{_digest(settings.accent)}" if settings.accent else static


@lru_cache(maxsize=16)
def _digest(colour: str) -> str:
    return hashlib.sha256(_sheet(colour).encode()).hexdigest()[:12]


@lru_cache(maxsize=16)
def _sheet(colour: str) -> str:
    return colours.style_sheet(colour)


@lru_cache(maxsize=16)
def _mark(colour: str) -> str:
    drawing = (files("parvis.web") / "static" / "mark.svg").read_text("utf-8")
    return drawing.replace(OWN, colours.light_shades(colour).accent)


async def serve(db: Db, request: Request) -> Response:
    """The sheet or the mark in the present colour; kept for ever under its own digest. While the
    database is away, in the colour known last.
    """
    try:
        settings = await network.read(db)
    except AWAY:
        settings = network.last_known(db)
    if settings is None or not settings.accent:
        return Response(status_code=404, headers={"cache-control": "no-store"})
    is_sheet = request.scope["path"] == SHEET
    digest = _digest(settings.accent)
    is_its_own = request.scope["query_string"].decode("latin-1") == digest
    headers = {
        "content-type": "text/css; charset=utf-8" if is_sheet else "image/svg+xml",
        "cache-control": _FOR_EVER if is_its_own else _FOR_A_MINUTE,
        "etag": f'"{digest}"',
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    return Response((_sheet if is_sheet else _mark)(settings.accent), headers=headers)
