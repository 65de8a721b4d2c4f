"""What the composer shows: an empty sheet, an answer, an edit, a draft, or what was sent and refused."""

import secrets
from functools import lru_cache
from typing import Literal

import msgspec
from babel import Locale as Territory
from markupsafe import Markup

from parvis.domain.drafts.types import KeptDraft, Written, WrittenMedia, WrittenPoll
from parvis.domain.errors import Forbidden, NotFound
from parvis.domain.events import Visibility
from parvis.domain.lists.lists import list_lists
from parvis.domain.lists.types import List
from parvis.domain.media import uploads
from parvis.domain.media.types import OwnMedia
from parvis.domain.network.emojis import list_emojis
from parvis.domain.statuses.draft import MAX_LENGTH, MAX_MEDIA, MAX_OPTION_LENGTH, MAX_OPTIONS
from parvis.domain.statuses.eligible import Rules
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.statuses.types import Attachment, Shown, StatusRow
from parvis.web.composing.form import ComposeForm
from parvis.web.locales import N_
from parvis.web.showing import absolute
from parvis.web.visit import Visit

Place = Literal["page", "home", "thread"]
LINES = 4  # for the answers of a poll, until more are asked for
LINES_MORE = 6

# From the widest to the narrowest: an answer is never wider than what it answers.
VISIBILITIES: tuple[tuple[Visibility, str, str], ...] = (
    ("public", N_("Public"), "globe"),
    ("unlisted", N_("Unlisted"), "moon"),
    ("private", N_("Followers only"), "lock"),
    ("direct", N_("Mentioned people only"), "mail"),
)
_ORDER: dict[Visibility, int] = {kind: width for width, (kind, _, _) in enumerate(VISIBILITIES)}
DURATIONS: tuple[tuple[int, str], ...] = (
    (60, N_("1 minute")),
    (300, N_("5 minutes")),
    (1_800, N_("30 minutes")),
    (3_600, N_("1 hour")),
    (21_600, N_("6 hours")),
    (86_400, N_("1 day")),
    (259_200, N_("3 days")),
    (604_800, N_("7 days")),
    (1_209_600, N_("14 days")),
    (2_592_000, N_("30 days")),
    (7_776_000, N_("90 days")),
    (31_536_000, N_("1 year")),
)
# What most people on earth or on networks like these write; others come from the person's own default.
LANGUAGES = (  # noqa: SIM905 - a list of fifty lines says no more
    "ar az bg bn br ca co cs cy da de el en eo es et eu fa fi fr fy ga gd gl he hi hr hu hy id is it ja ka"
    " kab ko ku lb lt lv mk ms nb nl nn oc pl pt ro ru sc sk sl sq sr sv sw ta te th tr uk ur vi zh"
).split()
KINDS = ",".join(uploads.KINDS)


class Shot(msgspec.Struct):
    """A picture, film or sound in the composer. `preview` None: a sound, still being prepared, or failed."""

    id: int
    state: str
    preview: str | None
    description: str
    focus: str
    is_sound: bool = False


class Sheet(msgspec.Struct, kw_only=True):
    key: str
    written: Written
    place: Place = "page"
    version: int = 0
    draft_id: int | None = None
    after: str = ""
    shots: list[Shot] = []
    answered: Shown | None = None
    errors: dict[str, str] = {}
    notice: str = ""
    has_ended: bool = False  # the session, before it was sent
    reminds: bool = False  # of a description; sent once more, it goes without
    has_emojis: bool = False
    lines: int = LINES
    lists: list[List] = []  # whose members may be all who vote; only on a page of its own

    limit = MAX_LENGTH
    answer_length = MAX_OPTION_LENGTH
    answers = MAX_OPTIONS
    pictures = MAX_MEDIA
    description_length = uploads.MAX_DESCRIPTION
    kinds = KINDS
    durations = DURATIONS
    visibilities = VISIBILITIES

    @property
    def is_folded(self) -> bool:
        """One line until it is touched."""
        return self.place != "page" and not (self.errors or self.notice)

    @property
    def options(self) -> list[str]:
        """Lines for the answers of a poll."""
        given = self.written.poll.options if self.written.poll else []
        return given + [""] * (self.lines - len(given))

    @property
    def has_rules(self) -> bool:
        return self.written.poll is not None and self.written.poll.rules != Rules()

    @property
    def visibility(self) -> Visibility:
        return self.written.visibility or "public"


def new_key() -> str:
    """A key under which one message will be published, once."""
    return secrets.token_urlsafe(16)


async def empty(
    visit: Visit, *, place: Place = "page", text: str = "", audience: Visibility | None = None
) -> Sheet:
    """A new message as its author's preferences have it, or for the audience asked. No statement."""
    login = visit.login
    written = Written(
        text=text,
        visibility=audience or (login.default_visibility if login else None),
        is_sensitive=bool(login and login.default_sensitive),
        language=_language(visit),
    )
    return await _made(visit, Sheet(key=new_key(), written=written, place=place))


async def answer(visit: Visit, answered: Shown, *, place: Place = "page") -> Sheet:
    """An answer: to whom it mentions, and seen by no more people."""
    answered = answered.reblog or answered
    status = answered.status
    login = visit.login
    own: Visibility = login.default_visibility if login else "public"
    people = [answered.author, *status.mentions]
    accts = dict.fromkeys(one.acct for one in people if one.id != visit.viewer_id)
    written = Written(
        # Browsers put the caret first: who begins there does not write into the first name.
        text="".join(f" @{acct}" for acct in accts) + (" " if accts else ""),
        spoiler_text=status.spoiler_text,
        visibility=max(own, status.visibility, key=_ORDER.__getitem__),
        is_sensitive=bool(login and login.default_sensitive),
        language=_language(visit),
        in_reply_to_id=status.id,
    )
    sheet = Sheet(key=new_key(), written=written, place=place, answered=answered)
    return await _made(visit, sheet)


async def edit(visit: Visit, status_id: int) -> Sheet:
    """A message of one's own, to be changed."""
    shown = await find(visit, status_id)
    row = shown.status
    if shown.author.id != visit.viewer_id or shown.reblog is not None:
        raise Forbidden
    written = Written(
        text=row.text,
        spoiler_text=row.spoiler_text,
        visibility=row.visibility,
        is_sensitive=row.is_sensitive,
        language=row.language or "",
        in_reply_to_id=row.in_reply_to_id,
        status_id=row.id,
        media=[WrittenMedia(one.id, one.description or "", _focus(one)) for one in row.media],
        poll=_poll(row),
    )
    return await _filled(visit, Sheet(key=new_key(), written=written))


async def of_draft(visit: Visit, kept: KeptDraft) -> Sheet:
    """A draft, as it was left."""
    sheet = Sheet(key=kept.key, written=kept.written, version=kept.version, draft_id=kept.id)
    return await _filled(visit, sheet)


async def of_form(
    visit: Visit, form: ComposeForm, errors: dict[str, str], *, has_more: bool = False
) -> Sheet:
    """What was sent, with what to change, or with more lines for answers."""
    lines = max(len(form.option), LINES) + LINES_MORE * has_more
    sheet = Sheet(
        key=form.key or new_key(),
        written=form.written(),
        version=form.version,
        after=form.after,
        errors=errors,
        lines=min(lines, MAX_OPTIONS),
    )
    return await _filled(visit, sheet)


async def find(visit: Visit, status_id: int) -> Shown:
    """A status as the reader may see it."""
    found = await visit.db.kept(Statuses).show(visit.viewer_id, [status_id])
    if not found:
        raise NotFound
    return found[0]


async def shots(visit: Visit, media: list[WrittenMedia]) -> list[Shot]:
    """Pictures of the writer's own, with what was said of them."""
    if not media or visit.login is None:
        return []
    own = {
        one.id: one
        for one in await uploads.list_own(visit.db, visit.viewer_id, [one.id for one in media])
    }
    return [_shot(visit, own[one.id], one) for one in media if one.id in own]


def _shot(visit: Visit, own: OwnMedia, said: WrittenMedia) -> Shot:
    preview = absolute(own.preview, visit.addresses) if own.preview else None
    is_sound = own.kind == "audio"
    return Shot(own.id, own.state, preview, said.description, said.focus or _focus(own), is_sound)


async def _filled(visit: Visit, sheet: Sheet) -> Sheet:
    """With the pictures and the message that is answered, as far as they are still there."""
    sheet.shots = await shots(visit, sheet.written.media)
    answered_id = sheet.written.in_reply_to_id
    if answered_id and visit.login is not None:
        found = await visit.db.kept(Statuses).show(visit.viewer_id, [answered_id])
        sheet.answered = (found[0].reblog or found[0]) if found else None
    return await _made(visit, sheet)


async def _made(visit: Visit, sheet: Sheet) -> Sheet:
    sheet.has_emojis = bool((await list_emojis(visit.db)).emojis)
    if sheet.place == "page" and visit.login is not None:
        sheet.lists = await list_lists(visit.db, visit.viewer_id)
    return sheet


def _language(visit: Visit) -> str:
    return (visit.login and visit.login.default_language) or visit.locale.code


def _focus(one: Attachment) -> str:
    focus: dict[str, float] = one.meta.get("focus") or {}
    return f"{focus['x']},{focus['y']}" if focus else ""


def _poll(row: StatusRow) -> WrittenPoll | None:
    poll = row.poll
    if poll is None:
        return None
    return WrittenPoll(
        poll.options,
        None,
        is_multiple=poll.kind == "multiple",
        hides_totals=poll.hides_totals,
        is_ranked=poll.is_ranked,
        is_changeable=poll.is_changeable,
    )


@lru_cache(maxsize=512)
def language_options(code: str, chosen: str) -> Markup:
    """The languages to choose from, by their names in the reader's own."""
    names: dict[str, str] = dict(Territory.parse(code).languages)
    offered = {one: names.get(one, one) for one in {*LANGUAGES, *filter(None, [chosen])}}
    options = sorted(offered.items(), key=lambda pair: pair[1].casefold())
    return Markup("").join(
        Markup('<option value="{}"{}>{}</option>').format(
            one, Markup(" selected") if one == chosen else "", name[:1].upper() + name[1:]
        )
        for one, name in options
    )
