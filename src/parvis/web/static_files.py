"""Style sheet and pictures: read at start, served under names that hold their content's hash.

A name with a hash is kept for ever by whoever fetched it; the plain name answers too, since the
API names default pictures by it.
"""

import gzip
import hashlib
import re
from importlib.resources import files

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    "css": "text/css; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
}
ICON = re.compile(r'<symbol id="(\w+)"')
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


class _File(msgspec.Struct, frozen=True):
    body: bytes
    zipped: bytes
    kind: str
    etag: str
    cache: str


class StaticFiles:
    """All files of web/static, in memory: a few dozen kilobytes."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._addresses: dict[str, str] = {}
        for entry in (files("parvis.web") / "static").iterdir():
            stem, _, ending = entry.name.rpartition(".")
            if ending not in TYPES:
                continue
            body = entry.read_bytes()
            digest = hashlib.sha256(body).hexdigest()[:12]
            zipped = gzip.compress(body, 9, mtime=0)
            for name, cache in ((entry.name, _FOR_A_DAY), (f"{stem}.{digest}.{ending}", _FOR_EVER)):
                self._files[name] = _File(body, zipped, TYPES[ending], f'"{digest}"', cache)
            self._addresses[entry.name] = f"/static/{stem}.{digest}.{ending}"

    def address(self, name: str) -> str:
        """The path to write into a page; a name that is no file is a fault of the template."""
        return self._addresses[name]

    def icons(self) -> dict[str, Markup]:
        """Each drawing of icons.svg, ready to stand in a page."""
        sheet, address = self._files["icons.svg"].body.decode(), self.address("icons.svg")
        drawing = Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>')
        return {name: drawing.format(address, name) for name in ICON.findall(sheet)}

    def serve(self, request: Request, name: str) -> Response | None:
        """The file, or None when there is none of this name."""
        file = self._files.get(name)
        if file is None:
            return None
        headers = {
            "content-type": file.kind,
            "cache-control": file.cache,
            "etag": file.etag,
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
            "cross-origin-resource-policy": "cross-origin",  # apps show the default pictures
            "access-control-allow-origin": "*",
            # An SVG opened by itself is a document: it may draw, nothing else.
            "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        }
        if request.headers.get("if-none-match") == file.etag:
            return Response(status_code=304, headers=headers)
        body = file.body
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["content-encoding"] = file.zipped, "gzip"
        return Response(body, headers=headers)
