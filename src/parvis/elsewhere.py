"""Settings that name servers, ours and those elsewhere: how their addresses are read (settings.py has the
table).
"""

import re
from urllib.parse import SplitResult, urlsplit

from parvis.protocols.tickets import parse_key

_DEFAULT_PORTS = {"http": 80, "https": 443}
TURN_SECRET_LEAST = 16
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

# Who passes drand's rounds on: the League of Entropy's own relays and one beside them.
RELAYS = (
    "https://api.drand.sh,https://api2.drand.sh,https://api3.drand.sh,https://drand.cloudflare.com"
)


def relays(text: str) -> str:
    relays = [one.strip().rstrip("/") for one in text.split(",")] if text != "none" else []
    for relay in relays:
        url = urlsplit(relay)
        if url.scheme != "https" or not url.hostname or url.query or url.fragment:
            raise ValueError("write https:// addresses with commas between, or none")
    return ",".join(relays) or "none"


def smtp_url(text: str) -> str:
    example = "write smtp://user:password@mail.example.org:587 (smtps:// for TLS from the start)"
    try:
        url = urlsplit(text)
        known = url.scheme in {"smtp", "smtps"} and url.hostname and (url.port or True)
    except ValueError:
        known = False
    if not known:
        raise ValueError(example)
    return text


def storage_url(text: str) -> str:
    url = urlsplit(text)
    is_whole = url.hostname and url.username and url.password and url.path.strip("/")
    if url.scheme not in {"s3", "s3+http"} or not is_whole:
        raise ValueError("write s3://key:secret@host/bucket?region=eu-west-1")
    return text


_ICE_SERVER = r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9.-]{1,253})(?::\d{1,5})?"
_STUN = re.compile(rf"stun:{_ICE_SERVER}")  # RFC 7064
_TURN = re.compile(rf"turns?:{_ICE_SERVER}(?:\?transport=(?:udp|tcp))?")  # RFC 7065


def stun_url(text: str) -> str:
    if _STUN.fullmatch(text) is None:
        raise ValueError("write stun: and a name or address, such as stun:stun.example.org:3478")
    return text


def turn_url(text: str) -> str:
    if _TURN.fullmatch(text) is None:
        raise ValueError(
            "write turn: (turns: for TLS) and a name or address, such as"
            " turn:turn.example.org:3478?transport=udp"
        )
    return text


def turn_secret(text: str) -> str:
    if len(text) < TURN_SECRET_LEAST:
        raise ValueError(f"write a secret of at least {TURN_SECRET_LEAST} letters")
    return text


def public_url(text: str) -> str:
    example = "write https:// and the name people will see, such as https://social.example.org"
    try:
        url = urlsplit(text)
        host, port = url.hostname, url.port
    except ValueError:
        raise ValueError(example) from None
    if url.scheme not in {"http", "https"} or not host:
        raise ValueError(example)
    _refuse_more_than_origin(url)
    if host not in LOCAL_HOSTS:
        if url.scheme == "http":
            raise ValueError(f"http and a port are for localhost alone; write https://{host}")
        if port not in {None, 443}:
            raise ValueError(
                f"other servers know people as name@{host}, without a port; write https://{host}"
                " and put a proxy before Parvis"
            )
    if port == _DEFAULT_PORTS[url.scheme]:
        port = None  # as browsers write it
    shown = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{shown}" + (f":{port}" if port else "")


def _refuse_more_than_origin(url: SplitResult) -> None:
    if url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError("write it without a path: a network has a name of its own")
    if "@" in url.netloc:
        raise ValueError("write it without a user or password")
    if not url.netloc.isascii():
        encoded = (url.hostname or "").encode("idna").decode()
        raise ValueError(f"write the name as other servers see it: https://{encoded}")


def database_url(text: str) -> str:
    url = urlsplit(text)
    if url.scheme not in {"postgres", "postgresql"} or len(url.path) <= 1:
        raise ValueError("write postgresql://user:password@host:5432/database")
    return text


def origin(text: str) -> str:
    example = (
        "write the address of the network or of another relay, such as https://social.example.org"
    )
    try:
        url = urlsplit(text)
        known = url.scheme in {"http", "https"} and url.hostname and (url.port or True)
    except ValueError:
        raise ValueError(example) from None
    if not known or url.path not in {"", "/"} or url.query or url.fragment or "@" in url.netloc:
        raise ValueError(example)
    return text.rstrip("/")


def edges(text: str) -> tuple[str, ...]:
    """The relays that players are told of; a browser goes to no other address than an origin's."""
    found: list[str] = []
    for one in text.split(","):
        try:
            found.append(origin(one.strip()))
        except ValueError:
            raise ValueError(
                "write the addresses of relays with commas between, such as"
                " https://a.example.org,https://b.example.org"
            ) from None
    return tuple(dict.fromkeys(found))


ticket_key = parse_key
