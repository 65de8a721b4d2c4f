"""OpenID Connect as the party that relies on it checks it: what an issuer says of itself (Discovery 1.0
§4.3), and the token by which it says who somebody is (Core 1.0 §3.1.3.7). Signatures are PyJWT's work.

Strict: a token that was made for this one question and just now, or none. Clocks may differ by a minute; an
hour would keep a stolen token alive for that long, and machines that ask what time it is are seconds apart.
"""

import math
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

# No "none", and none whose key would be known to both: what verifies must not be able to sign.
ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    **dict.fromkeys(("ES256", "ES384", "ES512"), "EC"),
    "EdDSA": "OKP",
}
RSA_LEAST = 2_048  # bits
LEEWAY_S = 60
AGE_MOST_S = 600  # of a token: it was asked for a moment ago
KEYS_MOST = 64
TOKEN_LONGEST = 32_768
SUBJECT_LONGEST = 255  # Core §2


class OpenIdInvalid(ValueError):
    """`why` is a word for programs: what of it cannot be trusted."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class UnknownKey(OpenIdInvalid):
    """Signed by a key that was not among those read: the issuer may have changed them since."""


class Provider(msgspec.Struct, frozen=True):
    """What an issuer says of itself. `takes_basic`: whether the client's secret goes into the head."""

    issuer: str
    authorization: str
    token: str
    keys: str
    takes_basic: bool
    names_itself: bool  # in each answer (RFC 9207)


class Expected(msgspec.Struct, frozen=True):
    issuer: str
    client_id: str
    nonce: str


class _Said(msgspec.Struct):
    """Discovery 1.0 §3, as far as it is used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _KeySet(msgspec.Struct):
    keys: list[dict[str, Any]]


Keys = list[dict[str, Any]]


def is_issuer(address: str) -> bool:
    """Whether this may be an issuer's name: an address by https, without query and fragment (Core §2)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = address.isascii() and address.isprintable() and " " not in address
    is_bare = not parts.query and not parts.fragment and "@" not in parts.netloc
    return plain and parts.scheme == "https" and bool(parts.hostname) and is_bare


def document_of(issuer: str) -> str:
    """Where an issuer says what it is."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def parse_provider(content: bytes, issuer: str) -> Provider:
    """Refused: it names another issuer, or lacks what has to be there."""
    try:
        said = msgspec.json.decode(content, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise OpenIdInvalid("document") from None
    if said.issuer != issuer:
        raise OpenIdInvalid("other issuer")
    for address in (said.authorization_endpoint, said.token_endpoint, said.jwks_uri):
        if not _is_endpoint(address):
            raise OpenIdInvalid("endpoint")
    methods = said.token_endpoint_auth_methods_supported
    return Provider(
        said.issuer,
        said.authorization_endpoint,
        said.token_endpoint,
        said.jwks_uri,
        "client_secret_basic" in methods or "client_secret_post" not in methods,
        said.authorization_response_iss_parameter_supported,
    )


def _is_endpoint(address: str) -> bool:
    plain = address.isascii() and address.isprintable() and " " not in address
    return plain and is_issuer(address.partition("?")[0]) and "#" not in address


def parse_keys(content: bytes) -> Keys:
    """The keys of a set (RFC 7517) that may sign tokens; those of kinds that are not known are left out."""
    try:
        said = msgspec.json.decode(content, type=_KeySet)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise OpenIdInvalid("keys") from None
    kinds = set(ALGORITHMS.values())
    fit = [one for one in said.keys if one.get("kty") in kinds and one.get("use", "sig") == "sig"]
    return fit[:KEYS_MOST]


def check_token(token: str, keys: Keys, expected: Expected, at: float) -> Mapping[str, Any]:
    """What the issuer says of somebody, once all of it is checked; `at` is now. `sub` is there, and no other
    issuer's. Refused: OpenIdInvalid, UnknownKey.
    """
    claims = _opened(token, keys)
    _check_parties(claims, expected)
    _check_times(claims, at)
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LONGEST:
        raise OpenIdInvalid("sub")
    if not subject.isprintable():
        raise OpenIdInvalid("sub")
    return claims


def _opened(token: str, keys: Keys) -> Mapping[str, Any]:
    """The claims, if a key of these signed them. What the token itself says of keys is not asked."""
    import jwt  # noqa: PLC0415 - 15 ms, and what few processes need

    try:
        if len(token) > TOKEN_LONGEST:
            raise OpenIdInvalid("token")
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, UnicodeError):
        raise OpenIdInvalid("token") from None
    algorithm = head.get("alg")
    kind = ALGORITHMS.get(algorithm) if isinstance(algorithm, str) else None
    if kind is None or "crit" in head or head.get("b64") is False:
        raise OpenIdInvalid("alg")
    for key in _candidates(keys, kind, str(algorithm), head.get("kid")):
        claims = _verified(token, key, str(algorithm))
        if claims is not None:
            return claims
    raise UnknownKey("signature")


def _candidates(keys: Keys, kind: str, algorithm: str, name: object) -> Keys:
    return [
        key
        for key in keys
        if key["kty"] == kind
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid", name) == name)
    ]


def _verified(token: str, key: dict[str, Any], algorithm: str) -> Mapping[str, Any] | None:
    import jwt  # noqa: PLC0415 - see above

    try:
        made = jwt.PyJWK(key, algorithm=algorithm)
        if key["kty"] == "RSA" and made.key.key_size < RSA_LEAST:
            return None
        # Parties and times are ours to check: what is wrong can then be said.
        unchecked = ("exp", "nbf", "iat", "aud", "iss", "sub", "jti")
        options: Any = {f"verify_{one}": False for one in unchecked}
        return jwt.decode(token, made, algorithms=[algorithm], options=options)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
        return None  # a damaged key of the set, or not the one that signed


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise OpenIdInvalid("iss")
    meant = _several(claims.get("aud"))
    if expected.client_id not in meant:
        raise OpenIdInvalid("aud")
    party = claims.get("azp")
    if party is None and len(meant) > 1:
        raise OpenIdInvalid("azp")
    if party is not None and party != expected.client_id:
        raise OpenIdInvalid("azp")
    if claims.get("nonce") != expected.nonce:
        raise OpenIdInvalid("nonce")


def _check_times(claims: Mapping[str, Any], at: float) -> None:
    made, ends = _moment(claims, "iat"), _moment(claims, "exp")
    if ends <= at - LEEWAY_S or made < at - AGE_MOST_S - LEEWAY_S:
        raise OpenIdInvalid("exp")
    if made > at + LEEWAY_S or ("nbf" in claims and _moment(claims, "nbf") > at + LEEWAY_S):
        raise OpenIdInvalid("iat")


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise OpenIdInvalid(name)
    if not math.isfinite(
        value
    ):  # JSON has no NaN, Python's reader has; it is after and before nothing
        raise OpenIdInvalid(name)
    return float(value)


def is_held(claims: Mapping[str, Any], name: str, wanted: str | None) -> bool:
    """Whether a claim is there and says what is wanted (None: anything but no). Of several one is enough."""
    each = _several(claims.get(name))
    if wanted is None:
        return any(one not in (None, False, "", 0) for one in each)
    return any(_written(one) == wanted for one in each)


def _several(said: object) -> list[object]:
    """What a claim says, which may be one thing or a list."""
    return cast("list[object]", said) if isinstance(said, list) else [said]


def _written(one: object) -> str | None:
    if isinstance(one, bool):
        return "true" if one else "false"
    return str(one) if isinstance(one, (str, int)) else None
