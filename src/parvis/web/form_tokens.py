"""Tokens in members' forms: a second proof, beside the browser's headers, that a form is of our pages.

Rendered parts of pages are kept and shared, so they hold a mark in place of the token; the mark is
made anew by every process and put out of nobody's reach by its length.
"""

import hashlib
import hmac
import secrets
from typing import Any

from markupsafe import Markup

TOKEN_FIELD = "token"  # noqa: S105 - the field's name
_PURPOSE = b"form of a member's page"


class FormTokens:
    """One of a process."""

    def __init__(self) -> None:
        self._mark = f"<!--{secrets.token_hex(16)}-->"
        self.mark = Markup(self._mark)  # noqa: S704 - ours

    def splice(self, page: str, visit: Any) -> str:
        """The page with the visitor's token where the marks stand; nothing there for visitors."""
        secret = visit.session_secret if visit.login is not None else ""
        field = f'<input type="hidden" name="{TOKEN_FIELD}" value="{token_of(secret)}">'
        return page.replace(self._mark, field if secret else "")

    def fits(self, visit: Any) -> bool:
        """Whether the form that came holds the token of its sender's session."""
        return hmac.compare_digest(
            visit.sent_token.encode(), token_of(visit.session_secret).encode()
        )


def token_of(secret: str) -> str:
    """Bound to the session: logging in or out ends it; says nothing about the session's secret."""
    return hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256).hex()[:32]
