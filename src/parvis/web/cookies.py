"""The door's cookies: the session, what a log-in has begun, the language a visitor chose, and what to say
on the next page.
"""

from collections.abc import Mapping
from typing import Literal

from starlette.responses import Response

SESSION = "parvis_session"
STEP = "parvis_step"
QUESTION = "parvis_passkey"
JOURNEY = "parvis_journey"
LANGUAGE = "lang"
ZONE = "tz"  # set by js/times.js on members' pages
TOLD = "told"
TICKET = "ticket"  # to listen to one room; live/relay/asking.py reads it
BROWSER = "listener"  # so that a visitor's browser counts once
EARNED = "earned"  # of who worked for it (protocols/work.py)
_SESSION_S = 400 * 86_400  # browsers keep none longer; the session itself is revocable
_JOURNEY_S = 900  # as the journey itself (domain/petitions/sql/come_back.sql)
_STEP_S = 600  # as the step itself (domain/access/steps.py)
_LANGUAGE_S = 400 * 86_400
_BROWSER_S = 86_400
_TOLD_S = 60  # it is shown once, by the page that the answer leads to


class Cookies:
    """`is_https`: whether the public address is; cookies are bound to it then (`__Host-`)."""

    def __init__(self, *, is_https: bool) -> None:
        self._is_https = is_https
        host = "__Host-" if is_https else ""
        self.session_name = host + SESSION
        self.step_name = host + STEP  # whose password is known, before the second step
        self.question_name = host + QUESTION  # what a passkey was asked
        self.browser_name = host + BROWSER
        self.journey_name = host + JOURNEY  # of who is at an issuer, and will be back

    def set_session(self, answer: Response, secret: str) -> None:
        self._set(answer, self.session_name, secret, _SESSION_S)

    def end_session(self, answer: Response) -> None:
        self._set(answer, self.session_name, "", 0)

    def set_step(self, answer: Response, secret: str) -> None:
        self._set(answer, self.step_name, secret, _STEP_S, same_site="strict")

    def set_question(self, answer: Response, secret: str) -> None:
        self._set(answer, self.question_name, secret, _STEP_S, same_site="strict")

    def set_journey(self, answer: Response, secret: str) -> None:
        """It has to come along from another site, by a link: lax."""
        self._set(answer, self.journey_name, secret, _JOURNEY_S)

    def end_journey(self, answer: Response) -> None:
        self._set(answer, self.journey_name, "", 0)

    def end_steps(self, answer: Response, kept: Mapping[str, str]) -> None:
        """What a log-in had begun is over; `kept` is what the browser holds."""
        for name in (self.step_name, self.question_name):
            if name in kept:
                self._set(answer, name, "", 0, same_site="strict")

    def set_language(self, answer: Response, code: str) -> None:
        self._set(answer, LANGUAGE, code, _LANGUAGE_S)

    def forget_language(self, answer: Response) -> None:
        self._set(answer, LANGUAGE, "", 0)

    def set_browser(self, answer: Response, name: str) -> None:
        self._set(answer, self.browser_name, name, _BROWSER_S)

    def set_ticket(self, answer: Response, ticket: str, path: str, age_s: int) -> None:
        """For one room's sound alone."""
        answer.set_cookie(
            TICKET, ticket, age_s, path=path, secure=self._is_https, httponly=True, samesite="lax"
        )

    def set_pass(self, answer: Response, text: str, age_s: int) -> None:
        self._set(answer, EARNED, text, age_s)

    def set_told(self, answer: Response, code: str) -> None:
        self._set(answer, TOLD, code, _TOLD_S)

    def forget_told(self, answer: Response) -> None:
        self._set(answer, TOLD, "", 0)

    def _set(
        self,
        answer: Response,
        name: str,
        value: str,
        age_s: int,
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=age_s,
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite=same_site,
        )
