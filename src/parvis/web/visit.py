"""One visit of a page: who reads it, in which language, and the ways to answer."""

from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parvis.domain.access.types import Login
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid
from parvis.domain.ids import NOBODY
from parvis.domain.network.settings import NetworkSettings
from parvis.infra.postgres import Db
from parvis.protocols.paging import Page, parse_page
from parvis.protocols.parameters import parse_query
from parvis.web.locales import Locale

T = TypeVar("T", bound=msgspec.Struct)

FORM_LIMIT = 256 << 10  # the longest text of a form and much room
_FORM = "application/x-www-form-urlencoded"


class FormTooLarge(Exception):
    """The body is longer than any form of these pages."""


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
        self.request = request
        self.path = path
        self.login = login
        self.locale = locale
        self.network = network
        self.query = parse_query(request.scope["query_string"])
        self.is_secret = False  # whether the answer must never be kept, not even by the browser
        self.form_targets: list[str] = []  # where else a form of this page may end (CSP)

    @property
    def viewer_id(self) -> int:
        """The account that reads; 0 for a visitor."""
        return NOBODY if self.login is None else self.login.account_id

    @property
    def session_secret(self) -> str:
        """What the session's cookie holds, "" without one."""
        return self.request.cookies.get(self.door.cookies.session_name, "")

    @property
    def here(self) -> str:
        """Path and query of this page."""
        scope = self.request.scope
        path, query = quote(scope["path"], safe="/@:"), scope["query_string"].decode("latin-1")
        return f"{path}?{query}" if query else path

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

    async def form(self, kind: type[T]) -> T:
        """The fields of the form as sent; fields it does not know are left out."""
        if not self.request.headers.get("content-type", _FORM).startswith(_FORM):
            raise Invalid("form", "A form of this page was expected")
        body = b""
        async for part in self.request.stream():
            body += part
            if len(body) > FORM_LIMIT:
                raise FormTooLarge
        try:
            # Browsers end lines as in 1982 (HTML §4.10.21.8).
            return msgspec.convert(parse_query(body.replace(b"%0D%0A", b"%0A")), kind, strict=False)
        except msgspec.ValidationError as wrong:
            raise Invalid("form", str(wrong)) from None

    def next(self, wanted: str, otherwise: str = "/") -> str:
        """Where to go on: only ever a page of this network."""
        return wanted if is_local(wanted) else otherwise

    def render(self, template: str, status: int = 200, **values: object) -> Response:
        """A page."""
        return Response(
            self.door.templates.render(template, self, values),
            status,
            {"content-type": "text/html; charset=utf-8"},
        )

    @property
    def address(self) -> str:
        """Where the request came from, for what is limited by it."""
        return self.door.client_address(self.request)

    def redirect(self, to: str) -> Response:
        """Go on elsewhere; a form that was sent is not sent again."""
        return Response(status_code=303, headers={"location": to})


def is_local(path: str) -> bool:
    """Whether an address stays here: a path, never `//other.example` nor a backslash's trick."""
    if not path.startswith("/") or path.startswith("//") or "\\" in path:
        return False
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in path):  # noqa: PLR2004 - controls
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc
