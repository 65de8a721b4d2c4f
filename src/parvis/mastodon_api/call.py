"""One call to the API: who asks, with which parameters, and the ways to answer."""

from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from parvis.domain.access.types import Login
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.ids import NOBODY
from parvis.doors.parameters import (
    close_files,
    convert,
    exactly,
    parse_json,
    read_body,
    read_json,
)
from parvis.infra.jobs import Means
from parvis.infra.postgres import Db
from parvis.protocols import parameters
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.paging import Page, link_header, parse_page

T = TypeVar("T", bound=msgspec.Struct)
V = TypeVar("V")
JSON = {"content-type": "application/json; charset=utf-8"}
_JSON = next((name.encode(), value.encode()) for name, value in JSON.items())


class Answer(Response):
    """JSON already encoded, under a head that needs no more than being put together."""

    def __init__(self, body: bytes, status: int, headers: dict[str, str]) -> None:
        self.body = body
        self.status_code = status
        self.background = None
        self.raw_headers = [(b"content-length", b"%d" % len(body)), _JSON]
        for name, value in headers.items():
            self.raw_headers.append((name.encode("latin-1"), value.encode("latin-1")))


class Call:
    """What a route's function gets. `login` is None when nobody is logged in."""

    __slots__ = (
        "_body",
        "_query",
        "_raw",
        "addresses",
        "body_limit",
        "db",
        "door",
        "headers",
        "login",
        "path",
        "request",
    )

    def __init__(
        self, request: Request, path: dict[str, str], login: Login | None, door: Any
    ) -> None:
        self.request = request
        self.path = path
        self.login = login
        self.door = door  # mastodon_api.door.Door: what the process shares
        self.db: Db = door.db
        self.addresses: Addresses = door.addresses
        self.headers: dict[str, str] = {}  # of the answer
        self.body_limit: int = door.body_limit
        self._query: dict[str, object] | None = None
        self._raw: bytes | None = None  # a body of JSON as it came
        self._body: dict[str, object] | None = None

    @property
    def viewer_id(self) -> int:
        """The account that asks; 0 for nobody."""
        return NOBODY if self.login is None else self.login.account_id

    @property
    def user_id(self) -> int:
        """The person that asks; 0 for nobody, and for an application itself."""
        return (self.login.user_id if self.login else None) or NOBODY

    @property
    def client_address(self) -> str:
        """The caller's network address, through trusted proxies."""
        return self.door.client_address(self.request)

    @property
    def means(self) -> Means:
        """Storage, and what makes pictures."""
        means = self.door.means
        if means is None:
            raise RuntimeError("this process was opened without storage")
        return means

    def id(self, name: str = "id") -> int:
        """A path parameter that is an id; what cannot be one is not found."""
        try:
            return parse_id(self.path[name])
        except IdInvalid:
            raise NotFound from None

    def query(self) -> dict[str, object]:
        if self._query is None:
            self._query = parameters.parse_query(self.request.scope["query_string"])
        return self._query

    async def params(self, kind: type[T]) -> T:
        """The query's and the body's parameters as `kind`; wrong ones are refused by name."""
        if self._body is None and self._raw is None:
            self._raw = await read_json(self.request, self.body_limit)
        if self._raw is not None:
            exact = None if self.request.scope["query_string"] else exactly(self._raw, kind)
            if exact is not None:
                return exact
            self._body = parse_json(self._raw)
        elif self._body is None:
            self._body = await read_body(self.request, self.body_limit)
        return convert(parameters.merge(self.query(), self._body), kind)

    def close(self) -> None:
        """Give back the files that came with the body."""
        if self._body is not None:
            close_files(self._body)

    def page(self, *, default: int = 20, maximum: int = 40) -> Page:
        return parse_page(self.query(), default=default, maximum=maximum)

    def link(self, newest_id: int | None, oldest_id: int | None) -> None:
        """Tell the addresses of the pages before and after this one."""
        if newest_id is None:
            return
        # A header is ASCII; the name of a hashtag in the path seldom is.
        base = f"{self.addresses.root}{quote(self.request.scope['path'], safe='/@:')}"
        self.headers["link"] = link_header(base, self.query(), newest_id, oldest_id)

    def answer(self, body: bytes, status: int = 200) -> Response:
        """A JSON answer already encoded."""
        return Answer(body, status, self.headers)

    def json(self, value: object, status: int = 200) -> Response:
        return self.answer(msgspec.json.encode(value), status)

    def empty(self) -> Response:
        return self.answer(b"{}")


def require(value: V | None, field: str) -> V:
    """A parameter that must be there."""
    if value is None:
        raise Invalid(field, f"Validation failed: {field} can't be blank")
    return value
