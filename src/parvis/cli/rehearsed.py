"""What a rehearsal says in the end: figures, whether it would hold, how far that goes, what nobody knows."""

import math

import msgspec

from parvis.live.rehearsing.heard import Heard, share_of

IN_TIME_MS = (
    250  # our player plays so far behind the newest part: what comes later is a gap in its sound
)
STRAINED_MS = 1_000
BUSY = 0.85  # of this machine's time: above it, lateness may be its own
STARVED = 0.1  # of its time in which it waited for a processor of its own
MISSED = 0.001  # of all parts, and of all listeners
HOLDS, BREAKS, UNKNOWN = 0, 3, 4
MILLION = 1_000_000


class Rehearsed(msgspec.Struct, frozen=True):
    """What was asked for, and what was heard."""

    heard: Heard
    listeners: int
    joins_s: float
    part_ms: int
    bandwidth: int


class Verdict(msgspec.Struct, frozen=True):
    lines: list[str]
    code: int


def judge(told: Rehearsed) -> Verdict:
    """Whether it would hold, and why not."""
    heard = told.heard
    code, words = _decide(told, heard.spread_ms(99))
    return Verdict(
        [*_figures(told), "", words, *_advice(heard), "", *_beyond(told, code), ""], code
    )


def _figures(told: Rehearsed) -> list[str]:
    heard = told.heard
    wanted = round(told.listeners * heard.seconds * 1_000 / told.part_ms)
    rows = [
        ("Listeners who heard it", f"{heard.reached:,} of {told.listeners:,}"),
        ("From arriving to sound", _shares(heard.joined)),
        ("Parts heard", f"{heard.parts:,} of about {wanted:,}"),
        ("Later than the quickest", f"p50 {heard.spread_ms(50)} ms, p99 {heard.spread_ms(99)} ms"),
        ("Refused, told to return", _refusals(heard.refused)),
        ("Broken off, or missed", f"{heard.lost:,} connections, {heard.missing:,} parts"),
        ("Came to this machine", _bits(heard.bytes * 8 / max(0.001, heard.seconds))),
        ("This machine", f"busy {heard.busy:.0%}, kept waiting {heard.starved:.0%} of the time"),
    ]
    if heard.resumed:
        rows.insert(6, ("Broken off, until sound", _shares(heard.resumed)))
    return [f"{name:<25}{said}" for name, said in rows]


def _decide(told: Rehearsed, p99_ms: int) -> tuple[int, str]:
    heard = told.heard
    wanted = told.listeners * heard.seconds * 1_000 / told.part_ms
    complaints = _complaints(told, p99_ms, heard.parts / max(1.0, wanted))
    if not complaints:
        return HOLDS, f"It would hold: {told.listeners:,} listeners heard every part in time."
    whole = f"{'; '.join(complaints)}."
    own = _own_limits(heard)
    if own:
        return UNKNOWN, (
            f"Nobody can tell: {whole} But this machine was the limit, or may have been: {own}. Run it from"
            " a larger machine, or from several at once."
        )
    return BREAKS, f"It would not hold: {whole}"


def _own_limits(heard: Heard) -> str:
    found: list[str] = []
    if heard.busy > BUSY:
        found.append(f"its listeners had {heard.busy:.0%} of their time to do something")
    if heard.starved > STARVED:
        found.append(f"other programs kept it waiting {heard.starved:.0%} of the time")
    if _is_capped(heard):
        found.append("relays let one address have so much and no more")
    if heard.cut_short:
        found.append(f"{heard.cut_short:,} times it had no socket or port left")
    return "; ".join(found)


def _complaints(told: Rehearsed, p99_ms: int, share: float) -> list[str]:
    heard, found = told.heard, list[str]()
    away = told.listeners - heard.reached
    if away > told.listeners * MISSED:
        found.append(f"{away:,} listeners heard nothing")
    if share < 1 - 10 * MISSED:
        found.append(f"{1 - share:.1%} of the parts were not heard")
    if sum(heard.refused.values()) > told.listeners * MISSED:
        found.append("listeners were turned away")
    if heard.lost > told.listeners * MISSED:
        found.append(f"{heard.lost:,} connections broke off")
    if p99_ms > IN_TIME_MS:
        how = "stuttered" if p99_ms <= STRAINED_MS else "fell silent"
        found.append(f"one in a hundred parts came {p99_ms} ms late, and players {how}")
    return found


def _is_capped(heard: Heard) -> bool:
    """Whether what a relay grants one address was all that it gave."""
    words = " ".join(heard.refused)
    return "too_many_from_there" in words or "429" in words


def _advice(heard: Heard) -> list[str]:
    if not _is_capped(heard) and heard.lost <= heard.reached:
        return []
    why = (
        "A relay lets one address have 2,000 connections without tickets and four times as many with"
        " them, and answers it 200 questions in 10 s without: that is no limit of its strength. Come"
        " from more addresses (--from), from several machines, or start the relay with"
        " PARVIS_RATE_LIMITS=off for the rehearsal."
    )
    return [why]


def _beyond(told: Rehearsed, code: int) -> list[str]:
    """What follows for a million, and what does not."""
    heard = told.heard
    lines: list[str] = []
    if heard.parts:
        each = heard.bytes / heard.parts * 8_000 / told.part_ms
        lines.append(
            f"A listener took {_bits(each)}; a million would take {_bits(each * MILLION)}."
        )
    if code == HOLDS:
        count = math.ceil(MILLION / told.listeners)
        lines.append(
            f"If it carries these {told.listeners:,} and no more, a million need {count:,} times what you"
            " rehearsed with. Whether it carries more was not tried."
        )
    lines.append(
        f"What this cannot know: the lines of your listeners; more than {told.listeners / told.joins_s:,.0f}"
        " arrivals a second; what else uses the relay's line that evening; an attack; and speakers, since"
        " the sound was silence made for the rehearsal. Times are compared with the quickest listener, so a"
        " delay that all had alike is not in them. Bits are counted without those of TLS, TCP and IP: add 3"
        " to 5 %."
    )
    return lines


def _shares(counts: dict[int, int]) -> str:
    if not counts:
        return "nobody"
    return f"p50 {share_of(counts, 50):,} ms, p99 {share_of(counts, 99):,} ms"


def _refusals(refused: dict[str, int]) -> str:
    if not refused:
        return "nobody"
    worst = sorted(refused.items(), key=lambda one: -one[1])
    return ", ".join(f"{count:,} × {name}" for name, count in worst[:4])


def _bits(bits: float) -> str:
    for unit in ("bit/s", "kbit/s", "Mbit/s", "Gbit/s"):
        if bits < 1_000:  # noqa: PLR2004 - the next unit
            return f"{bits:.3g} {unit}"
        bits /= 1_000
    return f"{bits:.3g} Tbit/s"
