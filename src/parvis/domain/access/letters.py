"""Letters to people of the network, in their language: rendered when sent, by a job.

A secret link is made at that moment too, so that it stands nowhere but in the letter.
"""

from typing import Any

import msgspec

from parvis.domain.access import links
from parvis.domain.access.letter_words import DECISIONS as DECISIONS  # noqa: PLC0414 - looked up here
from parvis.domain.access.letter_words import ENGLISH as ENGLISH  # noqa: PLC0414
from parvis.domain.access.letter_words import LETTERS
from parvis.domain.access.links import PATHS, Purpose
from parvis.domain.events import MailWanted
from parvis.domain.network import settings
from parvis.infra import jobs
from parvis.infra.jobs import Means
from parvis.infra.mail import Letter
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.access")

JOB = "send_letter"
LINKED: dict[str, Purpose] = {"confirm": "confirm", "password": "password", "email": "email"}
TO_ARGUMENT = ("email", "email_changed", "left")  # these go to an address that is not the person's


async def enqueue(tx: Tx, told: list[MailWanted]) -> None:
    """A job for each letter: sending is slow and may have to be tried again."""
    await jobs.enqueue(tx, JOB, *(msgspec.to_builtins(event) for event in told))


async def send(means: Means, payload: dict[str, Any]) -> None:
    """Do the job. A letter that has lost its sense (confirmed meanwhile, gone) is not sent."""
    event = msgspec.convert(payload, MailWanted)
    decision_id = int(event.argument) if event.argument.isdigit() else None
    row = await means.db.fetchrow(Q.find_addressee, event.user_id, decision_id)
    if row is None or _is_senseless(event, row):
        return
    link = ""
    purpose = LINKED.get(event.letter)
    if purpose is not None:
        secret = await means.db.run(links.make, purpose, event.user_id)
        link = means.mailer.root + PATHS[purpose] + secret
    title = (await settings.read(means.db)).title
    places = {**row, "argument": event.argument}
    if event.letter in TO_ARGUMENT:
        places["email"] = event.argument
    letter = render(event.letter, places, title=title, root=means.mailer.root, link=link)
    await means.mailer.send(letter, title)


def _is_senseless(event: MailWanted, row: Any) -> bool:
    """Whether what the letter is about is over."""
    if event.letter == "left":
        return False
    if row["is_deleted"] or (event.letter == "email" and row["new_email"] != event.argument):
        return True
    return event.letter == "confirm" and row["is_confirmed"]


def render(kind: str, row: dict[str, Any], *, title: str, root: str, link: str) -> Letter:
    """`row` has the addressee's email, username and locale, and the decision's kind and reason."""
    locale = row["locale"] if row["locale"] in LETTERS else "en"
    words = LETTERS[locale][kind]
    places = {
        "title": title,
        "username": row["username"],
        "root": root,
        "link": link,
        "decision": DECISIONS[locale].get(row["kind"], ""),
        "reason": row["reason"] or "",
        "argument": row.get("argument", ""),
    }
    return Letter(kind, row["email"], words.subject.format(**places), words.text.format(**places))
