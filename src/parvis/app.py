"""The ASGI application: assembles the doors. For now it only answers that it is there."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from parvis.settings import Settings


def build(settings: Settings) -> Starlette:
    async def front(_request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"Parvis at {settings.public_url}\n")

    return Starlette(routes=[Route("/", front)])
