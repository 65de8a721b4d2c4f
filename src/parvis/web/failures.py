"""What pages say when something was refused or failed."""

import math

from starlette.responses import Response

from parvis.domain import errors
from parvis.domain.access.writing import ReadOnly
from parvis.doors.parameters import BodyMalformed, BodyTooLarge
from parvis.protocols.paging import PageInvalid
from parvis.protocols.parameters import ParametersInvalid
from parvis.web import words
from parvis.web.locales import N_, Locale
from parvis.web.visit import TokenMissing, Visit

# Each kind of refusal, its code, and what the page says.
ERRORS: dict[type[Exception], tuple[int, str, str]] = {
    errors.Unauthenticated: (401, N_("Log in first"), N_("This page is for members.")),
    errors.Forbidden: (403, N_("This is not yours to do"), N_("You may not do this.")),
    errors.NotFound: (
        404,
        N_("There is nothing here"),
        N_("The page was moved or deleted, or it is not for you to see."),
    ),
    errors.Conflict: (
        409,
        N_("It has changed meanwhile"),
        N_("Go back, reload the page and try again."),
    ),
    TokenMissing: (
        403,
        N_("This form is too old"),
        N_(
            "You logged in or out since the page was opened. Open it again and send the form from it."
        ),
    ),
    errors.Invalid: (422, N_("This cannot be accepted"), words.OTHERWISE),
    errors.TooMany: (429, N_("Too fast"), N_("Too many requests. Wait a moment and try again.")),
    ReadOnly: (
        503,
        N_("For reading only"),
        N_(
            "Whoever looks after this network lets nobody change anything for the moment. Nothing was "
            "changed; send it again later."
        ),
    ),
    errors.Refused: (422, N_("This cannot be accepted"), words.OTHERWISE),
    BodyTooLarge: (413, N_("Too long"), N_("What you sent is too long. Send less.")),
    BodyMalformed: (400, N_("This cannot be read"), N_("The address or form is damaged.")),
    ParametersInvalid: (400, N_("This cannot be read"), N_("The address or form is damaged.")),
    PageInvalid: (422, N_("This cannot be read"), N_("The address or form is damaged.")),
}
FORGED = (
    403,
    N_("This form came from elsewhere"),
    N_("For your safety nothing was done. Open the page again and send the form from it."),
)
IN_MINUTES = N_("Too many requests. Try again in %(count)s minutes.")
IN_HOURS = N_("Too many requests. Try again in %(count)s hours.")
MINUTE_S, HOUR_S = 60, 3600
BROKEN = (
    500,
    N_("Something went wrong on our side"),
    N_("Nothing was changed. Try again in a moment."),
)
AWAY_CODE = 503
GONE_FOR_NOW = (
    AWAY_CODE,
    N_("Back in a moment"),
    N_("The network is starting again. This page tries by itself; nothing you did is lost."),
)
BUSY = (
    AWAY_CODE,
    N_("The server is busy"),
    N_("It could not answer in time. Try again in a moment."),
)
AGAIN_S = 5
WRONG_METHOD = (405, N_("This page cannot be used that way"), N_("Go back and try again."))


def when_again(refused: errors.TooMany, locale: Locale) -> str | None:
    """How long to wait, if it is more than a moment."""
    for text, unit_s in ((IN_HOURS, HOUR_S), (IN_MINUTES, MINUTE_S)):
        if refused.retry_after_s > unit_s:
            return locale.text(text, count=locale.number(math.ceil(refused.retry_after_s / unit_s)))
    return None


def error_page(visit: Visit, said: tuple[int, str, str], reason: str | None = None) -> Response:
    """A refusal or failure within the page's frame, or as a part of it."""
    code, heading, text = said
    visit.robots = "noindex"
    is_away = code == AWAY_CODE
    answer = visit.render(
        "error_fragment.html" if visit.wants_fragment else "error.html",
        code,
        code=code,
        heading=visit.locale.text(heading),
        text=reason or visit.locale.text(text),
        again_s=AGAIN_S if is_away and visit.request.method == "GET" else 0,
    )
    if is_away:
        answer.headers["retry-after"] = str(AGAIN_S)
    return answer
