"""Forged requests: an unsafe request must come from one of this network's own pages."""

from urllib.parse import urlsplit

from starlette.requests import Request

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_own(request: Request, root: str) -> bool:
    """Whether a page of `root` sent this request. Browsers write these headers, pages cannot."""
    if request.method in SAFE:
        return True
    site = request.headers.get("sec-fetch-site")
    if site is not None:  # Fetch Metadata §2.4; "none" is the person themself (a reload)
        return site in {"same-origin", "none"}
    sender = request.headers.get("origin") or request.headers.get("referer")
    if not sender:  # no browser: all of them name the origin of a form (Fetch §3.2), curl does not
        return True
    url = urlsplit(sender)
    return f"{url.scheme}://{url.netloc}" == root
