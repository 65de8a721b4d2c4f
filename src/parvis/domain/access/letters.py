"""Letters to people of the network, in their language: rendered when sent, by a job.

A secret link is made at that moment too, so that it stands nowhere but in the letter.
"""

from typing import Any

import msgspec

from parvis.domain.access import links
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
LINKED: dict[str, Purpose] = {"confirm": "confirm", "password": "password"}


class Words(msgspec.Struct, frozen=True):
    """A letter's words in one language, with {places} to fill."""

    subject: str
    text: str


ENGLISH = {
    "confirm": Words(
        "Confirm your e-mail address for {title}",
        "Hello {username},\n\nto finish signing up to {title}, open this link within two days:\n\n"
        "{link}\n\nIf you did not sign up, do nothing: without it the account stays closed.\n",
    ),
    "password": Words(
        "Choose a new password for {title}",
        "Hello {username},\n\nopen this link within six hours to choose a new password:\n\n{link}"
        "\n\nThis ends all your sessions and logs every application out. If you did not ask for"
        " it, do nothing: your password stays as it is.\n",
    ),
    "approved": Words(
        "Welcome to {title}",
        "Hello {username},\n\nyour sign-up was approved: you can log in and publish now.\n\n"
        "{root}\n",
    ),
    "archive": Words(
        "Your archive from {title} is ready",
        "Hello {username},\n\nthe archive you asked for is ready. For seven days you can fetch it"
        " here, once you are logged in:\n\n{root}/settings/export\n\nIf you did not ask for it,"
        " somebody else may be using your account: change your password.\n",
    ),
    "decision": Words(
        "{title}: {decision}",
        "Hello {username},\n\na decision about your account was made: {decision}.\n\n"
        "The reason given:\n\n{reason}\n\nYou can read it, and what was decided before, at\n"
        "{root}\n",
    ),
}
FRENCH = {
    "confirm": Words(
        "Confirmez votre adresse pour {title}",
        "Bonjour {username},\n\npour terminer votre inscription à {title}, ouvrez ce lien dans les"
        " deux jours :\n\n{link}\n\nSi vous ne vous êtes pas inscrit·e, ne faites rien : sans"
        " lui, le compte reste fermé.\n",
    ),
    "password": Words(
        "Choisissez un nouveau mot de passe pour {title}",
        "Bonjour {username},\n\nouvrez ce lien dans les six heures pour choisir un nouveau mot de"
        " passe :\n\n{link}\n\nToutes vos sessions prendront fin et chaque application sera"
        " déconnectée. Si vous n’avez rien demandé, ne faites rien : votre mot de passe reste le"
        " même.\n",
    ),
    "approved": Words(
        "Bienvenue sur {title}",
        "Bonjour {username},\n\nvotre inscription est acceptée : vous pouvez vous connecter et"
        " publier.\n\n{root}\n",
    ),
    "archive": Words(
        "Votre archive de {title} est prête",
        "Bonjour {username},\n\nl’archive que vous avez demandée est prête. Pendant sept jours,"
        " vous pouvez la télécharger ici, une fois connecté·e :\n\n{root}/settings/export\n\nSi"
        " vous ne l’avez pas demandée, quelqu’un d’autre utilise peut-être votre compte : changez"
        " de mot de passe.\n",
    ),
    "decision": Words(
        "{title} : {decision}",
        "Bonjour {username},\n\nune décision a été prise au sujet de votre compte :"
        " {decision}.\n\nLa raison donnée :\n\n{reason}\n\nVous pouvez la relire, avec les"
        " décisions précédentes, sur\n{root}\n",
    ),
}
DECISIONS = {
    "en": {
        "warn": "a warning",
        "limit": "your account is limited",
        "unlimit": "your account is no longer limited",
        "sensitive": "your media are marked as sensitive",
        "unsensitive": "your media are no longer marked as sensitive",
        "suspend": "your account is suspended",
        "reinstate": "your account is reinstated",
        "disable": "your login is disabled",
        "enable": "your login is enabled again",
        "approve": "your sign-up is approved",
        "reject": "your sign-up is declined",
    },
    "fr": {
        "warn": "un avertissement",
        "limit": "votre compte est limité",
        "unlimit": "votre compte n’est plus limité",
        "sensitive": "vos médias sont marqués comme sensibles",
        "unsensitive": "vos médias ne sont plus marqués comme sensibles",
        "suspend": "votre compte est suspendu",
        "reinstate": "votre compte est rétabli",
        "disable": "votre connexion est désactivée",
        "enable": "votre connexion est réactivée",
        "approve": "votre inscription est acceptée",
        "reject": "votre inscription est refusée",
    },
}
LETTERS = {"en": ENGLISH, "fr": FRENCH}


async def enqueue(tx: Tx, told: list[MailWanted]) -> None:
    """A job for each letter: sending is slow and may have to be tried again."""
    await jobs.enqueue(tx, JOB, *(msgspec.to_builtins(event) for event in told))


async def send(means: Means, payload: dict[str, Any]) -> None:
    """Do the job. A letter that has lost its sense (confirmed meanwhile, gone) is not sent."""
    event = msgspec.convert(payload, MailWanted)
    decision_id = int(event.argument) if event.argument.isdigit() else None
    row = await means.db.fetchrow(Q.find_addressee, event.user_id, decision_id)
    if row is None or (event.letter == "confirm" and row["is_confirmed"]):
        return
    link = ""
    purpose = LINKED.get(event.letter)
    if purpose is not None:
        secret = await means.db.run(links.make, purpose, event.user_id)
        link = means.mailer.root + PATHS[purpose] + secret
    title = (await settings.read(means.db)).title
    letter = render(event.letter, dict(row), title=title, root=means.mailer.root, link=link)
    await means.mailer.send(letter, title)


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
    }
    return Letter(kind, row["email"], words.subject.format(**places), words.text.format(**places))
