"""Somebody who reads pages: follows links, sends forms, keeps cookies; no script runs."""

import html
import re
from typing import Any

import aiohttp
import msgspec
from tests.rig.network import PASSWORD, Network

from parvis.web.cookies import SESSION
from parvis.web.form_tokens import TOKEN_FIELD, token_of

FIELD = re.compile(r"<input[^>]*>")


class PageRead(msgspec.Struct):
    """What came back. `text` is the page without its tags, as a person reads it."""

    status: int
    html: str
    headers: Any

    @property
    def text(self) -> str:
        body = re.sub(r"<(style|head)\b.*?</\1>", " ", self.html, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def location(self) -> str:
        assert self.status == 303, (self.status, self.text[:500])
        return self.headers["location"]

    def ok(self) -> str:
        assert self.status == 200, (self.status, self.text[:1_000])
        return self.text

    def refused(self, status: int) -> str:
        assert self.status == status, (self.status, self.text[:1_000])
        return self.text

    def link(self, rel: str) -> str:
        """The address of the link of this relation."""
        found = re.search(rf'<a[^>]*rel="{rel}"[^>]*href="([^"]*)"', self.html)
        assert found, f"no {rel} link"
        return html.unescape(found[1])

    def hidden(self) -> dict[str, str]:
        """The hidden fields of the page's forms."""
        found: dict[str, str] = {}
        for tag in FIELD.findall(self.html):
            attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if attributes.get("type") == "hidden":
                found[attributes["name"]] = html.unescape(attributes.get("value", ""))
        return found


class Reader:
    """A browser without scripts. `language` is what it asks for."""

    def __init__(self, network: Network, language: str = "en") -> None:
        self.network = network
        self.language = language
        self.cookies: dict[str, str] = {}

    async def get(self, path: str, **headers: str) -> PageRead:
        return await self._ask("GET", path, None, headers)

    async def head(self, path: str) -> PageRead:
        return await self._ask("HEAD", path, None, {})

    async def send(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> PageRead:
        """Send a form from one of the network's own pages, with the token such a page holds."""
        headers.setdefault("origin", self.network.base)
        session = self.cookies.get(SESSION)
        token = {TOKEN_FIELD: token_of(session)} if session else {}
        return await self._ask("POST", path, {**token, **(fields or {})}, headers)

    async def submit(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> PageRead:
        """Send a form and go where its answer leads, as browsers do."""
        answer = await self.send(path, fields, **headers)
        return await self.get(answer.location) if answer.status == 303 else answer

    async def send_files(
        self, path: str, fields: dict[str, str], files: list[tuple[str, str, bytes]], **headers: str
    ) -> PageRead:
        """The same with files: the field's name, the file's and its content."""
        headers.setdefault("origin", self.network.base)
        form = aiohttp.FormData()
        session = self.cookies.get(SESSION)
        for name, value in {
            **({TOKEN_FIELD: token_of(session)} if session else {}),
            **fields,
        }.items():
            form.add_field(name, value)
        for name, file, content in files:
            form.add_field(name, content, filename=file, content_type="application/octet-stream")
        return await self._ask("POST", path, form, headers)

    async def send_all(self, path: str, fields: list[tuple[str, str]], **headers: str) -> PageRead:
        """Send a form in which fields repeat, as ticked boxes do."""
        headers.setdefault("origin", self.network.base)
        token = [(TOKEN_FIELD, token_of(self.cookies.get(SESSION, "")))]
        return await self._ask("POST", path, token + fields, headers)

    async def log_in(self, name: str, password: str = PASSWORD) -> PageRead:
        return await self.send("/auth/log-in", {"name": name, "password": password})

    async def _ask(self, method: str, path: str, fields: Any, headers: dict[str, str]) -> PageRead:
        told = {"accept-language": self.language, **headers}
        if self.cookies:
            told["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = path if path.startswith("http") else self.network.base + path
        async with self.network.http.request(
            method, url, data=fields, headers=told, allow_redirects=False
        ) as answer:
            for line in answer.headers.getall("set-cookie", []):
                name, _, rest = line.partition("=")
                value = rest.partition(";")[0].strip('"')
                if value:
                    self.cookies[name] = value
                else:
                    self.cookies.pop(name, None)
            return PageRead(answer.status, await answer.text(), answer.headers)


async def logged_in(network: Network, name: str = "alice", language: str = "en") -> Reader:
    """A browser of somebody who is there."""
    reader = Reader(network, language)
    await reader.log_in(name)
    return reader
