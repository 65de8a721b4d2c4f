"""Custom emoji: the list for pickers."""

import msgspec
from starlette.responses import Response

from parvis.domain.network.emojis import list_emojis
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.emojis import CustomEmoji
from parvis.mastodon_api.routing import Routes

routes = Routes()


@routes.get("/api/v1/custom_emojis", auth="public", returns="[CustomEmoji]")
async def show_custom_emojis(call: Call) -> Response:
    found = await list_emojis(call.db)
    kept: dict[str, bytes] = found.encoded
    encoded = kept.get("api")
    if encoded is None:
        address = call.addresses.media_url
        encoded = kept["api"] = msgspec.json.encode(
            [
                CustomEmoji(
                    one.shortcode,
                    address(one.url),
                    address(one.static_url),
                    one.is_visible,
                    one.category,
                )
                for one in found.emojis
            ]
        )
    return call.answer(encoded)
