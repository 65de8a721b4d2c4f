"""What issuers of OpenID Connect say of themselves and their keys: asked by the one way out (ADR 11), kept
for an hour in each process. Many who sign at once wait for the same answer.

What goes wrong is a NotVouched: `reason` tells people what, `why` the network's owner.
"""

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode

import msgspec

from parvis.domain.errors import Refused
from parvis.infra.logs import get_logger
from parvis.infra.outgoing import Fetched, Outgoing, OutgoingRefused, Unreachable
from parvis.infra.postgres import Db
from parvis.protocols import openid
from parvis.protocols.openid import Keys, OpenIdInvalid, Provider

log = get_logger()
T = TypeVar("T")

OK = 200
KEPT_S = 3_600.0
MOST_S = 10.0
LONGEST = 256 * 1024
JSON = "application/json"


class NotVouched(Refused):
    """The issuer does not say, in a way that can be trusted, who somebody is. Nothing was signed."""

    def __init__(self, reason: str, why: str) -> None:
        super().__init__(f"The identity service did not vouch for you: {why}", reason=reason)
        self.why = why


class Answered(msgspec.Struct, frozen=True):
    """What an issuer gives for a code, as far as it is used."""

    id_token: str


class Client(msgspec.Struct, frozen=True):
    """As whom the issuer knows this network."""

    id: str
    secret: str
    back: str  # the address to which it sends people back


class Providers:
    """Reached by `db.kept(Providers)`."""

    def __init__(self, _db: Db) -> None:
        self._found: dict[str, tuple[float, Provider]] = {}
        self._keys: dict[str, tuple[float, Keys]] = {}
        self._asking: dict[tuple[str, str], asyncio.Task[Any]] = {}

    async def find(self, outgoing: Outgoing, issuer: str, *, anew: bool = False) -> Provider:
        """Refused: no answer, or none that can be trusted."""
        kept = self._found.get(issuer)
        if kept is not None and not anew and time.monotonic() - kept[0] < KEPT_S:
            return kept[1]

        async def ask() -> Provider:
            content = await _read(outgoing.fetch, openid.document_of(issuer), JSON)
            found = _parsed(lambda: openid.parse_provider(content, issuer), issuer)
            self._found[issuer] = time.monotonic(), found
            return found

        return await self._once(("document", issuer), ask)

    async def keys(self, outgoing: Outgoing, provider: Provider, *, anew: bool = False) -> Keys:
        """The keys that sign its tokens; `anew`: one was not among those that are kept."""
        kept = self._keys.get(provider.keys)
        if kept is not None and not anew and time.monotonic() - kept[0] < KEPT_S:
            return kept[1]

        async def ask() -> Keys:
            content = await _read(
                outgoing.fetch, provider.keys, f"application/jwk-set+json, {JSON}"
            )
            found = _parsed(lambda: openid.parse_keys(content), provider.issuer)
            self._keys[provider.keys] = time.monotonic(), found
            return found

        return await self._once(("keys", provider.keys), ask)

    async def _once(self, key: tuple[str, str], ask: Callable[[], Awaitable[T]]) -> T:
        """All who want the same thing at once get one answer; who goes away leaves it to the others."""
        task = self._asking.get(key)
        if task is None:
            task = self._asking[key] = asyncio.ensure_future(ask())
            task.add_done_callback(lambda done: self._end(key, done))
        return await asyncio.shield(task)

    def _end(self, key: tuple[str, str], done: "asyncio.Task[Any]") -> None:
        self._asking.pop(key, None)
        if not done.cancelled():
            done.exception()  # whoever waited was told; nobody may have


async def exchange(
    outgoing: Outgoing, provider: Provider, client: Client, code: str, verifier: str
) -> str:
    """The ID token that the issuer gives for a code (RFC 6749 §4.1.3, RFC 7636 §4.5). Asked once."""
    said = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.back,
        "code_verifier": verifier,
    }
    head = {"content-type": "application/x-www-form-urlencoded", "accept": JSON}
    if client.secret and provider.takes_basic:
        both = f"{quote_plus(client.id)}:{quote_plus(client.secret)}".encode()
        head["authorization"] = f"Basic {base64.b64encode(both).decode()}"
    else:
        said |= {"client_id": client.id}
        said |= {"client_secret": client.secret} if client.secret else {}

    async def send(address: str, content: str, **bounds: Any) -> Fetched:
        return await outgoing.send(address, content.encode(), head=head, **bounds)

    content = await _read(send, provider.token, urlencode(said))
    try:
        return msgspec.json.decode(content, type=Answered).id_token
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise NotVouched("openid_untrusted", "no token") from None


async def _read(ask: Callable[..., Awaitable[Fetched]], address: str, what: str) -> bytes:
    try:
        answer = await ask(address, what, most_bytes=LONGEST, most_s=MOST_S)
    except (OutgoingRefused, Unreachable) as failed:
        log.warning("an identity service does not answer", address=address, why=str(failed))
        raise NotVouched("openid_gone", str(failed)) from None
    if answer.status != OK:
        log.warning("an identity service refuses", address=address, status=answer.status)
        raise NotVouched("openid_gone", f"it answered {answer.status}")
    return answer.content


def _parsed(parse: Callable[[], T], issuer: str) -> T:
    try:
        return parse()
    except OpenIdInvalid as invalid:
        log.warning("an identity service cannot be trusted", issuer=issuer, why=invalid.why)
        raise NotVouched("openid_untrusted", invalid.why) from None
