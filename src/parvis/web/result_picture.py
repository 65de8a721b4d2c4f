"""A poll's result as a picture to pass on: an SVG of one size, in the look's own colours; its texts are
ours or escaped by the template.
"""

import msgspec

from parvis.domain.statuses.types import Shown
from parvis.web import heads, lettering
from parvis.web.locales import N_, Locale
from parvis.web.showing import Option, PollShown

ROWS_MOST = 6  # answers that fit; the others are counted
QUESTION_MOST = 300  # letters
SIZES, LINES = (44, 36), 2  # of the question's letters; the smaller ones where it is long
ANSWER_SIZE, ANSWER_ROOM = 30, 900  # beside its share
WINNER_ROOM = 16  # in the size of the foot's letters
WIDTH, TOP, BAR = 1080, 250, 300  # of the bars' room; where it begins; its height


class Row(msgspec.Struct, frozen=True):
    title: str
    is_leftward: bool
    size: int  # of its letters
    told: str  # its share, "" while hidden
    width: int
    y: int
    height: int
    is_first: bool


class Picture(msgspec.Struct, frozen=True):
    network: str
    address: str  # where it can be checked
    question: list[str]
    question_size: int
    is_leftward: bool
    rows: list[Row]
    others: str
    foot: str
    caveat: str


def draw(shown: Shown, poll: PollShown, network: str, address: str, locale: Locale) -> Picture:
    # The most chosen first where not all fit; else as they were asked.
    options = list(poll.options)
    if len(options) > ROWS_MOST:
        options = sorted(options, key=lambda one: one.share, reverse=True)[:ROWS_MOST]
    step = BAR // max(len(options), 3)
    question = heads.summary(shown, QUESTION_MOST)
    size = _question_size(question)
    return Picture(
        heads.shorten(network, 30),
        address,
        lettering.wrap(question, WIDTH / size, LINES),
        size,
        lettering.is_leftward(question),
        [_row(one, at, step, locale) for at, one in enumerate(options)],
        _others(len(poll.options) - len(options), locale),
        _foot(poll, locale),
        locale.text(N_("Counts who chose to answer. It is no sample of a population.")),
    )


def _row(option: Option, at: int, step: int, locale: Locale) -> Row:
    told = "" if option.votes is None else locale.percent(option.share)
    size = min(ANSWER_SIZE, step - 24)
    title = lettering.fit(option.title, ANSWER_ROOM / size)
    return Row(
        title,
        lettering.is_leftward(title),
        size,
        told,
        round(WIDTH * option.share),
        TOP + at * step,
        step - 12,
        option.is_first,
    )


def _question_size(question: str) -> int:
    """The largest letters in which all of it has room; else the smallest."""
    whole = (size for size in SIZES if not _is_cut(question, size))
    return next(whole, SIZES[-1])


def _is_cut(question: str, size: int) -> bool:
    lines = lettering.wrap(question, WIDTH / size, LINES)
    return lines[-1:] != lettering.wrap(question, WIDTH / size, LINES + 1)[-1:]


def _others(number: int, locale: Locale) -> str:
    if not number:
        return ""
    said = locale.translations.ngettext("and %(n)s other answer", "and %(n)s other answers", number)
    return said % {"n": locale.number(number)}


def _foot(poll: PollShown, locale: Locale) -> str:
    ballots = locale.translations.ngettext("%(shown)s voter", "%(shown)s voters", poll.voters)
    parts = [ballots % {"shown": locale.number(poll.voters)}]
    if poll.kind == "ranked" and not poll.is_hidden:
        parts.append(locale.text(N_("First choices")))
        if poll.winner:
            winner = lettering.fit(poll.winner, WINNER_ROOM)
            parts.append(locale.text(N_("Elected: %(answer)s"), answer=winner))
    elif poll.kind == "multiple":
        parts.append(locale.text(N_("Several choices each")))
    if poll.is_hidden:
        parts.append(locale.text(N_("Results are shown when the poll ends")))
    parts.append(locale.text(N_("Closed")) if poll.is_over else locale.text(N_("Still open")))
    return " · ".join(parts)
