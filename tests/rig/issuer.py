"""Somebody's issuer of OpenID Connect, for one test: real sockets, own keys; it does as told."""

import asyncio
import base64
import hashlib
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import msgspec
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.rig.https_server import make_certificate

CLIENT, SECRET = "parvis", "s%cret &+"
Claims = dict[str, Any]


def number(value: int, least: int = 1) -> str:
    """As in a key (RFC 7518 §6): of a point, both coordinates have their whole length."""
    made = value.to_bytes(max((value.bit_length() + 7) // 8, least), "big")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


class Key:
    """A key pair that signs tokens; `public` is its entry in the set."""

    def __init__(self, name: str, algorithm: str = "RS256") -> None:
        self.name, self.algorithm = name, algorithm
        if algorithm == "ES256":
            self.private: Any = ec.generate_private_key(ec.SECP256R1())
            spot = self.private.public_key().public_numbers()
            made = {"kty": "EC", "crv": "P-256", "x": number(spot.x, 32), "y": number(spot.y, 32)}
        else:
            self.private = rsa.generate_private_key(65_537, 2_048)
            both = self.private.public_key().public_numbers()
            made = {"kty": "RSA", "n": number(both.n), "e": number(both.e)}
        self.public = {**made, "kid": name, "use": "sig", "alg": algorithm}

    def sign(self, claims: Claims, **head: Any) -> str:
        return jwt.encode(claims, self.private, self.algorithm, {"kid": self.name, **head})


class Issuer:
    """`people` by what they log in as; `change` what it says of them; `sign` how. `slow`: answers nothing."""

    def __init__(self, certificate: Path) -> None:
        self.certificate = certificate
        self.base = ""
        self.key = Key("one")
        self.published = [self.key.public]
        self.document: dict[str, Any] = {}
        self.change: Callable[[Claims], Claims] = lambda claims: claims
        self.sign: Callable[[Claims], str] = lambda claims: self.key.sign(claims)  # noqa: PLW0108 - of the key it has then
        self.breaks: dict[str, web.StreamResponse | Callable[[], Any]] = {}  # by path
        self.asked: list[str] = []
        self.exchanged: list[dict[str, str]] = []
        self.codes: dict[str, dict[str, str]] = {}

    async def log_in(self, address: str, sub: str, **claims: Any) -> str:
        """Somebody who is sent there says who they are; answers where they are sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(self.base + "/authorize?"), address
        assert asked["response_type"] == "code"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "sub": sub, "claims": msgspec.json.encode(claims).decode()}
        back = {"code": code, "state": asked["state"], "iss": self.base}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        broken = self.breaks.get(request.path)
        if callable(broken):
            return await broken(request)
        if request.path == "/.well-known/openid-configuration":
            return web.json_response(
                {
                    "issuer": self.base,
                    "authorization_endpoint": self.base + "/authorize",
                    "token_endpoint": self.base + "/token",
                    "jwks_uri": self.base + "/keys",
                    "authorization_response_iss_parameter_supported": True,
                    **self.document,
                }
            )
        if request.path == "/keys":
            return web.json_response({"keys": self.published})
        if request.path == "/token":
            return await self._token(request)
        raise web.HTTPNotFound

    async def _token(self, request: web.Request) -> web.Response:
        said = {name: str(value) for name, value in (await request.post()).items()}
        self.exchanged.append(said)
        told = request.headers.get("authorization", "")
        both = base64.b64decode(told.partition(" ")[2]).decode()
        code = self.codes.pop(said.get("code", ""), None)
        challenge = hashlib.sha256(said.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        if (
            both != "parvis:s%25cret+%26%2B"
            or code is None
            or made != code["code_challenge"]
            or said["redirect_uri"] != code["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        at = int(time.time())
        claims = {
            "iss": self.base,
            "aud": CLIENT,
            "sub": code["sub"],
            "iat": at,
            "exp": at + 300,
            "nonce": code["nonce"],
            **msgspec.json.decode(code["claims"]),
        }
        token = self.sign(self.change(claims))
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": token})


@asynccontextmanager
async def serve_issuer(folder: Path) -> AsyncIterator[Issuer]:
    """An issuer on 127.0.0.1."""
    chain, key = make_certificate(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain, key)
    made = Issuer(chain)
    runner = web.ServerRunner(web.Server(made.serve), shutdown_timeout=0.1)
    await runner.setup()
    place = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await place.start()
    assert isinstance(place._server, asyncio.Server)  # noqa: SLF001 - the only way to its port
    made.base = f"https://127.0.0.1:{place._server.sockets[0].getsockname()[1]}"  # noqa: SLF001
    try:
        yield made
    finally:
        await runner.cleanup()
