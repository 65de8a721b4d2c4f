"""The door's cookies: the session, the language a visitor chose, and what to say on the next page."""

from starlette.responses import Response

SESSION = "parvis_session"
LANGUAGE = "lang"
TOLD = "told"
_SESSION_S = 400 * 86_400  # browsers keep none longer; the session itself is revocable
_LANGUAGE_S = 400 * 86_400
_TOLD_S = 60  # it is shown once, by the page that the answer leads to


class Cookies:
    """`is_https`: whether the public address is; cookies are bound to it then (`__Host-`)."""

    def __init__(self, *, is_https: bool) -> None:
        self._is_https = is_https
        self.session_name = f"__Host-{SESSION}" if is_https else SESSION

    def set_session(self, answer: Response, secret: str) -> None:
        self._set(answer, self.session_name, secret, _SESSION_S)

    def end_session(self, answer: Response) -> None:
        self._set(answer, self.session_name, "", 0)

    def set_language(self, answer: Response, code: str) -> None:
        self._set(answer, LANGUAGE, code, _LANGUAGE_S)

    def forget_language(self, answer: Response) -> None:
        self._set(answer, LANGUAGE, "", 0)

    def set_told(self, answer: Response, code: str) -> None:
        self._set(answer, TOLD, code, _TOLD_S)

    def forget_told(self, answer: Response) -> None:
        self._set(answer, TOLD, "", 0)

    def _set(self, answer: Response, name: str, value: str, age_s: int) -> None:
        answer.set_cookie(
            name,
            value,
            max_age=age_s,
            path="/",
            secure=self._is_https,
            httponly=True,
            samesite="lax",
        )
