"""The API's description of itself."""

import msgspec
from starlette.responses import Response

from parvis.domain.network.settings import read
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.routes.table import all_routes
from parvis.mastodon_api.routing import Routes

routes = Routes()
_built: dict[tuple[str, str], bytes] = {}


@routes.get("/api/openapi.json", auth="open", returns="OpenAPI")
async def show_description(call: Call) -> Response:
    """Describe every route in OpenAPI 3.1."""
    key = call.addresses.root, (await read(call.db)).title
    if key not in _built:
        # Few ask for it, and every process would start later for its schemas.
        from parvis.mastodon_api.openapi import describe  # noqa: PLC0415

        _built.clear()
        _built[key] = msgspec.json.encode(describe(all_routes(), *key))
    return call.answer(_built[key])
