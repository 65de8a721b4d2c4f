"""What the demonstration's people say, by language: words/*.toml."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

Language = Literal["fr", "en"]
Scene = Literal[
    "hills",
    "mountains",
    "sea",
    "stars",
    "city",
    "shapes",
    "chart",
    "chart_peak",
    "chart_rise",
    "chart_fall",
    "chart_week",
]
LANGUAGES: tuple[Language, ...] = ("fr", "en")
OWN = "= "  # begins what the opener of a thread adds to it


class Topic(msgspec.Struct, frozen=True):
    """What those say who care for one thing."""

    tag: str
    bios: list[str]
    statuses: list[str]
    pictures: list[tuple[str, Scene, str]]  # text, what is drawn, its description
    threads: list[list[str]]
    poll: tuple[str, list[str]]


class Petition(msgspec.Struct, frozen=True):
    """What is asked of whom. `answer` "": there is none yet."""

    title: str
    addressee: str
    text: str
    places: list[str]
    answer: str = ""


class Draw(msgspec.Struct, frozen=True):
    """`said` stands in the status that announces it."""

    title: str
    prizes: str
    said: str


class Words(msgspec.Struct, frozen=True):
    """Everything said in one language."""

    people: list[str]
    fields: list[tuple[str, str]]
    lists: list[str]
    replies: list[str]  # fit for anything
    private: list[str]
    letters: list[list[str]]  # exchanges of two people
    warned: list[tuple[str, str]]  # warning, text
    topics: dict[str, Topic]
    petition: Petition
    draw: Draw


@cache
def words(language: Language) -> Words:
    path = Path(__file__).with_name("words") / f"{language}.toml"
    return msgspec.toml.decode(path.read_bytes(), type=Words)
