"""The network's address: stored at the first start, since others hold links made of it."""

from urllib.parse import urlsplit

import asyncpg
import msgspec

from parvis.infra.refused import StartRefused
from parvis.settings import Settings, load


class PublicUrlRefused(StartRefused):
    """The address differs from the one the network was founded with."""


async def settle(settings: Settings) -> None:
    """Keep the address at the first start; afterwards refuse another one, unless asked for."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        stored = await _store_first(connection, settings.public_url)
        if stored == settings.public_url:
            return
        if not settings.allow_url_change:
            raise PublicUrlRefused(
                f"This network was founded at {stored}, and this start names {settings.public_url}."
                " Every link, every follower on another server and every logged-in app holds the"
                " first address, and would break.\n"
                f"  To keep it:            {_keep(stored)}\n"
                "  To change it for good: PARVIS_ALLOW_URL_CHANGE=on, for one start"
            )
        await connection.execute(
            "update network_settings set value = $1::text::jsonb where key = 'public_url'",
            _encode(settings.public_url),
        )
    finally:
        await connection.close()


async def _store_first(connection: asyncpg.Connection, url: str) -> str:
    await connection.execute(
        "insert into network_settings (key, value) values ('public_url', $1::text::jsonb)"
        " on conflict (key) do nothing",
        _encode(url),
    )
    return str(
        await connection.fetchval(
            "select value #>> '{}' from network_settings where key = 'public_url'"
        )
    )


def _keep(url: str) -> str:
    """What to write for that address: nobody types the one that follows from the port."""
    port = urlsplit(url).port or 80
    names_port = load({"PARVIS_PORT": str(port)}).public_url == url
    return f"--port {port}" if names_port else f"PARVIS_PUBLIC_URL={url}"


def _encode(url: str) -> str:
    return msgspec.json.encode(url).decode()
