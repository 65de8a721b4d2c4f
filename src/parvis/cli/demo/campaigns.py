"""What the demonstration's people count together: a petition in each language, one of them answered, and a
draw that is still open, so that whoever visits can sign and enter.
"""

from contextlib import suppress
from datetime import timedelta
from random import Random

from parvis.cli.demo.people import Persona
from parvis.cli.demo.words import LANGUAGES, Language, Petition, words
from parvis.domain.access.types import Login
from parvis.domain.addresses import Addresses
from parvis.domain.draws import announce, entering
from parvis.domain.draws.plan import Plan as DrawPlan
from parvis.domain.errors import Refused
from parvis.domain.network import settings
from parvis.domain.petitions import answering, showing, signing, starting
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.starting import PetitionDraft
from parvis.infra.clock import now
from parvis.infra.postgres import Db
from parvis.protocols.paging import Page

PARTS = (
    3  # the first people have parts of their own; the visitor is one of them, and may still sign
)
LISTED = 80
OPEN_FOR = timedelta(days=6)  # the draw
WINNERS = 5
WAYS = ("public", "public", "public", "initials", "hidden")


class Campaigns:
    """One run; what is there already is left alone. `ids` are accounts by their place among the people."""

    def __init__(self, db: Db, addresses: Addresses, people: list[Persona], ids: list[int]) -> None:
        self.db = db
        self.addresses = addresses
        self.people = people
        self.ids = ids
        self.petitions: dict[Language, int] = {}

    async def sign(self) -> None:
        """Start the petitions and have them signed: the first beyond its goal."""
        for language in LANGUAGES:
            asked = words(language).petition
            author, *others = self._speaking(language)
            signers = others if asked.answer else others[::2]
            goal = max(len(signers) * 4 // 25 * 5, 1) if asked.answer else 100
            petition_id = await self._start(author, language, asked, goal)
            self.petitions[language] = petition_id
            for one in signers:
                with suppress(Refused):  # done before, or answered meanwhile
                    await self._sign(one, petition_id, asked)

    def _speaking(self, language: Language) -> list[int]:
        """Who speaks for and signs a petition: people of its language first, then everybody else."""
        there = [n for n, one in enumerate(self.people) if n >= PARTS and not one.is_bot]
        near = [n for n in there if self.people[n].language == language]
        return near + [n for n in there if n not in near]

    async def _start(self, author: int, language: Language, asked: Petition, goal: int) -> int:
        for which in ("open", "over"):
            for one in await showing.list_petitions(self.db, 0, which, Page(LISTED)):
                if one.title == asked.title:
                    return one.id
        login = Login(0, self.ids[author], 0, None, frozenset(), "member", language, None)
        draft = PetitionDraft(
            title=asked.title,
            text=asked.text,
            addressee=asked.addressee,
            goal=goal,
            places=asked.places,
            days=90,
            language=language,
        )
        network = await settings.read(self.db)
        return await self.db.run(starting.start, login, draft, network, self.addresses)

    async def _sign(self, number: int, petition_id: int, asked: Petition) -> None:
        one = self.people[number]
        dice = Random(f"{one.username} signs")  # noqa: S311 - variety, not secrets
        place = dice.choice((None, *range(len(asked.places))))
        said = Signing(1, dice.choice(WAYS), one.name, place)
        await self.db.run(signing.sign, Signer(self.ids[number]), petition_id, said)

    async def answer(self) -> None:
        """Answer as the addressees do, by the links that the authors gave them."""
        for language, petition_id in self.petitions.items():
            asked = words(language).petition
            author = self._speaking(language)[0]
            with suppress(Refused):  # it has its answer
                if asked.answer:
                    secret = await self.db.run(answering.make_link, self.ids[author], petition_id)
                    await self.db.run(answering.answer, petition_id, asked.answer, secret=secret)

    async def draw(self) -> None:
        """Announce a draw, and have some enter."""
        said = [words(language).draw for language in LANGUAGES]
        author, *others = self._speaking(LANGUAGES[0])
        plan = DrawPlan(
            title=" · ".join(one.title for one in said),
            prizes="\n\n".join(one.prizes for one in said),
            said="\n\n".join(one.said for one in said),
            language=LANGUAGES[0],
            frozen_at=now() + OPEN_FOR,
            winners=min(WINNERS, len(others) // 2),
            places="*",
        )
        network = await settings.read(self.db)
        draw_id = await self.db.run(
            announce.announce, self.ids[author], plan, network, self.addresses, key="demo draw"
        )
        for one in others[::2]:
            with suppress(Refused):
                await self.db.run(entering.enter, self.ids[one], draw_id, "")
