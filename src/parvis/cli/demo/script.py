"""Who says what, to whom and when: a plan that follows from a number of people and a seed."""

from collections.abc import Iterable, Sequence
from math import ceil
from random import Random
from typing import TypeVar

import msgspec

from parvis.cli.demo.people import Persona, chance, invent
from parvis.cli.demo.words import LANGUAGES, OWN, Language, Scene, Topic, words
from parvis.domain.events import Visibility

T = TypeVar("T")

HOUR_S, DAY_S = 3_600.0, 86_400.0
SPAN_S, NEWEST_S = 35 * DAY_S, 900.0
ALL_WORDS = 50  # so many people say everything there is to say; fewer say less
FORECASTS = 14
UNLISTED = 7  # the last of what a topic's people say


class Ask(msgspec.Struct, frozen=True):
    """A poll. It ends so long after now: nobody votes in the past."""

    options: list[str]
    is_multiple: bool
    ends_in_s: float


class Drawing(msgspec.Struct, frozen=True):
    scene: Scene
    description: str


class Line(msgspec.Struct, kw_only=True):
    """A status to be. People and lines are named by their place in the plan."""

    author: int
    text: str
    language: Language
    age_s: float
    reply_to: "Line | None" = None
    addressee: int | None = None  # named first
    visibility: Visibility = "public"
    warning: str = ""
    ask: Ask | None = None
    drawing: Drawing | None = None


class Plan(msgspec.Struct):
    """All that will have happened."""

    people: list[Persona]
    follows: list[tuple[int, int]]
    lines: list[Line]
    reblogs: list[tuple[int, Line, float]]  # who, what, how long ago
    favourites: list[tuple[int, Line]]
    bookmarks: list[tuple[int, Line]]
    pins: list[Line]
    votes: list[tuple[int, Line, list[int]]]
    lists: list[tuple[int, str, list[int]]]  # whose, title, who is on it


def make_plan(accounts: int, seed: int) -> Plan:
    dice = Random(f"parvis {seed}")  # noqa: S311 - variety, not secrets
    people = invent(accounts, dice)
    follows = _follow(people, dice)
    lines = _Writing(people, dice).write()
    followers = _followers(follows)
    plan = Plan(people, follows, lines, [], [], [], [], [], _lists(people, follows))
    for line in lines:
        if line.visibility == "public":
            _react(plan, line, followers, dice)
    pinned = {line.author: line for line in lines if line.drawing is not None}
    plan.pins = list(pinned.values())[::3]
    return plan


class _Writing:
    """Makes the lines; every text is said once by somebody."""

    def __init__(self, people: list[Persona], dice: Random) -> None:
        self.people = people
        self.dice = dice
        self.lines: list[Line] = []
        self.share = min(1.0, len(people) / ALL_WORDS)

    def write(self) -> list[Line]:
        for language in LANGUAGES:
            said = words(language)
            for name, topic in said.topics.items():
                self._write_topic(language, name, topic)
            for warning, text in self._some(said.warned):
                self._say(language, text, warning=warning)
            for text in self._some(said.private):
                self._say(language, text, visibility="private")
            for letters in self._some(said.letters):
                self._exchange(language, letters)
            self._chat(language, said.replies)
        self._forecast()
        self._peddle()
        return sorted(self.lines, key=lambda line: -line.age_s)

    def _some(self, texts: Sequence[T]) -> Sequence[T]:
        return texts[: ceil(len(texts) * self.share)]

    def _write_topic(self, language: Language, name: str, topic: Topic) -> None:
        for place, text in enumerate(self._some(topic.statuses)):
            tagged = f"{text} #{topic.tag}" if place % 3 == 0 else text
            visibility = "unlisted" if place == UNLISTED else "public"
            self._say(language, tagged, name, visibility=visibility)
        for text, scene, description in self._some(topic.pictures):
            drawing = Drawing(scene, description)
            self._say(language, f"{text} #{topic.tag}", name, drawing=drawing)
        for thread in self._some(topic.threads):
            self._thread(language, name, thread)
        question, options = topic.poll
        ask = Ask(options, chance(self.dice, 0.3), self.dice.choice((0.05, 2, 9)) * DAY_S)
        line = self._say(language, f"{question} #{topic.tag}", name, ask=ask)
        line.age_s = min(line.age_s, 20 * DAY_S)

    def _say(
        self,
        language: Language,
        text: str,
        topic: str = "",
        **how: object,
    ) -> Line:
        author = self._choose(language, topic)
        line = Line(author=author, text=text, language=language, age_s=self._age())
        for name, value in how.items():
            setattr(line, name, value)
        self.lines.append(line)
        return line

    def _thread(self, language: Language, topic: str, texts: list[str]) -> None:
        line = opening = self._say(language, texts[0], topic)
        for text in texts[1:]:
            if text.startswith(OWN):
                author = opening.author
            else:
                author = self._choose(language, besides=(opening.author, line.author))
            line = self._answer(line, author, text.removeprefix(OWN))

    def _answer(self, line: Line, author: int, text: str) -> Line:
        gap_s = min(self.dice.lognormvariate(7.5, 1.0), line.age_s * 0.3)
        answer = Line(
            author=author,
            text=text,
            language=line.language,
            age_s=line.age_s - gap_s,
            reply_to=line,
            addressee=line.author,
            visibility=line.visibility,
        )
        self.lines.append(answer)
        return answer

    def _exchange(self, language: Language, letters: list[str]) -> None:
        """A conversation that only two people see; one of them may be the visitor."""
        pair = (self._choose(language), 0 if chance(self.dice, 0.5) else self._choose(language))
        if pair[0] == pair[1]:
            pair = (pair[0], 0)
        line = Line(
            author=pair[0],
            text=letters[0],
            language=language,
            age_s=self._age(),
            addressee=pair[1],
            visibility="direct",
        )
        self.lines.append(line)
        for place, text in enumerate(letters[1:], start=1):
            line = self._answer(line, pair[place % 2], text)
            line.addressee = pair[(place + 1) % 2]

    def _chat(self, language: Language, replies: list[str]) -> None:
        """Passing remarks below what was said in public; nobody says the same to the same twice."""
        said: set[tuple[int, int, str]] = set()
        openings = [
            line
            for line in self.lines
            if line.language == language and line.reply_to is None and line.visibility == "public"
        ]
        for line in openings:
            for _ in range(self.dice.choice((0, 0, 1, 1, 2))):
                author = self._choose(language, besides=(line.author,))
                text = self.dice.choice(replies)
                if (author, line.author, text) not in said:
                    said.add((author, line.author, text))
                    self._answer(line, author, text)

    def _forecast(self) -> None:
        skies = (
            "ciel clair",
            "averses",
            "brouillard puis soleil",
            "vent d’ouest",
            "gelée à l’aube",
        )
        for days in range(FORECASTS):
            low = self.dice.randint(-2, 8)
            text = (
                f"Demain : {low} à {low + self.dice.randint(3, 9)} °C, {self.dice.choice(skies)}."
            )
            age_s = days * DAY_S + 2 * HOUR_S
            text += f" ({FORECASTS - days}/{FORECASTS})"
            self.lines.append(
                Line(author=1, text=text, language="fr", age_s=age_s, visibility="unlisted")
            )

    def _peddle(self) -> None:
        for place, text in enumerate(
            (
                "MONTRES -70 % aujourd’hui seulement !!! Lien dans la bio !!!",
                "Dernière chance (vraiment) : MONTRES -80 % !!!",
                "GAGNEZ un téléphone en répondant OUI !!! #Jardin #Cuisine #Vélo",
            )
        ):
            age_s = (3 - place) * 9 * HOUR_S
            self.lines.append(Line(author=2, text=text, language="fr", age_s=age_s))

    def _choose(self, language: Language, topic: str = "", besides: Iterable[int] = ()) -> int:
        """Somebody of a language, of a topic if anybody cares for it; the better known speak more."""
        speaking = [
            number
            for number, one in enumerate(self.people)
            if number > 2 and one.language == language and number not in besides  # noqa: PLR2004 - the first three have parts of their own
        ]
        caring = [number for number in speaking if self.people[number].topic == topic]
        among = caring or speaking or [0]
        weights = [0.2 + self.people[number].fame for number in among]
        return self.dice.choices(among, weights)[0]

    def _age(self) -> float:
        """More of late than long ago."""
        return NEWEST_S + (SPAN_S - NEWEST_S) * self.dice.random() ** 1.6


def _follow(people: list[Persona], dice: Random) -> list[tuple[int, int]]:
    """Few are followed by many and many by few; language and interests bring people together."""
    follows: list[tuple[int, int]] = []
    for number, one in enumerate(people):
        if one.is_bot:
            continue
        count = min(max(3, int(dice.lognormvariate(2.5, 0.6))), int(len(people) * 0.7))
        if number == 0:
            count = int(len(people) * 0.6)
        drawn: list[tuple[float, int]] = []
        for other, them in enumerate(people):
            if other == number:
                continue
            pull = them.fame * (3 if them.language == one.language else 1)
            pull *= 2.5 if one.topic and them.topic == one.topic else 1
            drawn.append((dice.random() ** (1 / max(pull, 1e-3)), other))
        follows += [(number, other) for _, other in sorted(drawn, reverse=True)[:count]]
    return follows


def _followers(follows: list[tuple[int, int]]) -> dict[int, list[int]]:
    followers: dict[int, list[int]] = {}
    for one, other in follows:
        followers.setdefault(other, []).append(one)
    return followers


def _react(plan: Plan, line: Line, followers: dict[int, list[int]], dice: Random) -> None:
    readers = [one for one in followers.get(line.author, []) if not plan.people[one].is_bot]
    weight = 0.4 if line.reply_to else 1.6 if line.drawing else 1.0
    liking = min(len(readers), int(dice.expovariate(1 / (4 * weight))))
    plan.favourites += [(one, line) for one in dice.sample(readers, liking)]
    if line.ask is not None:
        _vote(plan, line, line.ask, dice)
    if line.reply_to is not None or line.author == 2:  # noqa: PLR2004 - the pedlar
        return
    spreading = min(len(readers), int(dice.expovariate(1 / (0.6 * weight))))
    for one in dice.sample(readers, spreading):
        plan.reblogs.append((one, line, line.age_s * dice.uniform(0.3, 0.95)))
    if readers and chance(dice, 0.2):
        plan.bookmarks.append((dice.choice(readers), line))
    if chance(dice, 0.05):
        plan.bookmarks.append((0, line))


def _vote(plan: Plan, line: Line, ask: Ask, dice: Random) -> None:
    leanings = [dice.uniform(0.2, 1) for _ in ask.options]
    for number, one in enumerate(plan.people):
        is_near = one.language == line.language or number == 0
        if number == line.author or one.is_bot or not is_near or chance(dice, 0.35):
            continue
        choices = dice.choices(range(len(ask.options)), leanings, k=2 if ask.is_multiple else 1)
        plan.votes.append((number, line, sorted(set(choices))))


def _lists(
    people: list[Persona], follows: list[tuple[int, int]]
) -> list[tuple[int, str, list[int]]]:
    made: list[tuple[int, str, list[int]]] = []
    for owner in (0, *range(3, len(people), 12)):
        followed = [other for one, other in follows if one == owner and not people[other].is_locked]
        titles = words(people[owner].language).lists
        half = max(1, len(followed) // 2)
        made += [(owner, titles[0], followed[:half][:8]), (owner, titles[1], followed[half:][:8])]
    return made
