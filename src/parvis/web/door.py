"""The people's door: finds the page, asks who reads and in which language, and keeps pages safe.

Everything here works by links and forms alone. Scripts are files of ours that make it quicker; no page
holds a script or a style of its own.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.access.logins import Logins
from parvis.domain.access.types import Login
from parvis.domain.access.writing import AGAIN_S as WRITTEN_AGAIN_S
from parvis.domain.access.writing import ReadOnly, need_writing
from parvis.domain.addresses import Addresses
from parvis.domain.network import settings as network
from parvis.doors.streams.streams import Streams
from parvis.infra.jobs import Means
from parvis.infra.limits import Limit
from parvis.infra.logs import get_logger
from parvis.infra.postgres import AWAY, Busy, Db
from parvis.protocols.languages import pick_locale
from parvis.protocols.paging import PageInvalid
from parvis.protocols.parameters import ParametersInvalid
from parvis.protocols.path_tree import Tree
from parvis.web import look, words
from parvis.web.cookies import LANGUAGE, Cookies
from parvis.web.failures import (
    AGAIN_S,
    AWAY_CODE,
    BROKEN,
    BUSY,
    ERRORS,
    FORGED,
    GONE_FOR_NOW,
    WRONG_METHOD,
    error_page,
    when_again,
)
from parvis.web.form_tokens import FormTokens
from parvis.web.locales import LOCALES, Locale, locale_of
from parvis.web.packing import keep, pack
from parvis.web.repeats import Repeats
from parvis.web.routing import FORM_LIMIT, GOES_ON, PageRoute
from parvis.web.rung import meet
from parvis.web.same_origin import is_own
from parvis.web.static_files import static_files
from parvis.web.templates_engine import Templates
from parvis.web.visit import TokenMissing, Visit

log = get_logger()

PER_ADDRESS = Limit(1_500, 300)  # pages; a reader who opens five links a second for five minutes
STATIC = "/static/"
_SAFE = {
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",  # browsers older than frame-ancestors
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_BY_TLS_S = 365 * 86_400  # a browser that came by https comes by nothing else (RFC 6797)
# form-action stands last: a page that asks for consent adds where the answer goes.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data: blob: https:; media-src 'self' blob: https:; manifest-src 'self'; "
    "worker-src 'self'; require-trusted-types-for 'script'; trusted-types parvis; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEARING = ("microphone=()", "microphone=(self)")
_FETCHED = "connect-src 'self'"
_FRAMED = ("frame-ancestors 'none'", "frame-ancestors *")
OK = 200
READING = {"GET", "HEAD"}


def safe_headers(*, is_https: bool) -> dict[str, str]:
    """Of every page. Other names below the network's are their owner's to bind to TLS, not ours."""
    by_tls = {"strict-transport-security": f"max-age={_BY_TLS_S}"}
    return _SAFE | by_tls if is_https else _SAFE


class Door:
    """What the pages of a process share."""

    def __init__(
        self,
        db: Db,
        addresses: Addresses,
        tree: Tree[PageRoute],
        *,
        client_address: Callable[[Request], str],
        means: Means,
        streams: Streams,
    ) -> None:
        self.db = db
        self.addresses = addresses
        self.tree = tree
        self.client_address = client_address
        self.means = means
        self.streams = streams
        is_https = addresses.root.startswith("https:")
        self.cookies = Cookies(is_https=is_https)
        self.safe = safe_headers(is_https=is_https)
        self.static = static_files()
        self.tokens = FormTokens()
        self.repeats = Repeats()
        self.templates = Templates(self.static, self.tokens.mark)
        self.logins = db.kept(Logins)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one HTTP request for a page or a static file."""
        request = Request(scope, receive)
        path: str = scope["path"]
        if path.startswith(STATIC) and request.method in {"GET", "HEAD"}:
            file = self.static.serve(request, path.removeprefix(STATIC))
            if file is not None:
                await file(scope, receive, send)
                return
        if path in look.PATHS and request.method in {"GET", "HEAD"}:
            answer = await look.serve(self.db, request)
        else:
            answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        try:
            visit = await self._visit(request)
        except (ParametersInvalid, PageInvalid) as refused:
            return self._plain(request, ERRORS[type(refused)])
        except Busy as late:
            return self._plain(request, self._too_late(request, late))
        except Exception as failed:
            log.exception("page failed", route=self._route_of(request))
            return self._plain(request, _fault(failed))
        try:
            answer = await self._page(visit)
        except tuple(ERRORS) as refused:
            if isinstance(refused, (errors.Unauthenticated, TokenMissing)):
                await visit.recall(FORM_LIMIT)
            answer = self._refuse(visit, refused)
        except Busy as late:
            answer = error_page(visit, self._too_late(request, late))
        except Exception as failed:
            log.exception("page failed", route=self._route_of(request))
            answer = error_page(visit, _fault(failed))
        self._dress(visit, answer)
        return pack(request, answer)

    def _too_late(self, request: Request, late: Busy) -> tuple[int, str, str]:
        log.warning("page too late", route=self._route_of(request), reason=str(late))
        return BUSY

    def _route_of(self, request: Request) -> str | None:
        """For logs: the address itself holds people's words."""
        found = self.tree.find(request.scope["path"])
        return next(iter(found[0].values())).path if found else None

    async def _visit(self, request: Request) -> Visit:
        login = await self._login(request)
        settings = await network.read(self.db)
        chosen = _chosen(request)
        if chosen:
            code = chosen
        elif login is not None and login.locale in LOCALES:
            code = login.locale
        else:
            offered = tuple(one for one in settings.languages if one in LOCALES) or LOCALES
            code = pick_locale(request.headers.get("accept-language"), offered)
        return Visit(self, request, {}, login, locale_of(code), settings)

    async def _login(self, request: Request) -> Login | None:
        secret = request.cookies.get(self.cookies.session_name)
        return await self.logins.find_session(secret) if secret else None

    async def _page(self, visit: Visit) -> Response:
        request = visit.request
        self._limit(request)
        found = self.tree.find(request.scope["path"])
        if found is None:
            raise errors.NotFound
        routes, visit.path = found
        route = routes.get("GET" if request.method == "HEAD" else request.method)
        if route is None:
            answer = error_page(visit, WRONG_METHOD)
            known = {*routes, "HEAD"} if "GET" in routes else set(routes)
            answer.headers["allow"] = ", ".join(sorted(known))
            return answer
        if not is_own(request, self.addresses.root):
            return error_page(visit, FORGED)
        stopped = self._stop(route, visit)
        if stopped is None and request.method not in READING and route.path not in GOES_ON:
            need_writing(visit.network, visit.login)
        return stopped or await self._handle(route, visit)

    def _stop(self, route: PageRoute, visit: Visit) -> Response | None:
        """What keeps this person from this page: nobody, or nobody who may, is logged in."""
        if route.who != "anyone" and visit.login is None:
            has_ended = bool(visit.session_secret)  # the browser believes itself logged in
            if route.method == "GET":
                say = "session" if has_ended else ""
                answer = visit.redirect(log_in_address(visit.here), say=say)
                if has_ended:
                    self.cookies.end_session(answer)
                return answer
            if not route.keeps_words:
                reason = "session_ended" if has_ended else "invalid_token"
                raise errors.Unauthenticated(reason=reason)
        hindered = _admit(route, visit.login)
        if hindered is not None and route.method == "GET":
            return visit.redirect("/auth/waiting")
        if hindered is not None:
            raise hindered
        return None

    async def _handle(self, route: PageRoute, visit: Visit) -> Response:
        try:
            if route.method != "GET" and not route.is_raw:
                # Files of who is not logged in are not even received.
                is_strangers = route.keeps_words and visit.login is None
                limit = FORM_LIMIT if is_strangers else route.limit
                await visit.read_form(limit, keeps_words=route.keeps_words)
            await meet(visit)
            if route.method == "GET" or route.is_raw:
                return await route.handler(visit)
            return await self.repeats.once(visit, visit.sent, lambda: route.handler(visit))
        finally:
            visit.close()

    def _limit(self, request: Request) -> None:
        taken = self.db.limits.take(PER_ADDRESS, "page", self.client_address(request))
        if not taken.is_allowed:
            raise errors.TooMany(retry_after_s=taken.retry_after_s)

    def _refuse(self, visit: Visit, refused: Exception) -> Response:
        code, heading, text = next(
            said for kind, said in ERRORS.items() if isinstance(refused, kind)
        )
        hindered = isinstance(refused, errors.Refused) and words.hindered(refused, visit.locale)
        if isinstance(refused, errors.Invalid):  # say what to change, as beside a field
            hindered = " ".join(dict.fromkeys(words.beside(refused, visit.locale).values()))
        if isinstance(refused, ReadOnly):
            answer = error_page(visit, (code, heading, text))
            answer.headers["retry-after"] = str(WRITTEN_AGAIN_S)
            return answer
        if not isinstance(refused, errors.TooMany):
            return error_page(visit, (code, heading, text), hindered or None)
        hindered = hindered or when_again(refused, visit.locale)
        answer = error_page(visit, (code, heading, text), hindered)
        answer.headers["retry-after"] = str(int(refused.retry_after_s) + 1)
        return answer

    def last_language(self, request: Request) -> Locale:
        """Without asking anybody: as chosen in this browser, in the settings, or by the browser itself."""
        secret = request.cookies.get(self.cookies.session_name)
        login = self.logins.last_known(secret) if secret else None
        of_settings = login.locale if login is not None and login.locale in LOCALES else ""
        offered = request.headers.get("accept-language")
        return locale_of(_chosen(request) or of_settings or pick_locale(offered, LOCALES))

    def plain_page(
        self,
        locale: Locale,
        said: tuple[int, str, str],
        *,
        is_fragment: bool,
        again_s: int = 0,
        here: str = "",
        work: str = "",
    ) -> str:
        """A page, or for scripts a part of one, made without asking the database. `here`: where it tries
        again; "" is the page itself. `work`: where its browser may earn its place, if it may.
        """
        code, heading, text = said[0], locale.text(said[1]), locale.text(said[2])
        if is_fragment:
            return self.templates.render_plain(
                locale, "error_fragment.html", heading=heading, text=text
            )
        known, mark = network.last_known(self.db), self.static.address("mark.svg")
        return self.templates.render_plain(
            locale,
            "plain.html",
            code=code,
            heading=heading,
            text=text,
            again_s=again_s,
            look=known and look.sheet_address(known),
            mark=look.mark_address(known, self.addresses, mark) if known else mark,
            here=here,
            work=work,
        )

    @property
    def plain_headers(self) -> dict[str, str]:
        return {
            **self.safe,
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": _POLICY,
            "cache-control": "no-store",
            "x-robots-tag": "noindex",
        }

    def _plain(self, request: Request, said: tuple[int, str, str]) -> Response:
        """When no visit can be made: the address is too broken, or nothing can be read."""
        code, is_away = said[0], said[0] == AWAY_CODE
        body = self.plain_page(
            self.last_language(request),
            said,
            is_fragment="x-fragment" in request.headers,
            again_s=AGAIN_S if is_away and request.method == "GET" else 0,
            here=quote(request.scope["path"], safe="/@:"),
        )
        again = {"retry-after": str(AGAIN_S)} if is_away else {}
        return Response(body, code, self.plain_headers | again)

    def _dress(self, visit: Visit, answer: Response) -> None:
        """Headers of every page: what it may load, who may keep it, which language was chosen."""
        request, headers = visit.request, answer.headers
        headers.update(self.safe)
        policy = _POLICY + "".join(f" {target}" for target in visit.form_targets)
        if visit.may_be_framed:
            policy = policy.replace(*_FRAMED)
            headers["cross-origin-resource-policy"] = "cross-origin"
            del headers["x-frame-options"]
        policy = policy.replace(_FETCHED, " ".join((_FETCHED, *visit.heard_from)))
        if visit.may_hear:
            headers["permissions-policy"] = headers["permissions-policy"].replace(*_HEARING)
        headers["content-security-policy"] = policy
        headers["content-language"] = visit.locale.code
        if not visit.for_all_s:  # devices keep pages for one person alone (worker/sw.js)
            headers["x-reader"] = str(visit.viewer_id)
        if visit.robots:
            headers["x-robots-tag"] = visit.robots
        wanted = request.query_params.get("lang")
        if wanted in LOCALES and request.cookies.get(LANGUAGE) != wanted and not visit.for_all_s:
            self.cookies.set_language(answer, wanted)
        if visit.new_secret:
            self.cookies.set_session(answer, visit.new_secret)
        if visit.was_told and answer.status_code == OK:
            self.cookies.forget_told(answer)
        keep(request, answer, is_secret=visit.is_secret, for_all_s=visit.for_all_s)


def _fault(failed: Exception) -> tuple[int, str, str]:
    return GONE_FOR_NOW if isinstance(failed, AWAY) else BROKEN


def _chosen(request: Request) -> str:
    """The language that this browser chose by a link, "" when it did not."""
    chosen = request.query_params.get("lang", "") or request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LOCALES else ""


def log_in_address(here: str) -> str:
    """The log-in page that comes back here."""
    return f"/auth/log-in?next={quote(here, safe='/@')}"


def _admit(route: PageRoute, login: Login | None) -> errors.Forbidden | None:
    """What hinders a member for now, to be explained on a page of its own."""
    if login is None or route.who == "anyone":
        return None
    if login.trouble is not None and not route.allows_trouble:
        return errors.Forbidden("This login may not act now", reason=login.trouble)
    if route.who in {"staff", "admin"} and not login.is_staff:
        raise errors.Forbidden("This is for the network's moderators", reason="not_staff")
    if route.who == "admin" and not login.runs_network:
        raise errors.Forbidden("This is for the network's owner and admins", reason="not_admin")
    return None
