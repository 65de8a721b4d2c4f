"""The composer's page, and what its form does: publish, change, keep as a draft."""

import asyncio

from msgspec import structs
from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.drafts import drafts
from parvis.domain.drafts.publishing import edit_written, publish_written
from parvis.domain.drafts.types import Written
from parvis.domain.media import uploads
from parvis.domain.statuses.draft import MAX_LENGTH, MAX_MEDIA
from parvis.domain.statuses.secret_asking import with_key
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.words import clean
from parvis.doors import uploading
from parvis.protocols.ids import IdInvalid, parse_id
from parvis.web.composing import sheet as sheets
from parvis.web.composing import words
from parvis.web.composing.form import ComposeForm
from parvis.web.composing.sheet import Sheet
from parvis.web.locales import N_
from parvis.web.routing import FORM_LIMIT, Pages
from parvis.web.visit import Visit

pages = Pages()

LIMIT = uploads.MAX_FILM_BYTES + (MAX_MEDIA - 1) * uploads.MAX_BYTES + FORM_LIMIT
TEXT_SHOWN = MAX_LENGTH * 4  # of a text that an address suggests
PREPARED_S = 15.0  # how long publishing waits for the worker to prepare pictures
LOOKS_S = 0.15

ENDED = N_(
    "Your session has ended. Log in in another tab, come back here and publish: your words are kept."
)
RENEWED = N_("You logged in again since you wrote this. Read it once more and publish it.")
TWICE = N_(
    "This was published already. What you write now is another message: publish it if you mean to."
)
UNDESCRIBED = N_(
    "A picture, film or sound has no description: who does not see or hear it will miss it. Describe it"
    " below, or publish as it is."
)
BLANK = N_("There is nothing to keep yet. Write something first.")
ELSEWHERE = N_(
    "This draft was changed in another window. Publish this version, or open your drafts for the other."
)
OVER = N_("This draft was published or discarded in another window.")


@pages.get("/publish", who="member")
async def composer(visit: Visit) -> Response:
    return await _show(visit, await _asked(visit))


async def _asked(visit: Visit) -> Sheet:
    """What the address speaks of: an answer, a message to change, a draft, a text that is suggested."""
    if edited := _id(visit, "edit"):
        return await sheets.edit(visit, edited)
    if kept := _id(visit, "draft"):
        draft = await drafts.get_draft(visit.db, visit.viewer_id, kept)
        return await sheets.of_draft(visit, draft)
    if answered := _id(visit, "reply"):
        return await sheets.answer(visit, await sheets.find(visit, answered))
    audience = "direct" if visit.ask("audience") == "direct" else None
    return await sheets.empty(visit, text=visit.ask("text")[:TEXT_SHOWN], audience=audience)


def _id(visit: Visit, name: str) -> int | None:
    asked = visit.ask(name)
    try:
        return parse_id(asked) if asked else None
    except IdInvalid:
        raise errors.NotFound from None


@pages.get("/publish/send", who="member")
async def begin_anew(visit: Visit) -> Response:
    """Somebody who loads again the page of a refused form, or logs in from it."""
    return visit.redirect("/publish")


# Not the composer's own address: browsers forget a page when its address is posted to, and going back would
# show the old words under a new key, ready to be sent twice.
@pages.post("/publish/send", who="member", limit=LIMIT, keeps_words=True)
async def submit(visit: Visit) -> Response:
    form = await visit.form(ComposeForm)
    if visit.login is None or visit.is_stale:
        return await _after_its_session(visit, form)
    form, refused = await _with_files(visit, form)
    if form.do in {"draft", "keep"}:
        return await _keep(visit, form)
    if form.do == "more":
        return await _show(visit, await sheets.of_form(visit, form, {}, has_more=True))
    if form.do == "discard":
        return await _discard(visit, form)
    return await _publish(visit, form, refused)


async def _after_its_session(visit: Visit, form: ComposeForm) -> Response:
    """Nothing is done, and nothing is lost."""
    if visit.login is None:
        return await _again(visit, form, 401, notice=ENDED)
    return await _again(visit, form, 403, notice=RENEWED)


async def _publish(visit: Visit, form: ComposeForm, refused: dict[str, str]) -> Response:
    if refused:
        return await _again(visit, form, 422, refused)
    if (
        not visit.wants_fragment and not form.reminded and _lacks_words(form)
    ):  # scripts ask themselves
        return await _again(visit, form, 422, notice=UNDESCRIBED, reminds=True)
    try:
        status_id = await _send(visit, form)
    except errors.Forbidden:
        raise  # what hinders this person has a page of its own
    except errors.Refused as no:
        code = 429 if isinstance(no, errors.TooMany) else 422
        return await _again(visit, form, code, words.beside(no, form, visit.locale))
    return await _sent(visit, form, status_id)


def _lacks_words(form: ComposeForm) -> bool:
    return any(not one.description.strip() for one in form.media())


async def _with_files(visit: Visit, form: ComposeForm) -> tuple[ComposeForm, dict[str, str]]:
    """The form with its files as pictures; one that is refused keeps no other away."""
    refused: dict[str, str] = {}
    ids, alt = list(form.media_ids), dict(form.alt)
    for number, file, about in form.files():
        try:
            if len(about) > uploads.MAX_DESCRIPTION:
                refused["media"] = visit.locale.text(words.SAID["description"][1])
            id_ = await uploading.store(visit.means, visit.viewer_id, file)
        except errors.Invalid:
            refused[f"file_{number}"] = words.of_file(file, visit.locale)
            continue
        ids.append(id_)
        alt[str(id_)] = about
    return structs.replace(form, media_ids=ids, alt=alt), refused


async def _send(visit: Visit, form: ComposeForm) -> int:
    """Publish or change; once more when pictures were only being prepared."""
    try:
        return await _send_now(visit, form)
    except errors.Invalid as refused:
        if refused.field != "media_ids" or not await _prepared(visit, form):
            raise
    return await _send_now(visit, form)


async def _send_now(visit: Visit, form: ComposeForm) -> int:
    draft, media = form.draft(visit.zone), form.media()
    if not form.edit:
        draft = await with_key(visit.db, draft)
        return await visit.db.run(
            publish_written, visit.viewer_id, draft, media, visit.addresses, after=form.after
        )
    await visit.db.run(edit_written, visit.viewer_id, form.edit, draft, media, visit.addresses)
    return form.edit


async def _prepared(visit: Visit, form: ComposeForm) -> bool:
    """Whether pictures that the worker had not prepared yet are ready now."""
    ids = [one.id for one in form.media()][:MAX_MEDIA]
    end = asyncio.get_running_loop().time() + PREPARED_S
    has_waited = False
    while True:
        found = await uploads.list_own(visit.db, visit.viewer_id, ids)
        if not any(one.state == "waiting" for one in found):
            return has_waited
        if asyncio.get_running_loop().time() > end:
            raise errors.Conflict("A picture is still being prepared", reason="preparing")
        has_waited = True
        await asyncio.sleep(LOOKS_S)


async def _sent(visit: Visit, form: ComposeForm, status_id: int) -> Response:
    shown = await visit.db.kept(Statuses).show(visit.viewer_id, [status_id])
    if not form.edit and (
        not shown or shown[0].status.text != clean(form.draft(visit.zone).text, "text", 1 << 20)
    ):
        # Back after sending, then other words under the same key: they are a message of their own.
        return await _again(visit, structs.replace(form, key="", version=0), 409, notice=TWICE)
    one = shown[0]
    url = f"/@{one.author.acct}/{one.status.id}"
    if visit.wants_fragment:
        answer = visit.render("composing/sent.html", shown=one)
        answer.headers["content-location"] = url
        return answer
    if form.do == "another":
        return visit.redirect(f"/publish?reply={status_id}")
    came_from = visit.came_from
    if form.edit or came_from == "/" or came_from.startswith(("/publish", "/drafts")):
        return visit.redirect(url)
    return visit.redirect(f"{came_from}#s{status_id}")


async def _keep(visit: Visit, form: ComposeForm) -> Response:
    """Keep as a draft; scripts do so every few seconds."""
    written = form.written()
    if written.is_blank:
        if visit.wants_fragment:
            return await _discard(visit, form)
        return await _again(visit, form, 422, {"text": visit.locale.text(BLANK)})
    try:
        saved = await _save(visit, form, written)
    except errors.Conflict as other:
        text = ELSEWHERE if other.reason == "other_writer" else OVER
        fresh = structs.replace(form, key="", version=0)
        return await _again(visit, fresh, 409, notice=text)
    except errors.Invalid as refused:
        return await _again(visit, form, 422, words.beside(refused, form, visit.locale))
    if visit.wants_fragment:
        return visit.render("composing/kept.html", draft=saved)
    return visit.redirect(f"/drafts?kept={saved.id}")


async def _discard(visit: Visit, form: ComposeForm) -> Response:
    await visit.db.run(drafts.discard_by_key, visit.viewer_id, form.key)
    return visit.done("composing/kept.html", back="/drafts", draft=None)


async def _save(visit: Visit, form: ComposeForm, written: Written) -> drafts.Saved:
    return await visit.db.run(
        drafts.save,
        visit.viewer_id,
        form.key or sheets.new_key(),
        written,
        version=form.version,
        writer=form.writer,
    )


async def _again(
    visit: Visit,
    form: ComposeForm,
    code: int,
    refused: dict[str, str] | None = None,
    *,
    notice: str = "",
    reminds: bool = False,
) -> Response:
    """Everything that was written, with what to change or do before it can go."""
    sheet = await sheets.of_form(visit, form, refused or {})
    sheet.notice = visit.locale.text(notice) if notice else ""
    sheet.has_ended, sheet.reminds = visit.login is None, reminds
    if visit.wants_fragment:
        return visit.render("composing/refused.html", code, sheet=sheet)
    return await _show(visit, sheet, code)


async def _show(visit: Visit, sheet: Sheet, code: int = 200) -> Response:
    return visit.render("composing/publish.html", code, composing=sheet)
