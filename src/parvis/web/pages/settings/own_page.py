"""What one's own page says: name, note, lines, pictures; hashtags and people shown on it."""

from typing import Annotated, Any

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain.accounts.change import (
    MAX_FIELD,
    MAX_FIELDS,
    MAX_NAME,
    MAX_NOTE,
    MAX_PICTURE_BYTES,
    MAX_PICTURE_DESCRIPTION,
    Change,
    Part,
    Sent,
    change_account,
    check,
    storing,
)
from parvis.domain.accounts.lookup import find_by_acct
from parvis.domain.accounts.types import AccountRow
from parvis.domain.errors import Invalid, NotFound
from parvis.domain.relationships import lookup, notes
from parvis.domain.statuses import tags
from parvis.protocols.ids import Id
from parvis.protocols.paging import Page
from parvis.protocols.rel_me import link_of
from parvis.web import words
from parvis.web.locales import N_
from parvis.web.pages.settings.account import me as own_account
from parvis.web.routing import Pages
from parvis.web.showing import absolute
from parvis.web.visit import Visit

pages = Pages()

OWN_PAGE = "/settings/profile"
LIMIT = 2 * MAX_PICTURE_BYTES + (256 << 10)  # both pictures, and room for the words
ENDORSED_SHOWN = 40
SAID = {
    "saved": N_("Your page is changed."),
    "shown": N_("It is on your page now."),
    "hidden": N_("It is no longer on your page."),
}
NO_TAG = N_("Write one hashtag, such as harbour: letters, numbers and _.")
TOO_MANY_TAGS = N_("Ten hashtags are shown at most. Remove one first.")
NOBODY_FOUND = N_("Nobody of that name is known here. Write it as name or name@server.")
NOT_FOLLOWED = N_("You can show people you follow. Follow this person first.")


class Line(msgspec.Struct):
    name: str = ""
    value: str = ""


class OwnPageForm(msgspec.Struct):
    """A box that is not ticked is not sent: then it is false."""

    display_name: str = ""
    note: str = ""
    lines: list[Line] = []
    locked: bool = False
    bot: bool = False
    discoverable: bool = False
    indexable: bool = False
    hide_collections: bool = False
    avatar: UploadFile | None = None
    header: UploadFile | None = None
    avatar_description: str = ""
    header_description: str = ""
    remove_avatar: bool = False
    remove_header: bool = False
    header_focus: Annotated[int, msgspec.Meta(ge=-100, le=100)] = (
        0  # percent: 100 its top, -100 its foot
    )


class TagForm(msgspec.Struct):
    name: str = ""
    id: Id = 0


class EndorsedForm(msgspec.Struct):
    acct: str = ""
    id: Id = 0


@pages.get(OWN_PAGE, who="member")
async def show_own_page(visit: Visit) -> Response:
    return await _show(visit)


@pages.post(OWN_PAGE, who="member", limit=LIMIT)
async def change_own_page(visit: Visit) -> Response:
    said = await visit.form(OwnPageForm)
    try:
        wanted = check(_change(said))
        async with storing(visit.means, wanted, await _sent(said)) as change:
            await visit.db.run(change_account, visit.viewer_id, change, visit.addresses)
    except Invalid as refused:
        return await _show(visit, said, words.beside(refused, visit.locale))
    return visit.redirect(OWN_PAGE, say="saved")


def _change(said: OwnPageForm) -> Change:
    removed: list[Part] = []
    if said.remove_avatar and not _is_there(said.avatar):
        removed.append("avatar")
    if said.remove_header and not _is_there(said.header):
        removed.append("header")
    return Change(
        display_name=said.display_name,
        note=said.note,
        fields=[(line.name, line.value) for line in said.lines],
        is_locked=said.locked,
        is_bot=said.bot,
        is_discoverable=said.discoverable,
        is_indexable=said.indexable,
        hides_collections=said.hide_collections,
        avatar_description=said.avatar_description,
        header_description=said.header_description,
        removed=tuple(removed),
    )


def _is_there(file: UploadFile | None) -> bool:
    """A browser sends an empty file without a name when none was chosen."""
    return file is not None and bool(file.filename or file.size)


async def _sent(said: OwnPageForm) -> dict[Part, Sent]:
    sent: dict[Part, Sent] = {}
    if said.avatar is not None and _is_there(said.avatar):
        sent["avatar"] = Sent(await said.avatar.read())
    if said.header is not None and _is_there(said.header):
        sent["header"] = Sent(await said.header.read(), said.header_focus / 100)
    return sent


@pages.post("/settings/profile/tags", who="member")
async def feature_tag(visit: Visit) -> Response:
    said = await visit.form(TagForm)
    if said.id:
        await visit.db.run(tags.unfeature, visit.viewer_id, said.id)
        return visit.redirect(OWN_PAGE + "#tags", say="hidden")
    try:
        tags.parse_name(said.name)
    except Invalid:
        return await _show(visit, errors={"name": visit.locale.text(NO_TAG)}, tag=said.name)
    try:
        await visit.db.run(tags.feature_tag, visit.viewer_id, said.name)
    except Invalid:
        return await _show(visit, errors={"name": visit.locale.text(TOO_MANY_TAGS)}, tag=said.name)
    return visit.redirect(OWN_PAGE + "#tags", say="shown")


@pages.post("/settings/profile/people", who="member")
async def endorse(visit: Visit) -> Response:
    said = await visit.form(EndorsedForm)
    if said.id:
        await visit.db.run(notes.unendorse, visit.viewer_id, said.id)
        return visit.redirect(OWN_PAGE + "#people", say="hidden")
    found = await find_by_acct(visit.db, said.acct, visit.addresses.domain)
    wrong = NOBODY_FOUND
    if found is not None:
        try:
            await visit.db.run(notes.endorse, visit.viewer_id, found)
        except NotFound:
            pass
        except Invalid:
            wrong = NOT_FOLLOWED
        else:
            return visit.redirect(OWN_PAGE + "#people", say="shown")
    return await _show(visit, errors={"acct": visit.locale.text(wrong)}, acct=said.acct)


async def _show(
    visit: Visit,
    said: OwnPageForm | None = None,
    errors: dict[str, str] | None = None,
    **typed: str,
) -> Response:
    visit.is_secret = True
    me = await own_account(visit)
    said = said or _as_it_is(me)
    featured = await tags.list_featured_tags(visit.db, visit.viewer_id)
    shown = {one.name for one in featured}
    own = await tags.list_own_tags(visit.db, visit.viewer_id)
    page = Page(limit=ENDORSED_SHOWN)
    endorsed = await lookup.list_of(
        visit.db, "endorsements", visit.viewer_id, visit.viewer_id, page
    )
    errors = errors or {}
    return visit.render(
        "settings/own_page.html",
        422 if errors else 200,
        me=me,
        said=said,
        lines=_lines(said, me),
        pictures=_pictures(visit, me),
        featured=featured,
        suggested=[one for one in own if one.name not in shown],
        endorsed=[one.shown.account for one in endorsed],
        typed={"tag": "", "acct": "", **typed},
        most={"name": MAX_NAME, "note": MAX_NOTE, "description": MAX_PICTURE_DESCRIPTION},
        errors=errors,
        notice=visit.told(SAID),
    )


def _as_it_is(me: AccountRow) -> OwnPageForm:
    return OwnPageForm(
        display_name=me.display_name,
        note=me.note,
        lines=[Line(field.name, field.value) for field in me.fields],
        locked=me.is_locked,
        bot=me.is_bot,
        discoverable=me.is_discoverable,
        indexable=me.is_indexable,
        hide_collections=me.hides_collections,
        avatar_description=me.avatar.description if me.avatar else "",
        header_description=me.header.description if me.header else "",
    )


def _lines(said: OwnPageForm, me: AccountRow) -> list[dict[str, Any]]:
    """The lines of the form, with what is known of their links."""
    verified = {field.value: field.verified_at for field in me.fields}
    lines = (said.lines + [Line()] * MAX_FIELDS)[:MAX_FIELDS]
    return [
        {
            "name": line.name,
            "value": line.value,
            "is_name_wrong": len(line.name) > MAX_FIELD or (line.value and not line.name.strip()),
            "is_value_wrong": len(line.value) > MAX_FIELD,
            "verified_at": verified.get(line.value),
            "is_link": link_of(line.value) is not None and line.value in verified,
        }
        for line in lines
    ]


def _pictures(visit: Visit, me: AccountRow) -> dict[str, str]:
    """The addresses of the pictures that are there; "" for the default one."""
    return {
        part: absolute(picture.static_url, visit.addresses) if picture else ""
        for part, picture in (("avatar", me.avatar), ("header", me.header))
    }
