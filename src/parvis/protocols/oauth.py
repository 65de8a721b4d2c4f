"""OAuth 2: scopes and what they cover, PKCE, redirect addresses.

Tokens, applications and consent are the domain's; here is only what the texts mean.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable
from hashlib import sha256
from urllib.parse import urlencode, urlsplit


class ScopeInvalid(ValueError):
    """A scope does not exist or is not one the application has."""


class PkceInvalid(ValueError):
    """The code challenge cannot be used."""


class RedirectUriInvalid(ValueError):
    """A redirect address must not be sent codes."""


# What Mastodon's documentation lists under OAuth scopes, `crypto` and the collections included.
_READ = """accounts blocks bookmarks collections favourites filters follows lists mutes
    notifications reports search statuses"""
_WRITE = """accounts blocks bookmarks collections conversations favourites filters follows lists
    media mutes notifications reports statuses"""
_ADMIN = """accounts canonical_email_blocks domain_allows domain_blocks email_domain_blocks
    ip_blocks reports"""
# A tuple: this is the order in which scopes are shown and stored.
SCOPES = (
    "read",
    *(f"read:{part}" for part in _READ.split()),
    "write",
    *(f"write:{part}" for part in _WRITE.split()),
    "follow",
    "push",
    "profile",
    "crypto",
    "admin",
    "admin:read",
    *(f"admin:read:{part}" for part in _ADMIN.split()),
    "admin:write",
    *(f"admin:write:{part}" for part in _ADMIN.split()),
)
DEFAULT_SCOPES = frozenset({"read"})
_FOLLOW = frozenset(
    f"{verb}:{part}" for verb in ("read", "write") for part in ("follows", "blocks", "mutes")
)
MAX_SCOPES_LENGTH = 2_000  # all scopes together are 815 characters

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
MAX_REDIRECT_URI = 2_000  # browsers and mail programs cut longer addresses
MAX_REDIRECT_URIS = 20  # an application's platforms, test versions and out of band
# These run code, read files or show content in the name of the page that redirects to them.
_REFUSED = """about blob chrome data file filesystem ftp jar javascript mailto resource tel urn
    vbscript view-source ws wss"""
_REFUSED_SCHEMES = frozenset(_REFUSED.split())
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.+)", re.ASCII)  # RFC 3986 §3.1
_NOT_IN_URI = re.compile(r"[^!-~]|[\"<>\\^`{|}]")  # RFC 3986 §2: what must be percent-encoded
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")  # RFC 7636 §4.2: base64url of 32 bytes
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")  # RFC 7636 §4.1


def _covering(scope: str) -> frozenset[str]:
    parts = scope.split(":")
    found = {":".join(parts[: n + 1]) for n in range(len(parts))}
    return frozenset(found | {"follow"} if scope in _FOLLOW else found)


_COVERED_BY = {scope: _covering(scope) for scope in SCOPES}


def parse_scopes(text: str) -> frozenset[str]:
    """Read scopes separated by spaces. None given means `read`, as in Mastodon."""
    if len(text) > MAX_SCOPES_LENGTH:
        raise ScopeInvalid(f"The scopes are longer than {MAX_SCOPES_LENGTH} characters")
    scopes = frozenset(text.split())
    for scope in scopes:
        if scope not in _COVERED_BY:
            raise ScopeInvalid(f"There is no scope {scope[:60]!a}")
    return scopes or DEFAULT_SCOPES


def join_scopes(scopes: Iterable[str]) -> str:
    """Write scopes in their one order, as token answers and consent pages show them."""
    return " ".join(sorted(scopes, key=SCOPES.index))


def covers(granted: Collection[str], *needed: str) -> bool:
    """Tell whether one of the needed scopes is granted, by itself or by a broader one."""
    return any(not _COVERED_BY[scope].isdisjoint(granted) for scope in needed)


def is_subset(asked: Iterable[str], held: Collection[str]) -> bool:
    """Tell whether all that is asked is held: an application may ask for less than it may."""
    return all(covers(held, scope) for scope in asked)


def parse_challenge(challenge: str, method: str | None) -> str:
    """Check the challenge of an authorization request; only S256 is accepted."""
    # RFC 9700 §2.1.1: `plain` shows the verifier to whoever reads the request; no method is plain.
    if method != "S256":
        raise PkceInvalid("The code_challenge_method must be S256")
    if not _CHALLENGE.fullmatch(challenge):
        raise PkceInvalid("The code_challenge must be the base64url SHA-256 of the verifier")
    return challenge


def verify_pkce(challenge: str, method: str | None, verifier: str | None) -> bool:
    """Tell whether the verifier is the one the challenge was made of (RFC 7636 §4.6)."""
    if method != "S256" or verifier is None or not _VERIFIER.fullmatch(verifier):
        return False
    made = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=")
    return hmac.compare_digest(made, challenge.encode())


def parse_redirect_uris(text: str | Iterable[str]) -> tuple[str, ...]:
    """Read an application's redirect addresses, a list or one a line, in their order."""
    uris = tuple(dict.fromkeys(text.split() if isinstance(text, str) else text))
    if not uris:
        raise RedirectUriInvalid("At least one redirect URI is needed")
    if len(uris) > MAX_REDIRECT_URIS:
        raise RedirectUriInvalid(f"There are more than {MAX_REDIRECT_URIS} redirect URIs")
    for uri in uris:
        reason = _why_refused(uri)
        if reason:
            raise RedirectUriInvalid(f"The redirect URI {uri[:60]!a} {reason}")
    return uris


def matches_redirect_uri(registered: Collection[str], given: str) -> bool:
    """Tell whether codes may go there: each character counts, ports too (RFC 9700 §2.1)."""
    return given in registered


def redirect_with(uri: str, answer: Iterable[tuple[str, str]]) -> str:
    """Add the answer to a redirect address, keeping the query it has (RFC 6749 §3.1.2)."""
    return f"{uri}{'&' if '?' in uri else '?'}{urlencode(list(answer))}"


def _why_refused(uri: str) -> str:
    if uri == OUT_OF_BAND:
        return ""
    found = _SCHEME.fullmatch(uri)
    scheme = found[1].lower() if found else ""
    if len(uri) > MAX_REDIRECT_URI:
        reason = f"is longer than {MAX_REDIRECT_URI} characters"
    elif not scheme:
        reason = "must be absolute"
    elif scheme in _REFUSED_SCHEMES:
        reason = f"must not use the scheme {scheme}"
    elif _NOT_IN_URI.search(uri):
        reason = "has characters that must be percent-encoded"
    elif "#" in uri:  # RFC 6749 §3.1.2
        reason = "must not have a fragment"
    else:
        reason = _why_refused_web(uri) if scheme in {"http", "https"} else ""
    return reason


def _why_refused_web(uri: str) -> str:
    try:
        parts = urlsplit(uri)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return "is not a web address"
    if not named:
        return "is not a web address"
    return "must not have a user name" if "@" in parts.netloc else ""
