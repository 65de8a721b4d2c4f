"""Statuses: publish, show, edit, delete, and the thread around one."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from parvis.domain.errors import Invalid, NotFound
from parvis.domain.events import Visibility
from parvis.domain.statuses.context import show_context
from parvis.domain.statuses.delete import delete
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.statuses.edit import MediaChange, edit
from parvis.domain.statuses.eligible import Rules
from parvis.domain.statuses.history import list_versions
from parvis.domain.statuses.publish import publish
from parvis.domain.statuses.secret_asking import with_key
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import PollKind, Shown
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.edits import StatusSource, edits_of
from parvis.mastodon_api.entities.statuses import source_bytes, status_bytes, statuses_bytes
from parvis.mastodon_api.routing import Routes
from parvis.protocols.ids import Id

routes = Routes()
MAX_ASKED = 20  # statuses by id in one call, as Mastodon


class RulesParams(msgspec.Struct, forbid_unknown_fields=True):
    """Ours: who may vote, beyond who may see the poll."""

    account_age_days: int | None = None
    followers: bool = False
    followed: bool = False
    verified_domain: str | None = None
    local: bool = False
    list_id: Id | None = None
    invitations: int | None = None
    email_domain: str | None = None


class PollParams(msgspec.Struct):
    """From `kind` on ours; `kind` takes the place of `multiple`."""

    options: list[str] = []
    expires_in: int | None = None
    multiple: bool = False
    hide_totals: bool = False
    kind: PollKind | None = None
    changeable: bool | None = None
    expires_at: datetime | None = None
    rules: RulesParams | None = None
    secret: bool = False


class PublishParams(msgspec.Struct):
    status: str | None = None
    spoiler_text: str | None = None
    visibility: Visibility | None = None
    sensitive: bool | None = None
    language: str | None = None
    in_reply_to_id: Id | None = None
    media_ids: list[Id] | None = None
    poll: PollParams | None = None
    scheduled_at: str | None = None


class MediaParams(msgspec.Struct):
    id: Id
    description: str | None = None
    focus: str | None = None


class EditParams(msgspec.Struct):
    status: str | None = None
    spoiler_text: str | None = None
    sensitive: bool | None = None
    language: str | None = None
    media_ids: list[Id] | None = None
    media_attributes: list[MediaParams] | None = None
    poll: PollParams | None = None


class DeleteParams(msgspec.Struct):
    delete_media: bool = False


class IdsParams(msgspec.Struct):
    id: list[Id] = []


@routes.post("/api/v1/statuses", scopes="write:statuses", params=PublishParams, returns="Status")
async def publish_status(call: Call) -> Response:
    said = await call.params(PublishParams)
    if said.scheduled_at:
        raise Invalid("scheduled_at", "Scheduling is not available yet")
    draft = Draft(
        text=said.status or "",
        spoiler_text=said.spoiler_text or "",
        visibility=said.visibility,
        is_sensitive=said.sensitive,
        language=said.language,
        in_reply_to_id=said.in_reply_to_id,
        media_ids=said.media_ids or [],
        poll=_poll(said.poll),
        idempotency_key=call.request.headers.get("idempotency-key") or None,
        app_id=call.login.app_id if call.login else None,
    )
    draft = await with_key(call.db, draft)
    status_id = await call.db.run(publish, call.viewer_id, draft, call.addresses)
    return await show_one(call, status_id)


@routes.get(
    "/api/v1/statuses",
    auth="public",
    scopes="read:statuses",
    params=IdsParams,
    returns="[Status]",
)
async def show_statuses(call: Call) -> Response:
    said = await call.params(IdsParams)
    if len(said.id) > MAX_ASKED:
        raise Invalid("id", f"Validation failed: Ask for at most {MAX_ASKED} statuses at once")
    shown = await call.db.kept(Statuses).show(call.viewer_id, list(dict.fromkeys(said.id)))
    return call.answer(statuses_bytes(shown, call.viewer_id, call.addresses))


@routes.get("/api/v1/statuses/{id}", auth="public", scopes="read:statuses", returns="Status")
async def show_status(call: Call) -> Response:
    return await show_one(call, call.id())


@routes.put("/api/v1/statuses/{id}", scopes="write:statuses", params=EditParams, returns="Status")
async def edit_status(call: Call) -> Response:
    said = await call.params(EditParams)
    draft = Draft(
        text=said.status or "",
        spoiler_text=said.spoiler_text or "",
        is_sensitive=said.sensitive,
        language=said.language,
        media_ids=said.media_ids or [],
        poll=_poll(said.poll),
    )
    changes = [
        MediaChange(media.id, media.description, _focus(media.focus))
        for media in said.media_attributes or ()
    ]
    await call.db.run(edit, call.viewer_id, call.id(), draft, changes, call.addresses)
    return await show_one(call, call.id())


@routes.delete(
    "/api/v1/statuses/{id}", scopes="write:statuses", params=DeleteParams, returns="Status"
)
async def delete_status(call: Call) -> Response:
    """Answers the status as it was, with its source, so that an app can offer to write it anew."""
    said = await call.params(DeleteParams)
    shown = await find(call, call.id())
    await call.db.run(delete, call.viewer_id, call.id(), deletes_media=said.delete_media)
    return call.answer(source_bytes(shown, call.viewer_id, call.addresses))


@routes.get(
    "/api/v1/statuses/{id}/context", auth="public", scopes="read:statuses", returns="Context"
)
async def status_context(call: Call) -> Response:
    context = await show_context(call.db, call.viewer_id, call.id())
    return call.answer(
        b'{"ancestors":%b,"descendants":%b}'
        % (
            statuses_bytes(context.before, call.viewer_id, call.addresses),
            statuses_bytes(context.after, call.viewer_id, call.addresses),
        )
    )


@routes.get(
    "/api/v1/statuses/{id}/history", auth="public", scopes="read:statuses", returns="[StatusEdit]"
)
async def status_history(call: Call) -> Response:
    shown = await find(call, call.id())
    shown = shown.reblog or shown
    return call.json(edits_of(shown, await list_versions(call.db, shown), call.addresses))


@routes.get(
    "/api/v1/statuses/{id}/source", auth="app", scopes="read:statuses", returns="StatusSource"
)
async def status_source(call: Call) -> Response:
    shown = await find(call, call.id())
    row = (shown.reblog or shown).status
    return call.json(StatusSource(str(row.id), row.text, row.spoiler_text))


async def find(call: Call, status_id: int) -> Shown:
    """The status as the caller may see it; not found otherwise."""
    shown = await call.db.kept(Statuses).show(call.viewer_id, [status_id])
    if not shown:
        raise NotFound
    return shown[0]


async def show_one(call: Call, status_id: int) -> Response:
    return call.answer(status_bytes(await find(call, status_id), call.viewer_id, call.addresses))


def _poll(said: PollParams | None) -> PollDraft | None:
    if said is None:
        return None
    return PollDraft(
        said.options,
        said.expires_in,
        said.multiple if said.kind is None else said.kind == "multiple",
        said.hide_totals,
        is_ranked=None if said.kind is None else said.kind == "ranked",
        is_changeable=said.changeable,
        rules=said.rules and _rules(said.rules),
        ends_at=said.expires_at,
        is_secret=said.secret,
    )


def _rules(said: RulesParams) -> Rules:
    return Rules(
        said.account_age_days,
        followers_only=said.followers,
        followed_only=said.followed,
        verified_domain=said.verified_domain,
        local_only=said.local,
        list_id=said.list_id,
        invitations=said.invitations,
        email_domain=said.email_domain,
    )


def _focus(text: str | None) -> tuple[float, float] | None:
    """A focal point as apps write it: "x,y"."""
    if not text:
        return None
    x, _, y = text.partition(",")
    try:
        return float(x), float(y)
    except ValueError:
        raise Invalid(
            "focus", "Validation failed: Focus is two numbers from -1 to 1, as 0.5,-0.2"
        ) from None
