"""Who lives in the demonstration: one person a number, the same for the same seed."""

import unicodedata
from random import Random

import msgspec

from parvis.cli.demo.words import LANGUAGES, Language, words

FEWEST, MOST = 12, 2_000
ADDRESSES = "demo.invalid"  # a reserved name (RFC 2606): no letter ever arrives anywhere


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody: how they present themselves, what they care for, how well known they are."""

    username: str
    name: str
    bio: str
    language: Language
    topic: str = ""  # "": nothing in particular
    fields: list[tuple[str, str]] = []
    fame: float = 0.5
    days_here: float = 90
    is_locked: bool = False
    is_bot: bool = False


VISITOR = Persona(
    username="visite",  # `demo` is a word of the network's own
    name="Visite",
    bio="Le compte pour visiter : il suit beaucoup de monde. The account to look around with.",
    language="fr",
    fame=0.4,
)
WEATHER = Persona(
    username="meteo_du_coin",
    name="Météo du coin",
    bio="Le temps qu’il fera, chaque soir. Tomorrow’s weather, every evening. (#bot)",
    language="fr",
    fame=0.5,
    is_bot=True,
)
PEDLAR = Persona(
    username="promo_eclair",
    name="PROMO ÉCLAIR",
    bio="Les meilleures affaires, tout de suite, maintenant, ici !!!",
    language="fr",
    fame=0.02,
    days_here=4,
)


def chance(dice: Random, share: float) -> bool:
    """True in such a share of cases."""
    return dice.random() < share


def invent(count: int, dice: Random) -> list[Persona]:
    """The three with a part of their own, then people of both languages in turn."""
    people = [VISITOR, WEATHER, PEDLAR]
    topics = list(words("fr").topics)
    taken = {one.username for one in people}
    while len(people) < count:
        number = len(people) - 3
        language = LANGUAGES[number % 2]
        place = number // 2
        persona = _invent_one(language, topics[place % len(topics)], place, dice)
        username = _free(persona.username, taken)
        taken.add(username)
        people.append(msgspec.structs.replace(persona, username=username))
    return people


def _invent_one(language: Language, topic: str, place: int, dice: Random) -> Persona:
    said = words(language)
    name = said.people[place % len(said.people)]
    if place >= len(said.people):  # more people than names: families
        first = dice.choice(said.people).partition(" ")[0]
        name = f"{first} {name.partition(' ')[2]}"
    bios = said.topics[topic].bios
    round_ = place // len(said.topics)
    return Persona(
        username=_username(name, dice),
        name=name,
        bio=bios[round_ % len(bios)],
        language=language,
        topic=topic,
        fields=[dice.choice(said.fields)] if chance(dice, 0.6) else [],
        fame=(1 + place) ** -0.7 * dice.uniform(0.5, 1.5),
        days_here=dice.uniform(40, 400),
        is_locked=chance(dice, 0.08),
    )


def _username(name: str, dice: Random) -> str:
    plain = unicodedata.normalize("NFD", name.lower().replace("’", "").replace("'", ""))
    first, *others = "".join(c for c in plain if c.isascii()).split()
    last = "".join(others)
    return dice.choice((first, f"{first}_{last}", f"{first[0]}{last}", f"{first}{last[0]}"))


def _free(username: str, taken: set[str]) -> str:
    number, wanted = 2, username
    while username in taken:
        username, number = f"{wanted}{number}", number + 1
    return username
