"""The composer's form as tests fill it in, and what they read of it."""

import asyncio
import io
import re
from typing import Any

import aiohttp
from tests.rig.network import Person
from tests.rig.reader import PageRead, Reader

from parvis.web.cookies import SESSION
from parvis.web.form_tokens import TOKEN_FIELD, token_of

FORM = {"reminded": "1", "key": "k1", "version": "0", "visibility": "public", "language": "en"}


async def publish(
    reader: Reader, text: str = "", path: str = "/publish/send", **fields: str
) -> PageRead:
    return await reader.send(path, {**FORM, "text": text, **fields})


async def with_files(reader: Reader, fields: dict[str, str], **files: bytes) -> PageRead:
    """Send the form as browsers do when it has files, while the worker works."""
    network = reader.network
    form = aiohttp.FormData()
    for name, value in {TOKEN_FIELD: token_of(reader.cookies[SESSION]), **FORM, **fields}.items():
        form.add_field(name, value)
    for name, content in files.items():
        form.add_field(name, io.BytesIO(content), filename="photo.jpg", content_type="image/jpeg")
    for number in range(1, 5):
        if f"file_{number}" not in files:  # left empty
            form.add_field(
                f"file_{number}", b"", filename="", content_type="application/octet-stream"
            )
    headers = {"origin": network.base, "cookie": f"{SESSION}={reader.cookies[SESSION]}"}
    url = f"{network.base}/publish/send"

    async def send() -> PageRead:
        async with network.http.post(
            url, data=form, headers=headers, allow_redirects=False
        ) as answer:
            return PageRead(answer.status, await answer.text(), answer.headers)

    sending = asyncio.create_task(send())
    while not sending.done():
        await network.settle()
        await asyncio.sleep(0.05)
    return await sending


def value(page: PageRead, name: str) -> str:
    """What a field of the page holds."""
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*value="([^"]*)"', page.html)
    assert found, name
    return found[1]


def words(page: PageRead) -> str:
    found = re.search(r'<textarea id="c-text"[^>]*>\n(.*?)</textarea>', page.html, re.DOTALL)
    assert found
    return found[1]


def chosen(page: PageRead, name: str) -> str:
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page.html, re.DOTALL)
    assert select
    found = re.search(r'value="(\w*)" selected', select[0])
    return found[1] if found else ""


async def newest(person: Person) -> dict[str, Any]:
    return (await person.get(f"/api/v1/accounts/{person.id}/statuses")).ok()[0]


async def contents_of_home(person: Person) -> list[str]:
    return [one["content"] for one in await person.home()]
