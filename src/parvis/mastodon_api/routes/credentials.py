"""One's own account, changed: words, switches, pictures, defaults."""

from typing import Any, Literal

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.access.credentials import (
    Defaults,
    change_credentials,
    check_defaults,
    check_domains,
)
from parvis.domain.accounts.change import (
    MAX_PICTURE_BYTES,
    Change,
    Part,
    Sent,
    check,
    storing,
)
from parvis.domain.accounts.lookup import get_credentials
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.errors import NotFound, Unauthenticated
from parvis.mastodon_api.call import Call
from parvis.mastodon_api.entities.account_form import account_form
from parvis.mastodon_api.routes.accounts import own_account
from parvis.mastodon_api.routing import Routes

routes = Routes()

BODY_LIMIT = 2 * MAX_PICTURE_BYTES + 256 * 1024  # both pictures, and room for the words


class FieldParams(msgspec.Struct):
    name: str = ""
    value: str = ""


class SourceParams(msgspec.Struct):
    privacy: Literal["public", "unlisted", "private", "direct"] | None = None
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: str | None = None  # there are no quotes yet


class CredentialParams(msgspec.Struct):
    """`fields_attributes` comes as a list or as a map of places; pictures as files."""

    display_name: str | None = None
    note: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    attribution_domains: list[str] | None = None
    fields_attributes: list[FieldParams] | None = None
    source: SourceParams | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    avatar: UploadFile | None = None
    header: UploadFile | None = None


@routes.patch(
    "/api/v1/accounts/update_credentials",
    scopes="write:accounts",
    params=CredentialParams,
    returns="CredentialAccount",
    body_limit=BODY_LIMIT,
)
async def update_credentials(call: Call) -> Response:
    await change(call)
    return call.answer(await own_account(call))


@routes.get("/api/v1/profile", scopes="read:accounts profile", returns="Profile")
async def show_account_form(call: Call) -> Response:
    shown = await call.db.kept(Accounts).show([call.viewer_id])
    if not shown:
        raise NotFound
    own = await get_credentials(call.db, call.viewer_id, call.user_id)
    return call.json(account_form(shown[0].account, own, call.addresses))


@routes.patch(
    "/api/v1/profile",
    scopes="write:accounts",
    params=CredentialParams,
    returns="Profile",
    body_limit=BODY_LIMIT,
)
async def update_account_form(call: Call) -> Response:
    await change(call)
    return await show_account_form(call)


async def change(call: Call) -> None:
    """Make every change that a call asks for."""
    said = await call.params(CredentialParams)
    source = said.source or SourceParams()
    preferences: dict[str, Any] = {
        name: value
        for name in ("show_media", "show_media_replies", "show_featured")
        if (value := getattr(said, name)) is not None
    }
    if said.attribution_domains is not None:
        preferences["attribution_domains"] = check_domains(said.attribution_domains)
    defaults = check_defaults(
        Defaults(
            visibility=source.privacy,
            is_sensitive=source.sensitive,
            language=source.language,
            preferences=preferences,
        )
    )
    wanted = check(
        Change(
            display_name=said.display_name,
            note=said.note,
            fields=None
            if said.fields_attributes is None
            else [(one.name, one.value) for one in said.fields_attributes],
            is_locked=said.locked,
            is_bot=said.bot,
            is_discoverable=said.discoverable,
            is_indexable=said.indexable,
            hides_collections=said.hide_collections,
            avatar_description=said.avatar_description,
            header_description=said.header_description,
        )
    )
    files: dict[Part, UploadFile | None] = {"avatar": said.avatar, "header": said.header}
    await commit(call, wanted, defaults, {part: file for part, file in files.items() if file})


async def commit(
    call: Call, wanted: Change, defaults: Defaults, files: dict[Part, UploadFile]
) -> None:
    """Store the pictures, then change all at once; pictures of a change refused are not kept."""
    if call.login is None:
        raise Unauthenticated
    sent: dict[Part, Sent] = {part: Sent(await file.read()) for part, file in files.items()}
    async with storing(call.means, wanted, sent) as change:
        await call.db.run(change_credentials, call.login, change, defaults, call.addresses)


async def remove_picture(call: Call, part: Part) -> Response:
    await commit(call, Change(removed=(part,)), Defaults(), {})
    return call.answer(await own_account(call))


@routes.delete("/api/v1/profile/avatar", scopes="write:accounts", returns="CredentialAccount")
async def remove_avatar(call: Call) -> Response:
    return await remove_picture(call, "avatar")


@routes.delete("/api/v1/profile/header", scopes="write:accounts", returns="CredentialAccount")
async def remove_header(call: Call) -> Response:
    return await remove_picture(call, "header")
