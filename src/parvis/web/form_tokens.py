"""Tokens in members' forms: a second proof, beside the browser's headers, that a form is of our pages.

Rendered parts of pages are kept and shared, so they hold a mark in place of the token; the mark is
made anew by every process and put out of nobody's reach by its length.

Pages are packed, and what is packed tells by its length whether words repeat (the BREACH attack): so the
token is masked, and the mask depends on all the rest of the page. The same page has the same bytes again,
which its tag needs; another page, with somebody's guess in it, has another mask.
"""

import hashlib
import hmac
import re
import secrets
from typing import Any

from markupsafe import Markup

TOKEN_FIELD = "token"  # noqa: S105 - the field's name
_PURPOSE = b"form of a member's page"
_LENGTH = 16  # bytes of a token, and of its mask
_MASKED = re.compile(rf"[0-9a-f]{{{4 * _LENGTH}}}")


class FormTokens:
    """One of a process."""

    def __init__(self) -> None:
        self._mark = f"<!--{secrets.token_hex(16)}-->"
        self.mark = Markup(self._mark)  # noqa: S704 - ours

    def splice(self, page: str, visit: Any) -> str:
        """The page with the visitor's token where the marks stand; nothing there for visitors."""
        secret = visit.session_secret if visit.login is not None else ""
        if not secret:
            return page.replace(self._mark, "")
        parts = page.split(self._mark)
        if len(parts) == 1:
            return page
        mask = hmac.digest(secret.encode(), "".join(parts).encode(), hashlib.sha256)[:_LENGTH]
        masked = mask.hex() + _mixed(mask, token_of(secret))
        return f'<input type="hidden" name="{TOKEN_FIELD}" value="{masked}">'.join(parts)

    def is_of_page(self, visit: Any) -> bool:
        """Whether the form was filled in on a page, which masks the token; scripts may send it bare."""
        return _MASKED.fullmatch(visit.sent_token) is not None

    def fits(self, visit: Any) -> bool:
        """Whether the form that came holds the token of its sender's session, masked or bare."""
        sent: str = visit.sent_token
        if _MASKED.fullmatch(sent):
            mask, sent = bytes.fromhex(sent[: 2 * _LENGTH]), sent[2 * _LENGTH :]
            sent = _mixed(mask, sent)
        return hmac.compare_digest(sent.encode(), token_of(visit.session_secret).encode())


def _mixed(mask: bytes, token: str) -> str:
    return bytes(a ^ b for a, b in zip(mask, bytes.fromhex(token), strict=True)).hex()


def token_of(secret: str) -> str:
    """Bound to the session: logging in or out ends it; says nothing about the session's secret."""
    return hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256).hex()[: 2 * _LENGTH]
