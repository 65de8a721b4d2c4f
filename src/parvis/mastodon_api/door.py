"""The door itself: finds the route, asks who is calling, maps refusals to codes and words."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.access.logins import Logins
from parvis.domain.access.refusals import OAuthRefused
from parvis.domain.access.types import Login
from parvis.domain.access.writing import AGAIN_S as WRITTEN_AGAIN_S
from parvis.domain.access.writing import ReadOnly, need_writing
from parvis.domain.addresses import Addresses
from parvis.domain.network import settings
from parvis.doors.parameters import BodyMalformed, BodyTooLarge
from parvis.infra.clock import now
from parvis.infra.jobs import Means
from parvis.infra.limits import Limit
from parvis.infra.logs import get_logger
from parvis.infra.postgres import AWAY, Busy, Db
from parvis.mastodon_api.call import JSON, Call
from parvis.mastodon_api.routing import Route
from parvis.protocols.oauth import covers
from parvis.protocols.paging import PageInvalid
from parvis.protocols.parameters import ParametersInvalid
from parvis.protocols.path_tree import Tree
from parvis.protocols.timestamps import iso

log = get_logger()

MIB = 1 << 20
AGAIN_S = 5
# Mastodon's: 300 calls in five minutes an account and an address, whichever fills first.
PER_ACCOUNT = Limit(300, 300)
PER_ADDRESS = Limit(7_500, 300)

CORS = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Link, X-RateLimit-Reset, X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After",
    ),
]
# What a browser makes of an answer that somebody opens by itself, with words of others in it: nothing.
SAFE = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
]
ALWAYS = CORS + SAFE
PREFLIGHT = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "POST, PUT, DELETE, GET, PATCH, OPTIONS",
    # The star is any other that an app's library adds; it does not stand for Authorization (Fetch §3.3.5).
    "access-control-allow-headers": "Authorization, Content-Type, Idempotency-Key, Accept, *",
    "access-control-max-age": "86400",
}

# Each kind of refusal and its code; a rule test proves the table whole.
CODES: dict[type[Exception], int] = {
    OAuthRefused: 400,  # but for those of OAUTH_CODES
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    ReadOnly: 503,
    errors.Refused: 422,
    BodyTooLarge: 413,
    BodyMalformed: 400,
    ParametersInvalid: 400,
    PageInvalid: 422,
}
READING = {"GET", "HEAD"}
OAUTH_CODES = {"invalid_client": 401, "unauthorized_client": 403}
TROUBLES = {
    "suspended": "Your login is currently disabled",
    "disabled": "Your login is currently disabled",
    "unconfirmed": "Your login is missing a confirmed e-mail address",
    "unapproved": "Your login is currently pending approval",
}


class Door:
    """What the calls of a process share. `client_address` reads the caller's through trusted
    proxies.
    """

    def __init__(
        self,
        db: Db,
        addresses: Addresses,
        tree: Tree[Route],
        *,
        client_address: Callable[[Request], str],
        means: Means | None = None,
        body_limit: int = 2 * MIB,
    ) -> None:
        self.db = db
        self.addresses = addresses
        self.tree = tree
        self.client_address = client_address
        self.means = means  # storage and the maker of pictures (app.py opens them)
        self.body_limit = body_limit
        self.logins = db.kept(Logins)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request below /api, /oauth and their like."""
        request = Request(scope, receive)
        response = await self._answer(request)
        response.raw_headers += ALWAYS
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        method = request.method
        found = self.tree.find(request.scope["path"])
        if method == "OPTIONS":
            return Response(status_code=200, headers=PREFLIGHT)
        if found is None:
            return refusal(404, "Record not found")
        routes, path = found
        route = routes.get("GET" if method == "HEAD" else method)
        if route is None:
            allowed = ", ".join(sorted(routes))
            return refusal(405, f"{method} is not possible here; use {allowed}", {"allow": allowed})
        try:
            login = None if route.auth == "open" else await self.login(request)
            admit(route, login)
            if method not in READING and route.auth != "open":
                need_writing(await settings.read(self.db), login)
            limited = self._limit(request, login)
            call = Call(request, path, login, self)
            call.body_limit = route.body_limit or self.body_limit
            try:
                answer = await route.handler(call)
            finally:
                call.close()
        except (*CODES, *AWAY) as refused:
            return refuse(refused)
        except Exception:
            log.exception("call failed", route=route.path, method=method)
            return refusal(500, "Something went wrong on our side; nothing was changed")
        if limited:
            answer.headers.update(limited)
        return answer

    async def login(self, request: Request) -> Login | None:
        """Whose token this is; None without one. A token that is none is refused, never ignored."""
        token = bearer(request)
        if token is None:
            return None
        login = await self.logins.find(token)
        if login is None:
            raise errors.Unauthenticated
        return login

    def _limit(self, request: Request, login: Login | None) -> dict[str, str] | None:
        limits = self.db.limits
        if not limits.is_on:
            return None
        if login is not None and login.account_id:
            limit, key = PER_ACCOUNT, ("account", login.account_id)
        else:
            limit, key = PER_ADDRESS, ("address", self.client_address(request))
        taken = limits.take(limit, *key)
        if not taken.is_allowed:
            raise errors.TooMany(retry_after_s=taken.retry_after_s)
        return limit_headers(limit, taken.remaining, taken.reset_s)


def bearer(request: Request) -> str | None:
    """The token of the Authorization header (RFC 6750 §2.1)."""
    for name, value in request.scope["headers"]:
        if name == b"authorization":
            kind, _, token = value.partition(b" ")
            if kind.lower() == b"bearer":
                return token.strip().decode("latin-1")
            return None
    return None


def admit(route: Route, login: Login | None) -> None:
    """Whether this login may call this route at all."""
    if login is None:
        if route.auth in ("public", "open"):
            return
        raise errors.Unauthenticated("The access token is invalid")
    if route.scopes and not covers(login.scopes, *route.scopes):
        raise errors.Forbidden("This action is outside the authorized scopes", reason="scope")
    if route.auth in ("user", "staff") and login.user_id is None:
        raise errors.Unauthenticated("This method requires an authenticated user")
    if route.auth == "staff" and not login.is_staff:
        raise errors.Forbidden("This action is not allowed")
    if login.trouble is not None and not route.allows_trouble and route.auth != "app":
        raise errors.Forbidden(TROUBLES[login.trouble], reason=login.trouble)


def limit_headers(limit: Limit, remaining: int, reset_s: float) -> dict[str, str]:
    return {
        "x-ratelimit-limit": str(limit.count),
        "x-ratelimit-remaining": str(remaining),
        "x-ratelimit-reset": iso(now() + timedelta(seconds=reset_s)),
    }


def refuse(refused: Exception) -> Response:
    """A refusal in the API's words, or that the database cannot be asked now."""
    if isinstance(refused, AWAY):
        return _come_back(refused)
    if isinstance(refused, OAuthRefused):
        return _refuse_oauth(refused)
    code = next(code for kind, code in CODES.items() if isinstance(refused, kind))
    headers: dict[str, str] = {}
    details: dict[str, Any] | None = None
    message = str(refused)
    if isinstance(refused, errors.TooMany):
        headers["retry-after"] = str(int(refused.retry_after_s) + 1)
    elif isinstance(refused, ReadOnly):
        headers["retry-after"] = str(WRITTEN_AGAIN_S)
    elif isinstance(refused, errors.Unauthenticated):
        headers["www-authenticate"] = 'Bearer realm="Parvis", error="invalid_token"'
    elif isinstance(refused, errors.Invalid):
        details = {}
        for fault in refused.faults:
            described = fault.description.removeprefix("Validation failed: ")
            told = {"error": fault.reason, "description": described}
            details.setdefault(fault.field, []).append(told)
    return refusal(code, message, headers, details)


def _come_back(failed: Exception) -> Response:
    """The database does not answer now: the call may be told again soon."""
    log.warning("call not answered", reason=type(failed).__name__)
    said = "The server is busy" if isinstance(failed, Busy) else "The network is starting again"
    return refusal(503, f"{said}; try again in a moment", {"retry-after": str(AGAIN_S)})


def _refuse_oauth(refused: OAuthRefused) -> Response:
    """RFC 6749 §5.2: a code for programs, a sentence for people."""
    code = OAUTH_CODES.get(refused.reason, CODES[OAuthRefused])
    headers = dict(JSON)
    if code == 401:  # noqa: PLR2004 - RFC 9110 §11.6.1
        headers["www-authenticate"] = 'Basic realm="Parvis"'
    body = {"error": refused.reason, "error_description": refused.message}
    return Response(msgspec.json.encode(body), code, headers)


def refusal(
    code: int,
    message: str,
    headers: dict[str, str] | None = None,
    details: dict[str, Any] | None = None,
) -> Response:
    body: dict[str, Any] = {"error": message}
    if details is not None:
        body["details"] = details
    return Response(msgspec.json.encode(body), code, {**JSON, **(headers or {})})
