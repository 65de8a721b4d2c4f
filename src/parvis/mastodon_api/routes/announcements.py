"""Announcements: what the network tells its members, and what they answer with an emoji."""

import msgspec
from starlette.responses import Response

from parvis.domain.network import announcements
from parvis.domain.network.emojis import list_emojis
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.announcements import announcement_entity
from parvis.mastodon_api.routing import Routes

routes = Routes()


class ListParams(msgspec.Struct):
    with_dismissed: bool = False


@routes.get("/api/v1/announcements", scopes="", params=ListParams, returns="[Announcement]")
async def show_announcements(call: Call) -> Response:
    """List what is announced; what the person put away only when asked for."""
    said = await call.params(ListParams)
    current = await announcements.list_current(call.db)
    if not current:
        return call.json([])
    dismissed = await call.db.kept(announcements.Announcements).dismissed(call.viewer_id)
    shown = [one for one in current if said.with_dismissed or one.id not in dismissed]
    ids = [one.id for one in shown]
    reactions = await announcements.list_reactions(call.db, call.viewer_id, ids)
    emojis = (await list_emojis(call.db)).emojis
    return call.json(
        [
            announcement_entity(
                one,
                is_read=one.id in dismissed,
                reactions=reactions.get(one.id, []),
                emojis=emojis,
                addresses=call.addresses,
            )
            for one in shown
        ]
    )


@routes.post("/api/v1/announcements/{id}/dismiss", scopes="write:accounts")
async def dismiss(call: Call) -> Response:
    """Put an announcement away."""
    await call.db.run(announcements.dismiss, call.viewer_id, call.id())
    return call.empty()


@routes.put("/api/v1/announcements/{id}/reactions/{name}", scopes="write:favourites")
async def react(call: Call) -> Response:
    """React to an announcement with an emoji."""
    await call.db.run(announcements.react, call.viewer_id, call.id(), call.path["name"])
    return call.empty()


@routes.delete("/api/v1/announcements/{id}/reactions/{name}", scopes="write:favourites")
async def unreact(call: Call) -> Response:
    """Take a reaction back."""
    await call.db.run(announcements.unreact, call.viewer_id, call.id(), call.path["name"])
    return call.empty()
