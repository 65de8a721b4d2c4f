"""Style sheet, scripts and pictures: read at start, served under names that hold their content's hash.

A name with a hash is kept for ever by whoever fetched it; the plain name answers too, since the
API names default pictures by it. The parts of the style sheet (web/css, in the order of their names)
are one file for the browser, those in a folder of it another that only some pages load. Scripts (web/js)
are modules that name each other plainly, and the names are written anew with the hashes here. So nothing
is built, and nothing is ever stale.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "txt": "text/plain; charset=utf-8",
}
SHEET = "parvis.css"
ICON = re.compile(r'<symbol id="(\w+)"')
_IMPORT = re.compile(r'(?<=["\'])\./([\w-]+\.js)(?=["\'])')
# Ours stand on lines of their own; and no text of ours spans lines, so that indents say nothing.
_REMARK = re.compile(r"^\s*(?://.*|/\*\*(?:[^*]|\*(?!/))*\*/)\n|^[ \t]+", re.MULTILINE)
_NOTE = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACES = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?|(?<=:) ")
_FOR_EVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"


class _File(msgspec.Struct, frozen=True):
    body: bytes
    zipped: bytes
    kind: str
    etag: str
    cache: str


class StaticFiles:
    """All files of web/static, web/css and web/js, in memory: some hundred kilobytes."""

    def __init__(self) -> None:
        self._files: dict[str, _File] = {}
        self._addresses: dict[str, str] = {}
        for name, body in _pictures().items():
            self._add(name, body)
        for name, body in {SHEET: style_sheet(), **further_sheets()}.items():
            self._add(name, body)
        self._add_scripts(_scripts())
        kept = [address for name, address in self._addresses.items() if _is_kept(name)]
        self.worker = _worker(kept, _scripts().get("queue.js", ""))

    def _add(self, name: str, body: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        digest = hashlib.sha256(body).hexdigest()[:12]
        zipped = gzip.compress(body, 9, mtime=0)
        for known, kept in ((name, _FOR_A_DAY), (f"{stem}.{digest}.{ending}", _FOR_EVER)):
            self._files[known] = _File(body, zipped, TYPES[ending], f'"{digest}"', kept)
        self._addresses[name] = f"/static/{stem}.{digest}.{ending}"

    def _add_scripts(self, texts: Mapping[str, str]) -> None:
        """Each after those it imports, whose hashes it names; modules in a circle are a fault."""

        def add(name: str, importers: tuple[str, ...]) -> None:
            if name in importers:
                raise ValueError(f"scripts import each other in a circle: {importers}")
            if name in self._addresses:
                return
            for other in _IMPORT.findall(texts[name]):
                add(other, (*importers, name))
            text = _IMPORT.sub(lambda found: self._addresses[found[1]], texts[name])
            self._add(name, _REMARK.sub("", text).encode())

        for name in texts:
            add(name, ())

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


def _is_kept(name: str) -> bool:
    """Whether pages need it also without a connection: the sheets, all scripts, the drawings."""
    return name.endswith((".css", ".js", ".svg"))


def _worker(addresses: list[str], queue: str) -> str:
    """The service worker, told which files there are: when one changes, browsers fetch it anew. What
    sends the composer's messages is written into it, since not every browser's worker can import.
    """
    text = (files("parvis.web") / "worker" / "sw.js").read_text("utf-8")
    listed = f"const FILES = {msgspec.json.encode(addresses).decode()}"
    text = text.replace("const FILES = []", listed, 1)
    if queue:
        plain = re.sub(r"^export ", "", queue, flags=re.MULTILINE)
        sender = f"const QUEUE = (() => {{\n{plain}\nreturn {{ flush }}\n}})()"
        text = text.replace("const QUEUE = null", sender, 1)
    return _REMARK.sub("", text)


@cache
def static_files() -> StaticFiles:
    """Those of this process."""
    return StaticFiles()


def style_sheet() -> bytes:
    """The parts in web/css, one after the other by name, without what only people read."""
    return _sheet(files("parvis.web") / "css")


def further_sheets() -> dict[str, bytes]:
    """Those that only some pages load: each folder of web/css is one, count/ is count.css."""
    folders = (entry for entry in (files("parvis.web") / "css").iterdir() if entry.is_dir())
    return {f"{folder.name}.css": _sheet(folder) for folder in folders}


def _sheet(folder: Traversable) -> bytes:
    parts = sorted(folder.iterdir(), key=lambda entry: entry.name)
    text = "".join(entry.read_text("utf-8") for entry in parts if entry.name.endswith(".css"))
    return _AROUND.sub(r"\1", _SPACES.sub(" ", _NOTE.sub("", text))).encode()


def _scripts() -> dict[str, str]:
    folder = files("parvis.web") / "js"
    return {one.name: one.read_text("utf-8") for one in folder.iterdir() if one.name[-3:] == ".js"}


def _pictures() -> dict[str, bytes]:
    found = (files("parvis.web") / "static").iterdir()
    return {one.name: one.read_bytes() for one in found if one.name.rpartition(".")[2] in TYPES}
