"""Letters leave the machine here: by SMTP in a thread, or, without a server, as files to read.

No address of a person reaches a log or a failure: errors of `smtplib` repeat them, so they are
told anew.
"""

import asyncio
import os
import secrets
import smtplib
import ssl
from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from parvis.infra.logs import get_logger

log = get_logger()

TIMEOUT_S = 20.0
LOCAL = frozenset(("localhost", "127.0.0.1", "::1"))


class MailRefused(Exception):
    """The letter could not be handed on; the message names no address."""


class Letter(msgspec.Struct, frozen=True):
    """A letter in plain text, ready to send."""

    kind: str  # for the log
    to: str
    subject: str
    text: str


class Mailer:
    """`root` is the network's public address: links in letters begin with it."""

    def __init__(self, smtp_url: str | None, folder: Path, root: str) -> None:
        self.root = root
        self._server = urlsplit(smtp_url) if smtp_url is not None else None
        self._folder = folder
        self._domain = urlsplit(root).hostname or "localhost"

    async def send(self, letter: Letter, sender: str) -> None:
        """Hand a letter on; `sender` is the name shown beside the network's address."""
        message = self._compose(letter, sender)
        if self._server is None:
            await asyncio.to_thread(self._write, letter.kind, message)
            log.info("letter written to data/mail: no mail server is set", letter=letter.kind)
            return
        await asyncio.to_thread(_hand_on, self._server, message)
        log.info("letter sent", letter=letter.kind)

    def _compose(self, letter: Letter, sender: str) -> EmailMessage:
        message = EmailMessage(policy=policy.SMTP)
        message["From"] = Address(" ".join(sender.split()), "no-reply", self._domain)
        message["To"] = letter.to
        message["Subject"] = " ".join(letter.subject.split())
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self._domain)
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: nobody's robot answers
        # In a file people read the letter as it stands: a long link must not be broken in two.
        message.set_content(letter.text, cte="8bit" if self._server is None else None)
        return message

    def _write(self, kind: str, message: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{kind}-{secrets.token_hex(4)}.eml"
        path = self._folder / name
        # A letter holds a secret link: it is for the owner of the machine alone.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as written:
            written.write(message.as_bytes())


def _hand_on(server: SplitResult, message: EmailMessage) -> None:
    try:
        with _connect(server) as connection:
            if server.username is not None:
                connection.login(unquote(server.username), unquote(server.password or ""))
            connection.send_message(message)
    except smtplib.SMTPResponseException as refused:
        raise MailRefused(f"the mail server answered {refused.smtp_code}") from None
    except smtplib.SMTPException as refused:
        raise MailRefused(f"the mail server refused: {type(refused).__name__}") from None
    except OSError as lost:
        raise MailRefused(f"the mail server does not answer: {type(lost).__name__}") from None


def _connect(server: SplitResult) -> smtplib.SMTP:
    host = server.hostname or ""
    context = ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=TIMEOUT_S, context=context)
    connection = smtplib.SMTP(host, server.port or 587, timeout=TIMEOUT_S)
    try:
        _secure(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _secure(connection: smtplib.SMTP, server: SplitResult, context: ssl.SSLContext) -> None:
    connection.ehlo_or_helo_if_needed()
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
    elif server.username is not None and server.hostname not in LOCAL:
        raise MailRefused("the mail server offers no TLS; a password is not sent in the clear")
