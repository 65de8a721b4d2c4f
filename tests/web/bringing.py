"""Bringing a file from elsewhere, as tests do it by the page."""

import io
from typing import Any

import aiohttp
from tests.rig.network import Person
from tests.rig.reader import PageRead, Reader

from parvis.web.cookies import SESSION
from parvis.web.form_tokens import TOKEN_FIELD, token_of

IMPORT = "/settings/import"


async def bring(
    reader: Reader, kind: str, content: str | bytes | None, mode: str = "merge"
) -> PageRead:
    form = aiohttp.FormData()
    form.add_field(TOKEN_FIELD, token_of(reader.cookies.get(SESSION, "")))
    form.add_field("kind", kind)
    form.add_field("mode", mode)
    raw = content.encode() if isinstance(content, str) else content
    form.add_field("file", io.BytesIO(raw or b""), filename="" if content is None else "a.csv")
    made: Any = form
    return await reader._ask("POST", IMPORT, made, {"origin": reader.network.base})  # noqa: SLF001


async def whole(reader: Reader, kind: str, content: str, mode: str = "merge") -> PageRead:
    """Bring a file, say yes, and read what became of it."""
    here = (await bring(reader, kind, content, mode)).location
    (await reader.get(here)).ok()
    assert (await reader.send(here, {"do": "start"})).location == here
    await reader.network.settle()
    return await reader.get(here)


async def names(person: Person, path: str) -> list[str]:
    return sorted(one["acct"] for one in (await person.get(path)).ok())


async def following(person: Person) -> list[str]:
    return await names(person, f"/api/v1/accounts/{person.id}/following")
