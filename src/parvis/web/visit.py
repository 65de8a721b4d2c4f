"""One visit of a page: who reads it, in which language, and the ways to answer."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit
from zoneinfo import ZoneInfo

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parvis.domain.access.invitations import may_invite
from parvis.domain.access.log_in import Browser
from parvis.domain.access.types import Login, Reading
from parvis.domain.accounts.types import AccountRow
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.ids import NOBODY
from parvis.domain.network.settings import NetworkSettings
from parvis.doors.parameters import (
    BodyMalformed,
    BodyTooLarge,
    close_files,
    convert,
    read_body,
)
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db
from parvis.protocols.paging import Page, parse_page
from parvis.protocols.parameters import ParametersInvalid, parse_query
from parvis.web import look
from parvis.web.cookies import TOLD, ZONE
from parvis.web.form_tokens import TOKEN_FIELD
from parvis.web.locales import Locale, zone_of
from parvis.web.opened import opened

T = TypeVar("T", bound=msgspec.Struct)

# What of a form is shown again: what somebody wrote, never what proves who they are.
_NO_WORDS = {TOKEN_FIELD, "password", "current", "code", "answer", "secret", "key", "next"}
_WORDS = 12  # letters; less is quickly written again
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


# What an address is made of (RFC 3986 §2.2, and what is escaped already). Anything else is escaped in a
# header, which is ASCII on one line.
ADDRESS = "!#$%&'()*+,/:;=?@[]~"


class TokenMissing(Exception):
    """A member's form without the token that only their own pages hold."""


class Visit:
    """What a page's function gets. `login` is None for a visitor."""

    def __init__(
        self,
        door: Any,
        request: Request,
        path: dict[str, str],
        login: Login | None,
        locale: Locale,
        network: NetworkSettings,
    ) -> None:
        self.door = door  # web.door.Door: what the process shares
        self.db: Db = door.db
        self.addresses: Addresses = door.addresses
        self.means: Means = door.means
        self.request = request
        self.path = path
        self.login = login
        self.locale = locale
        self.network = network
        self.query = parse_query(request.scope["query_string"])
        self.is_secret = False  # whether the answer must never be kept, not even by the browser
        self.new_secret = ""  # of the session, which goes on under another one from this answer on
        self.was_told = False  # whether this page shows what the one before had to say
        self.is_stale = False  # whether the form that came is of a log-in before this one
        self.robots = ""  # what search engines are asked for: "noindex"; said in page and header
        self.for_all_s = 0  # seconds for which anybody may keep it: the page minds no cookie
        self.may_be_framed = False  # whether other sites may show it within their pages
        self.may_hear = False  # whether the page may ask for the microphone
        self.written: list[str] = []  # of a form that came too late
        self._body: dict[str, object] | None = None
        self.me: AccountRow | None = None  # who reads, for the frame around pages
        self.unread = 0  # notifications
        self.rung: tuple[int, AccountRow] | None = None  # a call that rings for them, and whose
        self.barred: dict[
            int, str
        ] = {}  # why this reader may not vote in a poll, where it was asked
        self.heard_from: tuple[str, ...] = ()  # relays that the page may fetch sound from (CSP)
        self.form_targets: list[str] = []  # where else a form of this page may end (CSP)

    @property
    def viewer_id(self) -> int:
        """The account that reads; 0 for a visitor."""
        return NOBODY if self.login is None else self.login.account_id

    @property
    def reading(self) -> Reading:
        """What this reader wants opened; visitors nothing."""
        return Reading() if self.login is None else self.login.reading

    @property
    def is_sparing(self) -> bool:
        """Whether the browser asks for little: pictures then wait to be asked for (css/33-access.css)."""
        return self.request.headers.get("save-data", "").strip().lower() == "on"

    @property
    def session_secret(self) -> str:
        """What the session's cookie holds, "" without one."""
        return self.new_secret or self.request.cookies.get(self.door.cookies.session_name, "")

    @property
    def browser(self) -> Browser:
        """Where somebody is about to log in."""
        agent = self.request.headers.get("user-agent", "")
        return Browser(self.address, agent, self.session_secret)

    @property
    def zone(self) -> ZoneInfo | None:
        """Where the reader's clock is, as a script of ours found out; None: not known."""
        named = self.request.cookies.get(ZONE)
        return zone_of(named) if named else None

    @property
    def here(self) -> str:
        """Path and query of this page."""
        scope = self.request.scope
        path, query = quote(scope["path"], safe="/@:"), scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path

    @property
    def look(self) -> str:
        """The address of the sheet with the network's own colour, "" without one."""
        return look.sheet_address(self.network)

    @property
    def may_invite(self) -> bool:
        """Whether the reader may make invitations."""
        return may_invite(self.login, self.network)

    @property
    def mark(self) -> str:
        """The address of the network's mark."""
        return look.mark_address(self.network, self.addresses, self.door.static.address("mark.svg"))

    @property
    def icon(self) -> str:
        """The mark as phones show it among their applications: a picture of 192 pixels."""
        logo = self.network.logo
        if logo is not None:
            return self.addresses.media_url(logo.icon)
        return self.door.static.address("icon-192.png")

    def in_language(self, code: str) -> str:
        """The address of the page in another language."""
        kept = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        is_page = self.request.method in {"GET", "HEAD"}
        return f"{quote(self.request.scope['path'], safe='/@:') if is_page else '/'}?" + urlencode(
            [*(kept if is_page else []), ("lang", code)]
        )

    def ask(self, name: str) -> str:
        """A parameter of the address, "" when it is not there."""
        value = self.query.get(name)
        return value if isinstance(value, str) else ""

    def page(self, *, size: int = 20) -> Page:
        """The part of a list that the address asks for."""
        return parse_page({k: v for k, v in self.query.items() if k != "limit"}, default=size)

    async def read_form(self, limit: int, *, keeps_words: bool = False) -> None:
        """Take in what was sent. A member's form that lacks its token is refused, or marked as stale."""
        sent = self.request.headers.get("content-type", _FORMS[0])
        if not sent.startswith(_FORMS):
            raise Invalid("form", "A form of this page was expected")
        self._body = await read_body(self.request, limit)
        if self.login is not None and not self.door.tokens.fits(self):
            if not keeps_words:
                raise TokenMissing
            self.is_stale = True

    async def form(self, kind: type[T]) -> T:
        """The fields of the form; those it does not know are left out. A field that may hold a file is
        typed `UploadFile | None`, and its route takes a higher limit.
        """
        return convert(_with_plain_lines(self._body or {}), kind)

    async def recall(self, limit: int) -> None:
        """Take in the words of a form that comes too late, to show them again: with another session the
        browser's way back leads to a page without them.
        """
        if self.wants_fragment or self.request.method != "POST":
            return
        if self._body is None:
            with suppress(BodyMalformed, BodyTooLarge, ParametersInvalid):
                self._body = await read_body(self.request, limit)
        self.written = [
            value
            for name, value in self.sent.items()
            if isinstance(value, str) and name not in _NO_WORDS and len(value) >= _WORDS
        ]
        self.close()

    def close(self) -> None:
        """Give back the files that came with the form."""
        if self._body is not None:
            close_files(self._body)

    @property
    def sent(self) -> dict[str, object]:
        """The fields of the form as they came."""
        return self._body or {}

    @property
    def sent_token(self) -> str:
        """The form's token, as a field or as a header of our own scripts."""
        field = (self._body or {}).get(TOKEN_FIELD)
        return field if isinstance(field, str) else self.request.headers.get("x-token", "")

    @property
    def wants_fragment(self) -> bool:
        """Whether a script of ours asks, which puts the answer into the page that is open."""
        return "x-fragment" in self.request.headers

    def done(self, template: str, back: str = "", **values: object) -> Response:
        """Something was done: the fragment that shows it, or, without scripts, the page it was on."""
        if self.wants_fragment:
            return self.render(template, 200, **values)
        return self.redirect(self.next(back, self.came_from))

    @property
    def came_from(self) -> str:
        """The page of ours whose form this is; the front when the browser does not say."""
        sender = urlsplit(self.request.headers.get("referer", ""))
        here = f"{sender.path}?{sender.query}" if sender.query else sender.path
        is_ours = f"{sender.scheme}://{sender.netloc}" == self.addresses.root
        return here if is_ours and is_local(here) else "/"

    def next(self, wanted: str, otherwise: str = "/") -> str:
        """Where to go on: only ever a page of this network."""
        return wanted if is_local(wanted) else otherwise

    def render(self, template: str, status: int = 200, **values: object) -> Response:
        """A page. One without a head (web/previews.py) is not meant to be found by search engines."""
        if "head" not in values and not self.robots:
            self.robots = "noindex"
        text = self.door.tokens.splice(self.door.templates.render(template, self, values), self)
        return Response(
            opened(text, self.reading, is_sparing=self.is_sparing),
            status,
            {"content-type": "text/html; charset=utf-8"},
        )

    def json(self, text: str) -> Response:
        """What one of our scripts asked for."""
        return Response(text, headers={"content-type": "application/json"})

    @property
    def address(self) -> str:
        """Where the request came from, for what is limited by it."""
        return self.door.client_address(self.request)

    def redirect(self, to: str, *, say: str = "") -> Response:
        """Go on elsewhere; a form that was sent is not sent again. `say` is a code of the words that
        the next page shows once (`told`): never in its address, where anybody could put it.
        """
        answer = Response(status_code=303, headers={"location": quote(to, safe=ADDRESS)})
        if say:
            self.door.cookies.set_told(answer, say)
        return answer

    def told(self, words: Mapping[str, str]) -> str:
        """What the page that led here wanted said, among these words by code; "" for nothing."""
        said = words.get(self.request.cookies.get(TOLD, ""), "")
        self.was_told = self.was_told or bool(said)
        return self.locale.text(said) if said else ""


def is_local(path: str) -> bool:
    """Whether an address stays here: a path, never `//other.example` nor a backslash's trick."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in path):  # noqa: PLR2004 - controls
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc


def _with_plain_lines(body: dict[str, object]) -> dict[str, object]:
    """Browsers end lines as in 1982 (HTML §4.10.21.8)."""
    return {
        name: value.replace("\r\n", "\n") if isinstance(value, str) else value
        for name, value in body.items()
    }
