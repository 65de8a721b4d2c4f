"""What the domain says of draws in English, in the reader's words; and the words of choices."""

from collections.abc import Mapping
from typing import cast

from parvis.domain.draws.refusing import DrawRefused
from parvis.domain.errors import Invalid, Refused
from parvis.web.locales import N_, Locale

TIES: dict[str, str] = {
    "nothing": N_("Nothing: whoever may enter enters"),
    "voting": N_("Having voted, or going to vote"),
    "registering": N_("Being registered to vote"),
    "signing": N_("Having signed something"),
}
EVERY: dict[str, str] = {
    "": N_("Once"),
    "hour": N_("Every hour"),
    "day": N_("Every day"),
    "week": N_("Every week"),
}
WAITS: dict[int, str] = {
    5: N_("5 minutes"),
    10: N_("10 minutes"),
    60: N_("An hour"),
    1_440: N_("A day"),
}
WHO: dict[str, str] = {
    "everybody": N_("Every member"),
    "followers": N_("Those who follow me"),
    "list": N_("Those on one of my lists"),
}
# Why a drawing decides nothing, as the log says it.
VOID: dict[str, str] = {
    "called off": N_("It was called off before its list was frozen."),
    "the list was frozen too late for its round": N_(
        "The list was frozen too late: its round could have been known. So nobody was drawn."
    ),
    "the frozen list was not published before its round": N_(
        "The frozen list was not public before its round. So nobody was drawn."
    ),
    "no witness had seen the frozen list before its round": N_(
        "No witness had seen the frozen list before its round. So nobody was drawn."
    ),
}
_REFUSED: dict[str, str] = {
    "draw_closed": N_("The list is closed: nobody enters or leaves any more."),
    "own_draw": N_("You cannot enter your own draw."),
    "too_young": N_("Your account is too young for this draw."),
    "not_following": N_("This draw is for those who follow its author."),
    "not_listed": N_("This draw is for those on a list of its author."),
    "draw_frozen": N_("The list is frozen: the draw takes place now."),
    "draw_over": N_("This draw is over already."),
    "no_drawing": N_(
        "No drawing of this draw waits for a round: it has one already, or its list is still open."
    ),
    "answered": N_("It is too late to answer."),
    "not_due": N_(
        "This round is not due yet by the clock of this server. If it is there already, the clock is wrong:"
        " tell whoever runs the network."
    ),
    "not_staff": N_("On this network, draws are started by those who look after it."),
}
_FIELDS: dict[str, str] = {
    "title": N_("Say in at most 120 letters what is drawn."),
    "prizes": N_("Say what the winners get."),
    "frozen_at": N_("Choose a moment in a minute to a year."),
    "zone": N_("Write a time zone such as Europe/Paris, or UTC."),
    "wait_s": N_("Choose a wait of two minutes to a day that ends before the next list freezes."),
    "winners": N_("Write a number from 1 to 1,000."),
    "reserves": N_("Write a number from 0 to 500."),
    "drawings": N_("Write a number from 1 to 366; once is 1."),
    "older_than_days": N_("Write a number of days, 0 for any age."),
    "answer_within_s": N_("Write a number of days from 1 to 30."),
    "list_id": N_("Choose one of your lists."),
    "places": N_("Write codes of countries with commas between, such as FR, BE; * is everywhere."),
    "tied_to": N_("Choose what entering is tied to."),
    "place": N_("Choose where you are."),
    "why": N_("Write the reason: it is logged, and everybody can read it."),
    "entrants": N_("Choose at least one, and no more than there are prizes."),
}
# Why a round is not taken, by what protocols/drand.py and domain/draws/chains.py say of it.
_FORGED: tuple[tuple[str, str], ...] = (
    ("this is a round of the chain", N_("This is a round of another source of randomness.")),
    (
        "this is round",
        N_("This is another round than the one that decides: see its address above."),
    ),
    (
        "the chain's key did not",
        N_("This is not the round that decides: its signature is forged, or not of this source."),
    ),
    ("", N_("This is no round as a relay writes it: paste all that stands at the address above.")),
)
_REFUSES = N_(
    "The owner of this network does not let draws of this kind run in %(place)s. The reason given: %(why)s"
)

# A new network refuses with it; owners write their own.
_FIRST_WHY = N_("Nobody may be rewarded for a vote or a signature.")


def why_refused(why: str, locale: Locale) -> str:
    """The reason of a refusal as its owner wrote it, or ours in the reader's language."""
    return locale.text(_FIRST_WHY) if why == _FIRST_WHY else why


def beside(refused: Invalid, locale: Locale) -> dict[str, str]:
    """What to change, by field."""
    if isinstance(refused, DrawRefused):
        place = place_name(refused.place, locale)
        why = why_refused(refused.refusal.why, locale)
        return {"tied_to": locale.text(_REFUSES, place=place, why=why)}
    if refused.field == "beacon":
        why = refused.message.removeprefix("Validation failed: ")
        return {"beacon": next(locale.text(say) for said, say in _FORGED if why.startswith(said))}
    said = _FIELDS.get(refused.field)
    return {refused.field: locale.text(said) if said else refused.message}


def refusal(refused: Refused, locale: Locale) -> str:
    """The sentence of a refusal; "" when this page has none for it."""
    said = _REFUSED.get(refused.reason)
    return locale.text(said) if said else ""


def place_name(code: str, locale: Locale) -> str:
    """A country as readers call it; its parts keep their code."""
    if code == "*":
        return locale.text(N_("every country"))
    country, _, part = code.partition("-")
    names = cast("Mapping[str, str]", locale.territory.territories)
    name = names.get(country, country)
    return f"{name} ({code})" if part else name
