"""How a page travels: who may keep it, whether it changed since, and packed as small as is worth it.

A visitor's page is the same for every visitor of its language, so any cache on the way may keep it for a
moment. A page made for a cookie is its reader's alone. Both have a strong tag of their content, so that
who has it already is answered in a few bytes.
"""

import hashlib
import zlib

from starlette.requests import Request
from starlette.responses import Response

VISITORS_S = 15  # what a visitor may see a moment late; members never
# Of 33 KB of a front: level 1 leaves 6.5 KB in 0.18 ms, 4 leaves 6.0 KB in 0.26 ms, 9 leaves 5.8 KB in
# 0.45 ms (docs/performance.md).
LEVEL = 4
WORTH_IT = 600  # bytes; less fits into the first packet anyway
_GZIP = 31  # zlib's word for a gzip wrapping
_TEXTS = (
    "text/",
    "application/rss",
    "application/atom",
    "application/json",
    "image/svg",
    "application/xml",
)
_OK = 200
_KEPT = frozenset({_OK, 404, 410})
_READ = frozenset({"GET", "HEAD"})


def keep(request: Request, answer: Response, *, is_secret: bool, for_all_s: int) -> None:
    """Say who may keep the answer. `for_all_s`: it tells everybody the same, who is logged in or not."""
    headers = answer.headers
    headers["vary"] = "accept-encoding, accept-language, cookie, save-data, x-fragment"
    if is_secret or request.method not in _READ or "set-cookie" in headers:
        headers["cache-control"] = "no-store"
    elif for_all_s and answer.status_code == _OK:
        headers["cache-control"] = f"public, max-age={for_all_s}"
        headers["vary"] = (
            "accept-encoding, accept-language, cookie"  # a cookie chooses the language
        )
    elif "cookie" in request.headers:
        headers["cache-control"] = "private, no-cache"
    elif answer.status_code in _KEPT:
        headers["cache-control"] = f"public, max-age={VISITORS_S}"
    else:
        headers["cache-control"] = "no-store"


def pack(request: Request, answer: Response) -> Response:
    """The answer with its tag and packed, or that what is known is still true. Streams go by untouched."""
    body = getattr(answer, "body", None)
    kind = answer.headers.get("content-type", "")
    if not body or not kind.startswith(_TEXTS) or "content-encoding" in answer.headers:
        return answer
    headers = answer.headers
    is_packed = len(body) >= WORTH_IT and takes_gzip(request.headers.get("accept-encoding", ""))
    if answer.status_code == _OK and headers.get("cache-control") != "no-store":
        # The packed bytes are another representation: a tag of their own (RFC 9110 §8.8.3.3).
        tag = hashlib.sha256(body).hexdigest()[:20] + ("-gz" if is_packed else "")
        headers["etag"] = f'"{tag}"'
        if is_known(request, tag, headers.get("last-modified")):
            return _unchanged(answer)
    if is_packed:
        packer = zlib.compressobj(LEVEL, zlib.DEFLATED, _GZIP)
        answer.body = packer.compress(body) + packer.flush()
        headers["content-encoding"] = "gzip"
        headers["content-length"] = str(len(answer.body))
    return answer


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding takes gzip (RFC 9110 §12.5.3): `gzip;q=0` does not."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() in {"gzip", "x-gzip"}:
            return weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def is_known(request: Request, tag: str, changed: str | None) -> bool:
    """Whether the reader has this content. A tag outweighs a date (RFC 9110 §13.2.2)."""
    named = request.headers.get("if-none-match")
    if named is not None:
        tags = {one.strip().removeprefix("W/") for one in named.split(",")}
        return "*" in tags or f'"{tag}"' in tags
    return changed is not None and request.headers.get("if-modified-since") == changed


def _unchanged(answer: Response) -> Response:
    left = {
        name: value
        for name, value in answer.headers.items()
        if name not in {"content-length", "content-type", "content-language"}
    }
    return Response(status_code=304, headers=left)
