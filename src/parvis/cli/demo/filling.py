"""Opens the network, decides whether it may be filled, fills it, and says who can log in."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from parvis.cli import children, public_url
from parvis.cli.demo.fill import WORRY, Filler
from parvis.cli.demo.people import ADDRESSES, VISITOR
from parvis.cli.demo.residents import Known, Residents, find_known
from parvis.cli.demo.script import Plan, make_plan
from parvis.cli.opening import open_whole
from parvis.domain.addresses import Addresses
from parvis.domain.moderation.reports import ReportFilter, list_reports
from parvis.domain.network import figures, rules
from parvis.domain.network import settings as network
from parvis.infra import jobs, system_user
from parvis.infra.postgres import Db
from parvis.infra.refused import StartRefused
from parvis.protocols.paging import Page
from parvis.settings import Settings
from parvis.worker import open_means

REPORTS = 200
ROOM = 4  # statements at once: two lanes, each with a job and its result
TITLE = "Belvédère"
WORDS = (
    "Un petit réseau de démonstration, où l’on parle jardin, trains de nuit et oiseaux."
    " A small demonstration network that talks gardens, night trains and birds."
)
RULES = (
    "Soyez bienveillants / Be kind",
    "Pas de publicité / No advertising",
    "Décrivez vos images quand vous le pouvez / Describe your pictures when you can",
)


class DemoRefused(StartRefused):
    """The network is not to be filled."""


async def fill(settings: Settings, accounts: int, seed: int, *, force: bool) -> None:
    console = Console()
    plan = make_plan(accounts, seed)
    async with open_whole(settings, size=ROOM) as (db, complete):
        root = await _settle_address(db, complete)
        known = await find_known(db)
        mark = f"n{accounts}s{seed}"
        _check(known, mark, force=force)
        addresses = Addresses(root, root.partition("://")[2])
        residents = Residents(db, addresses, plan.people, mark)
        if len(known.ours) == accounts and await _is_finished(db, known):
            console.print("The whole demonstration is here already; nothing was added.")
            return
        if not known.members:
            await _name(db)
        with _as_owner_of(complete.data):
            filler = Filler(open_means(complete, db), addresses, plan, residents, _bar(console))
            with filler.bar:
                await filler.run()
        await db.run(jobs.enqueue, figures.JOB, {"is_anew": True})  # what happened before today
        _tell(console, root, filler, plan)


def _bar(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


def _check(known: Known, mark: str, *, force: bool) -> None:
    if known.members and not force:
        raise DemoRefused(
            f"{known.members} real members live on this network, and invented people would speak"
            " among them. Choose an empty network with --data, or add --force."
        )
    other = next((one for one in known.ours if not one.endswith(f"@{mark}.{ADDRESSES}")), None)
    if other is not None:
        number, _, seed = other.partition("@n")[2].partition(".")[0].partition("s")
        raise DemoRefused(
            f"This network holds another demonstration already (--accounts {number} --seed {seed})."
            " Choose an empty network with --data."
        )


async def _is_finished(db: Db, known: Known) -> bool:
    """Whether the last thing of all was done: somebody's worry was told to the moderators."""
    ids = {one.id for one in known.ours.values()}
    for is_resolved in (False, True):
        found = await list_reports(db, ReportFilter(is_resolved), Page(REPORTS))
        if any(one.comment == WORRY and one.account_id in ids for one in found):
            return True
    return False


async def _settle_address(db: Db, settings: Settings) -> str:
    """The network's own address, or as at a first start the one of this command's settings."""
    stored = (await network.read(db)).public_url
    if not stored:
        await public_url.settle(settings)
    return stored or settings.public_url


async def _name(db: Db) -> None:
    """A name, a few words and rules for a network that has none; what was chosen stays."""
    await db.run(network.seed, title=TITLE, short_description=WORDS)
    if not await rules.list_rules(db):
        for text in RULES:
            await db.run(rules.add_rule, text)


@contextmanager
def _as_owner_of(data: Path) -> Generator[None]:
    """Files belong to whoever runs the network: root takes that user on while it makes them."""
    is_new = not data.exists()
    data.mkdir(parents=True, exist_ok=True)
    user = system_user.choose(data)
    is_ours = not is_new and data.stat().st_uid == os.geteuid()
    if is_ours or user.is_current or not children.can_run(user):
        yield
        return
    system_user.give(user, data)
    group, own = os.getegid(), os.geteuid()
    os.setegid(user.gid)
    os.seteuid(user.uid)
    try:
        yield
    finally:
        os.seteuid(own)
        os.setegid(group)


def _tell(console: Console, root: str, filler: Filler, plan: Plan) -> None:
    names = filler.names
    console.print(
        Text(
            f"\n  {len(plan.people)} people, {len(plan.lines)} statuses and"
            f" {len(plan.reblogs)} reblogs are at {root}\n"
            f"  Petitions, two, and a draw: {root}/petitions {root}/draws\n"
            f"  Look around as:  {names[plan.people.index(VISITOR)]}  (an admin)\n"
            f"  Or as anybody:   {', '.join(names[3:9])}, …\n"
            f"  Password of all: {filler.residents.password}\n"
        ),
        soft_wrap=True,
    )
