"""Tells a plan to a network through the domain's commands; what is there already is left alone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Concatenate, ParamSpec, TypeVar

from rich.progress import Progress

from parvis import worker
from parvis.cli.demo import pictures
from parvis.cli.demo.campaigns import Campaigns
from parvis.cli.demo.people import PEDLAR, VISITOR, Persona
from parvis.cli.demo.residents import Residents
from parvis.cli.demo.script import Line, Plan
from parvis.domain.accounts import change
from parvis.domain.accounts.shelves import Accounts
from parvis.domain.addresses import Addresses
from parvis.domain.errors import Refused
from parvis.domain.lists import lists, members
from parvis.domain.lists.types import ListDraft
from parvis.domain.media import uploads
from parvis.domain.moderation import decisions, reports
from parvis.domain.polls.vote import vote
from parvis.domain.relationships import follows
from parvis.domain.statuses import bookmark, favourite, pin, reblog
from parvis.domain.statuses.draft import Draft, PollDraft
from parvis.domain.statuses.publish import publish
from parvis.domain.statuses.shelves import Statuses
from parvis.domain.timelines.account import Wish, show_authored
from parvis.infra.clock import now
from parvis.infra.jobs import Means
from parvis.infra.postgres import Tx
from parvis.protocols.paging import Page

T = TypeVar("T")
P = ParamSpec("P")
LANES = 2  # pictures made at once
PATIENCE_S = 60.0  # for a picture that another worker is making
SOON_S = 60.0  # the youngest line is older than this

DECISION = (
    "Publicités répétées malgré deux signalements. Vos messages ne sont plus proposés à tous."
)
COMPLAINTS = (
    "Encore une publicité déguisée en jeu, trois fois dans la journée.",
    "Same advert under every hashtag I follow.",
)
WORRY = "Je ne sais pas si c’est contre les règles, mais le ton me gêne. À vous de voir."


class Filler:
    """One run. `added` counts what was not there before."""

    def __init__(
        self, means: Means, addresses: Addresses, plan: Plan, residents: Residents, bar: Progress
    ) -> None:
        self.means = means
        self.db = means.db
        self.addresses = addresses
        self.plan = plan
        self.residents = residents
        self.bar = bar
        self.now = now()
        self.added = 0
        self.ids: list[int] = []  # accounts by their place in the plan
        self.names: list[str] = []
        self.status_ids: dict[int, int] = {}  # by id() of the line

    async def run(self) -> None:
        """Everything, in the order in which it would have happened."""
        self.ids, self.names = await self.residents.settle_in(self.bar)
        self.added += self.residents.added
        await self._dress()
        await self._follow()
        await self._drain()
        await self._recall()
        await self._publish()
        await self._drain()
        await self._react()
        await self._arrange()
        await self._campaign()
        await self._moderate()
        await self._drain()

    def _each(self, what: str, things: Iterable[T], count: int) -> Iterable[T]:
        return self.bar.track(things, total=count, description=what)

    async def _drain(self) -> None:
        """Do what the worker has to do; one that runs meanwhile does its share."""
        await asyncio.gather(*(worker.run_until_idle(self.db, self.means) for _ in range(LANES)))

    # People -------------------------------------------------------------------------------------
    async def _dress(self) -> None:
        """Names, words about oneself and pictures, for those who have none yet."""
        shown = {one.account.id: one.account for one in await self.db.kept(Accounts).show(self.ids)}
        bare = [
            number for number, id_ in enumerate(self.ids) if id_ in shown and not shown[id_].avatar
        ]
        room = asyncio.Semaphore(LANES)
        task = self.bar.add_task("Portraits", total=len(bare))

        async def dress(number: int) -> None:
            async with room:
                await self._present(self.ids[number], self.plan.people[number])
                self.bar.advance(task)

        await asyncio.gather(*map(dress, bare))
        self.added += len(bare)

    async def _present(self, account_id: int, persona: Persona) -> None:
        dice = Random(persona.username)  # noqa: S311 - variety, not secrets
        draw = pictures.draw_face if persona.topic else pictures.draw_sign
        avatar = await change.store_picture(self.means, "avatar", draw(dice))
        header = None
        if dice.random() < 0.75 or persona is VISITOR:  # noqa: PLR2004 - not everybody has one
            header = await change.store_picture(self.means, "header", pictures.draw_header(dice))
        presented = change.Change(
            display_name=persona.name,
            note=persona.bio,
            fields=persona.fields,
            is_locked=persona.is_locked,
            is_bot=persona.is_bot,
            is_discoverable=True,
            is_indexable=True,
            avatar=avatar,
            header=header,
        )
        await self.db.run(
            change.change_account, account_id, change.check(presented), self.addresses
        )

    async def _follow(self) -> None:
        """Who asks a locked account is let in by it, but for the last two."""
        asking: dict[int, list[int]] = {}
        for one, other in self._each("Follows", self.plan.follows, len(self.plan.follows)):
            await self.db.run(
                follows.follow, self.ids[one], self.ids[other], follows.FollowOptions()
            )
            if self.plan.people[other].is_locked:
                asking.setdefault(other, []).append(one)
        for other, ones in asking.items():
            for one in ones[:-2]:
                await self._unless_done(follows.authorize, self.ids[other], self.ids[one])

    # Statuses -----------------------------------------------------------------------------------
    async def _recall(self) -> None:
        """Which lines were said in an earlier run: by who said them, and their words."""
        said: dict[tuple[int, str], int] = {}
        for account_id in self.ids:
            page = Page(40)
            while found := await show_authored(self.db, account_id, account_id, Wish(), page):
                said.update({(account_id, one.status.text): one.status.id for one in found})
                page = Page(40, max_id=found[-1].status.id)
        for line in self.plan.lines:
            status_id = said.get((self.ids[line.author], self._text(line)))
            if status_id is not None:
                self.status_ids[id(line)] = status_id

    def _text(self, line: Line) -> str:
        return line.text if line.addressee is None else f"@{self.names[line.addressee]} {line.text}"

    async def _publish(self) -> None:
        missing = [line for line in self.plan.lines if id(line) not in self.status_ids]
        media = await self._upload([line for line in missing if line.drawing is not None])
        acts: list[tuple[float, Line, int | None]] = [
            (line.age_s, line, None) for line in self.plan.lines
        ]
        acts += [(age_s, line, one) for one, line, age_s in self.plan.reblogs]
        acts.sort(key=lambda act: -act[0])
        for age_s, line, reblogger in self._each("Statuses", acts, len(acts)):
            at = self.now - timedelta(seconds=max(age_s, SOON_S))
            if reblogger is not None:
                await self._reblog(self.ids[reblogger], self.status_ids[id(line)], at)
            elif id(line) not in self.status_ids:
                await self._say(line, at, media.get(id(line)))

    async def _say(self, line: Line, at: datetime, media_id: int | None) -> None:
        ask = line.ask
        ends = self.now + timedelta(seconds=ask.ends_in_s) if ask else at
        draft = Draft(
            text=self._text(line),
            spoiler_text=line.warning,
            visibility=line.visibility,
            language=line.language,
            in_reply_to_id=self.status_ids[id(line.reply_to)] if line.reply_to else None,
            media_ids=[media_id] if media_id else [],
            poll=ask and PollDraft(ask.options, int((ends - at).total_seconds()), ask.is_multiple),
            published_at=at,
        )
        author_id = self.ids[line.author]
        self.status_ids[id(line)] = await self.db.run(publish, author_id, draft, self.addresses)
        self.added += 1

    async def _reblog(self, account_id: int, status_id: int, at: datetime) -> None:
        await self.db.run(reblog.reblog, account_id, status_id, "public", None, at)

    async def _upload(self, lines: list[Line]) -> dict[int, int]:
        """Draw and upload; answers the media of each line (its id()) that became ready."""
        media: dict[int, int] = {}
        for line in self._each("Pictures", lines, len(lines)):
            assert line.drawing is not None  # noqa: S101 - so they were chosen
            drawn = pictures.draw_scene(line.drawing.scene, Random(line.text))  # noqa: S311
            sent = await uploads.receive(
                self.means.storage, _once(drawn), len(drawn), line.drawing.description, None
            )
            media[id(line)] = await self.db.run(uploads.upload, self.ids[line.author], sent)
            if len(media) % (4 * LANES) == 0:
                await self._drain()
        await self._drain()
        owners = {id(line): self.ids[line.author] for line in lines}
        return {key: id_ for key, id_ in media.items() if await self._is_ready(owners[key], id_)}

    async def _is_ready(self, account_id: int, media_id: int) -> bool:
        """The network's own worker may have leased the job: then it is waited for."""
        for _ in range(int(PATIENCE_S / 0.2)):
            found = await uploads.find_own(self.db, account_id, media_id)
            if found.state != "waiting":
                return found.state == "ready"
            await asyncio.sleep(0.2)
        return False

    # What follows from statuses -------------------------------------------------------------------
    async def _react(self) -> None:
        plan, ids, statuses = self.plan, self.ids, self.status_ids
        for one, line in self._each("Favourites", plan.favourites, len(plan.favourites)):
            await self.db.run(favourite.favourite, ids[one], statuses[id(line)])
        for one, line in plan.bookmarks:
            await self.db.run(bookmark.bookmark, ids[one], statuses[id(line)])
        for line in plan.pins:
            await self._unless_done(pin.pin, ids[line.author], statuses[id(line)])
        polls = await self._polls()
        for one, line, choices in self._each("Votes", plan.votes, len(plan.votes)):
            with suppress(Refused):  # done before
                await vote(self.db, ids[one], polls[id(line)], choices)

    async def _polls(self) -> dict[int, int]:
        asked = {self.status_ids[id(line)]: id(line) for _, line, _ in self.plan.votes}
        shown = await self.db.kept(Statuses).show(self.ids[0], list(asked))
        return {asked[one.status.id]: one.status.poll.id for one in shown if one.status.poll}

    async def _unless_done(
        self,
        command: Callable[Concatenate[Tx, P], Awaitable[object]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Run a command that refuses what was done before."""
        with suppress(Refused):
            await self.db.run(command, *args, **kwargs)

    # What people and moderators arrange -----------------------------------------------------------
    async def _arrange(self) -> None:
        for owner, title, chosen in self.plan.lists:
            owner_id = self.ids[owner]
            if title in {one.title for one in await lists.list_lists(self.db, owner_id)}:
                continue
            made = await self.db.run(lists.create, owner_id, ListDraft(title))
            ids = [self.ids[one] for one in chosen]
            if ids:
                await self._unless_done(members.add, owner_id, made.id, ids)

    async def _campaign(self) -> None:
        campaigns = Campaigns(self.db, self.addresses, self.plan.people, self.ids)
        await campaigns.sign()
        await self._drain()  # the worker counts, and notes that a goal was reached
        await campaigns.answer()
        await campaigns.draw()

    async def _moderate(self) -> None:
        """The pedlar was reported and limited; another report still waits for a moderator."""
        pedlar = self.plan.people.index(PEDLAR)
        pedlar_id = self.ids[pedlar]
        lines = [self.status_ids[id(one)] for one in self.plan.lines if one.author == pedlar]
        for place, comment in enumerate(COMPLAINTS, start=3):
            draft = reports.ReportDraft(
                target_id=pedlar_id, status_ids=lines, comment=comment, category="spam"
            )
            await self._report(self.ids[place], draft)
        await self._unless_done(decisions.decide, None, pedlar_id, "limit", DECISION)
        heated = next(one for one in self.plan.lines if one.warning and one.author != 0)
        reporter = next(n for n in range(3, len(self.ids)) if n != heated.author)
        draft = reports.ReportDraft(
            target_id=self.ids[heated.author],
            status_ids=[self.status_ids[id(heated)]],
            comment=WORRY,
        )
        await self._report(self.ids[reporter], draft)

    async def _report(self, account_id: int, draft: reports.ReportDraft) -> None:
        for is_resolved in (False, True):
            wanted = reports.ReportFilter(is_resolved, account_id, draft.target_id)
            if await reports.list_reports(self.db, wanted, Page(1)):
                return
        await self.db.run(reports.report, account_id, draft)


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
