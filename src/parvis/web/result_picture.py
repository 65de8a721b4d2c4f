"""A poll's result as a picture to pass on: an SVG of one size, in the look's own colours; its texts are
ours or escaped by the template.
"""

import textwrap

import msgspec

from parvis.domain.statuses.types import Shown
from parvis.web import heads
from parvis.web.locales import N_, Locale
from parvis.web.showing import Option, PollShown

ROWS_MOST = 6  # answers that fit; the others are counted
LETTERS, LINES = 46, 2  # of the question
ANSWER_LETTERS = 44
WIDTH, TOP, BAR = 1080, 250, 300  # of the bars' room; where it begins; its height


class Row(msgspec.Struct, frozen=True):
    title: str
    told: str  # its share, "" while hidden
    width: int
    y: int
    height: int
    is_first: bool


class Picture(msgspec.Struct, frozen=True):
    network: str
    question: list[str]
    rows: list[Row]
    others: str
    foot: str
    caveat: str


def draw(shown: Shown, poll: PollShown, network: str, locale: Locale) -> Picture:
    # The most chosen first where not all fit; else as they were asked.
    options = list(poll.options)
    if len(options) > ROWS_MOST:
        options = sorted(options, key=lambda one: one.share, reverse=True)[:ROWS_MOST]
    step = BAR // max(len(options), 3)
    return Picture(
        heads.shorten(network, 40),
        _lines(heads.summary(shown, 4 * LETTERS)),
        [_row(one, at, step, locale) for at, one in enumerate(options)],
        _others(len(poll.options) - len(options), locale),
        _foot(poll, locale),
        locale.text(N_("Counts who chose to answer. It is no sample of a population.")),
    )


def _row(option: Option, at: int, step: int, locale: Locale) -> Row:
    told = "" if option.votes is None else locale.percent(option.share)
    title = heads.shorten(option.title, ANSWER_LETTERS)
    return Row(
        title, told, round(WIDTH * option.share), TOP + at * step, step - 12, option.is_first
    )


def _lines(question: str) -> list[str]:
    return textwrap.wrap(question, LETTERS, max_lines=LINES, placeholder="…")


def _others(number: int, locale: Locale) -> str:
    return locale.text(N_("and %(n)s other answers"), n=locale.number(number)) if number else ""


def _foot(poll: PollShown, locale: Locale) -> str:
    ballots = locale.translations.ngettext("%(shown)s voter", "%(shown)s voters", poll.voters)
    parts = [ballots % {"shown": locale.number(poll.voters)}]
    if poll.is_hidden:
        parts.append(locale.text(N_("Results are shown when the poll ends")))
    parts.append(locale.text(N_("Closed")) if poll.is_over else locale.text(N_("Still open")))
    return " · ".join(parts)
