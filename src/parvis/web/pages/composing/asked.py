"""What the composer's scripts ask: pictures one by one, completions, a fresh token."""

from typing import Literal

import msgspec
from starlette.datastructures import UploadFile
from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.accounts.lookup import search_accounts
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.accounts.types import AccountRow
from parvis.domain.drafts.types import WrittenMedia
from parvis.domain.media import uploads
from parvis.domain.network.emojis import list_emojis
from parvis.domain.search.tags import find_tags
from parvis.doors import uploading
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.protocols.text import normalise_hashtag
from parvis.web.composing import words
from parvis.web.composing.sheet import Shot, shots
from parvis.web.routing import FORM_LIMIT, Pages
from parvis.web.showing import absolute
from parvis.web.visit import Visit

pages = Pages()

OFFERED = 6
EMOJIS_OFFERED = 200  # of the picker
ASKED_LONGEST = 100
Kind = Literal["mention", "tag", "emoji"]


class UploadForm(msgspec.Struct):
    file: UploadFile | None = None


class Completion(msgspec.Struct):
    """What would be put in the text, and how it is shown: a name, an account, a picture."""

    text: str
    shown: str
    account: AccountRow | None = None
    picture: str = ""


@pages.post("/publish/media", who="member", limit=uploads.MAX_FILM_BYTES + FORM_LIMIT)
async def upload(visit: Visit) -> Response:
    form = await visit.form(UploadForm)
    if form.file is None:
        raise errors.Invalid("file", "A file was expected", reason="ERR_BLANK")
    try:
        id_ = await uploading.store(visit.means, visit.viewer_id, form.file)
    except errors.Invalid:
        text = words.of_file(form.file, visit.locale)
        return visit.render("error_fragment.html", 422, heading=text, text="")
    return visit.render("composing/shot.html", shot=Shot(id_, "waiting", None, "", ""))


@pages.get("/publish/media/{id}", who="member")
async def show_upload(visit: Visit) -> Response:
    try:
        id_ = parse_id(visit.path["id"])
    except IdInvalid:
        raise errors.NotFound from None
    own = await uploads.find_own(visit.db, visit.viewer_id, id_)
    found = await shots(visit, [WrittenMedia(id_, own.description or "")])
    return visit.render("composing/shot.html", shot=found[0])


@pages.get("/publish/complete", who="member")
async def complete(visit: Visit) -> Response:
    """Names that begin as what is being typed: people, hashtags, emoji."""
    asked = visit.ask("q")[:ASKED_LONGEST]
    found = {"mention": _people, "tag": _tags, "emoji": _emojis}.get(visit.ask("kind"))
    if found is None:
        raise errors.NotFound
    return visit.render("composing/completions.html", completions=await found(visit, asked))


async def _people(visit: Visit, asked: str) -> list[Completion]:
    ids = await search_accounts(
        visit.db, visit.viewer_id, asked, visit.addresses.domain, limit=OFFERED
    )
    shown = await visit.db.kept(Accounts).show(ids)
    return [
        Completion(
            f"@{one.account.acct}",
            one.account.display_name or one.account.username,
            one.account,
        )
        for one in shown
        if not one.account.is_gone
    ]


async def _tags(visit: Visit, asked: str) -> list[Completion]:
    found = await find_tags(visit.db, visit.viewer_id, normalise_hashtag(asked), limit=OFFERED)
    names = [tag.display_name or tag.name for tag in found]
    return [Completion(f"#{name}", f"#{name}") for name in names]


async def _emojis(visit: Visit, asked: str) -> list[Completion]:
    known = (await list_emojis(visit.db)).emojis
    wanted = asked.lower()
    fitting = [one for one in known if one.is_visible and one.shortcode.lower().startswith(wanted)][
        : OFFERED if wanted else EMOJIS_OFFERED
    ]
    return [
        Completion(
            f":{one.shortcode}:",
            f":{one.shortcode}:",
            picture=absolute(one.static_url, visit.addresses),
        )
        for one in fitting
    ]


@pages.get("/publish/token", who="member")
async def token(visit: Visit) -> Response:
    """For messages that waited: the token of the session of now, and whose session it is."""
    visit.is_secret = True
    return visit.render("composing/token.html")
