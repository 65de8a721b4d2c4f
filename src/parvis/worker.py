"""The worker: hands told events to their handlers, in the order of this table.

A batch of outbox rows is leased, handled and deleted in one transaction, so that a handler that
writes only to the database happens exactly once. What is slow or leaves the machine becomes a job.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import msgspec

from parvis import __version__
from parvis.domain import events
from parvis.domain.access import leaving, letters
from parvis.domain.access import sweep as access_sweep
from parvis.domain.accounts import forget_emoji as accounts_emoji
from parvis.domain.accounts import links
from parvis.domain.addresses import Addresses
from parvis.domain.calls import calling
from parvis.domain.conversations import conversations
from parvis.domain.drafts import drafts
from parvis.domain.draws import working as draws
from parvis.domain.erasure import erase
from parvis.domain.ids import DISPATCHER_LOCK
from parvis.domain.lists import members
from parvis.domain.media import orphans
from parvis.domain.media import process as media
from parvis.domain.network import announcements, figures, processes
from parvis.domain.network.settings import Locks, NetworkShelf
from parvis.domain.notifications import notify
from parvis.domain.petitions import strangers as petition_letters
from parvis.domain.petitions import tally as petitions
from parvis.domain.polls import declaring, mixing, tally
from parvis.domain.portability import archives, imports, working
from parvis.domain.relationships import blocks, follows, invited, relating
from parvis.domain.rooms import running as rooms
from parvis.domain.search import index
from parvis.domain.statuses import delete, favourite, reblog
from parvis.domain.statuses import forget_emoji as statuses_emoji
from parvis.domain.statuses import sweep as statuses_sweep
from parvis.domain.timelines import audience, fan_out
from parvis.domain.timelines import sweep as timelines_sweep
from parvis.domain.transparency import leading
from parvis.domain.wakes import wakes
from parvis.infra import jobs, shutdown
from parvis.infra.bus import Bus
from parvis.infra.films import Films
from parvis.infra.images import Images
from parvis.infra.logs import get_logger
from parvis.infra.mail import Mailer
from parvis.infra.outgoing import Outgoing
from parvis.infra.postgres import ENDLESS, OF_WORK, Bounds, Db, Tx
from parvis.infra.sealing import Sealing
from parvis.infra.slots import Slots
from parvis.infra.storage import Storage
from parvis.infra.ticket_key import TicketKey
from parvis.infra.waits import apart, each_apart, end, first_of
from parvis.settings import Settings

log = get_logger()

BATCH = 200
LEASE = """
select id, kind, payload, slots from outbox
where run_at <= now() order by id limit $1 for update skip locked
"""
DUE = "select id from outbox where run_at <= now() order by id limit $1"
LEASE_ONE = """
select id, kind, payload, slots from outbox
where id = $1 and run_at <= now() for update skip locked
"""
DONE = "delete from outbox where id = any($1::bigint[])"
FAILED = """
update outbox set attempts = attempts + 1, failure = $2, -- an hour at most; and 2 ^ 1024 is no number
  run_at = now() + least(3600, 2 ^ least(attempts, 12)) * interval '1 s' where id = $1
"""
TICK = """
update id_floor set ms = case
  when id_floor.ms <= clock.ms then clock.ms
  else id_floor.ms + 1000 -- the clock stepped back: ids go on from where they were, at its pace
end
from (select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms) clock
"""
LOOK_S = 1.0
PACE_S = 0.03  # between batches: under load one batch does the work of many, each alone is at once
SWEEP_S = 60.0
LOCK = "select pg_advisory_xact_lock($1)"

Handler = Callable[[Tx, list[Any]], Awaitable[None]]

# Event → what follows from it, a batch of one kind at a time.
HANDLERS: dict[type[events.Event], tuple[Handler, ...]] = {
    events.StatusPublished: (
        fan_out.push,
        reblog.touch_reblogged,
        audience.tell_published,
        notify.on_published,
        conversations.on_published,
        index.index,
    ),
    events.StatusEdited: (audience.tell_edited, notify.on_edited, index.index),
    events.StatusDeleted: (
        delete.touch_deleted,
        audience.tell_deleted,
        notify.on_deleted,
        conversations.on_deleted,
        tally.close_deleted,
        petitions.close_deleted,
        rooms.delete_announced,
        declaring.forget_of_deleted,
        media.remove_of_deleted,
        index.forget,
    ),
    events.StatusFavourited: (favourite.touch_favourited, notify.on_favourited),
    events.StatusUnfavourited: (favourite.touch_favourited, notify.on_unfavourited),
    events.BallotCast: (tally.sequence,),
    events.PetitionChanged: (petitions.count,),
    events.PetitionRewritten: (petitions.on_rewritten,),
    events.SignatoriesAsked: (notify.on_signatories_asked,),
    events.DrawMoved: (notify.on_draw_moved,),
    events.RoomChanged: (rooms.tell,),
    events.CallChanged: (calling.tell,),
    events.PollClosed: (notify.on_poll_closed, declaring.settle_later),
    events.Followed: (
        fan_out.backfill,
        notify.on_followed,
        relating.tell_both,
    ),
    events.FollowRequested: (notify.on_follow_requested,),
    events.Unfollowed: (notify.on_unfollowed, members.leave, relating.tell_both),
    events.Blocked: (notify.on_blocked, members.leave, calling.end_blocked),
    events.MuteExpired: (blocks.end_mutes,),
    events.AccountRegistered: (notify.on_registered, invited.on_registered),
    events.AccountReinstated: (notify.on_reinstated,),
    events.ReportMade: (notify.on_reported,),
    events.NotificationsRead: (notify.on_read,),
    events.AnnouncementChanged: (announcements.tell_changed,),
    events.AnnouncementReacted: (announcements.tell_reacted,),
    events.MailWanted: (letters.enqueue,),
    # Of these nothing follows but what the dispatcher does with each: their slots are moved once more.
    events.Unblocked: (),
    events.AccountChanged: (),
    events.AccountSuspended: (),
    events.TokenRevoked: (),
    events.AccountLeft: (),
    events.DecisionMade: (),
}
KINDS = {kind.kind(): kind for kind in HANDLERS}

# Job → how it is done, outside the dispatcher's transaction.
JOBS: dict[str, jobs.Kind] = {
    "process_media": jobs.Kind(media.process, attempts=5, gave_up=media.give_up),
    "process_film": jobs.Kind(media.process_film, attempts=3, gave_up=media.give_up, limit_s=1_700),
    "remove_files": jobs.Kind(media.remove_files, attempts=12),
    letters.JOB: jobs.Kind(letters.send),
    leaving.ERASE: jobs.Kind(erase.erase, limit_s=3_600, attempts=20),
    "accept_follow_requests": jobs.Kind(follows.accept_waiting, limit_s=600),
    links.JOB: jobs.Kind(links.verify, attempts=links.ATTEMPTS, gave_up=links.give_up),
    archives.JOB: jobs.Kind(archives.make, archives.LIMIT_S, attempts=5, gave_up=archives.give_up),
    draws.JOB: jobs.Kind(draws.move, draws.LIMIT_S, attempts=3),
    imports.JOB: jobs.Kind(working.work, limit_s=3_600, gave_up=working.give_up),
    "forget_emoji_in_statuses": jobs.Kind(statuses_emoji.forget, limit_s=1_800),
    "forget_emoji_in_accounts": jobs.Kind(accounts_emoji.forget, limit_s=1_800),
    orphans.JOB: jobs.Kind(orphans.sweep, limit_s=10_800, attempts=3),
    petition_letters.JOB: jobs.Kind(petition_letters.send),
    petitions.ASK_JOB: jobs.Kind(petitions.ask_again, limit_s=600),
    "sweep_petitions": jobs.Kind(petitions.sweep, attempts=3),
    "sweep_portability": jobs.Kind(archives.sweep, attempts=3),
    "verify_due_links": jobs.Kind(links.verify_due, attempts=3),
    "sweep_media": jobs.Kind(media.sweep, attempts=3),
    "sweep_access": jobs.Kind(access_sweep.sweep, attempts=3),
    "sweep_statuses": jobs.Kind(statuses_sweep.sweep, attempts=3),
    "sweep_drafts": jobs.Kind(drafts.sweep, attempts=3),
    "sweep_homes": jobs.Kind(timelines_sweep.sweep, attempts=3, limit_s=1_800),
    invited.JOB: jobs.Kind(invited.follow_inviter, attempts=5),
    declaring.SETTLE: jobs.Kind(declaring.settle, limit_s=1_800),
    figures.JOB: jobs.Kind(figures.count_days, attempts=3, limit_s=600),
}
LONG_JOBS = ("process_film", archives.JOB)
HOURLY = (
    "sweep_media",
    "sweep_access",
    "sweep_statuses",
    "sweep_drafts",
    "sweep_homes",
    figures.JOB,
    "verify_due_links",
    "sweep_portability",
    "sweep_petitions",
    orphans.JOB,  # puts itself off by a day
)
HOUR_S = 3_600
ENDING = (tally, petitions)


class UnknownEvent(Exception):
    """Told by a web process of a later release: it waits for a worker of that release."""


async def dispatch(db: Db) -> int:
    """Handle one batch of events; answers how many there were."""
    try:
        async with db.tx() as tx:
            rows = await _lease(tx, BATCH)
            await _handle(tx, rows)
    except Exception:
        log.exception("a batch of events failed; telling them one by one")
        return await _one_by_one(db)
    return len(rows)


async def _lease(tx: Tx, count: int) -> list[Any]:
    # Wakes are numbered in commit order only while one dispatcher writes them.
    await tx.execute(LOCK, DISPATCHER_LOCK)
    return await tx.fetch(LEASE, count)


async def _handle(tx: Tx, rows: list[Any]) -> None:
    by_kind: dict[str, list[Any]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(row["payload"])
        tx.touched.update(row["slots"])  # again: the writer may have died before its bump
    for name, payloads in by_kind.items():
        kind = KINDS.get(name)
        if kind is None:
            raise UnknownEvent(name)
        told = [msgspec.convert(payload, kind) for payload in payloads]
        for handler in HANDLERS[kind]:
            await handler(tx, told)
    if rows:
        await tx.execute(DONE, [row["id"] for row in rows])


async def _one_by_one(db: Db) -> int:
    ids = [row["id"] for row in await db.fetch(DUE, BATCH)]
    for id_ in ids:
        try:
            async with db.tx() as tx:
                await tx.execute(LOCK, DISPATCHER_LOCK)
                # Another worker may have handled it since: then there is nothing to lease.
                await _handle(tx, await tx.fetch(LEASE_ONE, id_))
        except Exception as failed:
            log.exception("an event failed", outbox_id=id_)
            await db.fetch(FAILED, id_, type(failed).__name__)
    return len(ids)


async def run(settings: Settings) -> None:
    """The worker process: dispatch when woken, look once a second anyway, until told to stop."""
    db = await open_db(
        settings,
        size=4,
        # What a crash takes back is an effect together with its event: it is told again.
        is_durable=False,
        bounds=OF_WORK,
    )
    bus = Bus.failing(database_url(settings), settings.test_bus)
    woken, due, long_due = asyncio.Event(), asyncio.Event(), asyncio.Event()
    bus.hear("parvis_outbox", woken.set)

    def wake_jobs() -> None:
        due.set()
        long_due.set()

    bus.hear("parvis_jobs", wake_jobs)
    db.wake_jobs = wake_jobs
    bus.open()
    means = open_means(settings, db)
    log_db = await open_db(settings, size=2, bounds=OF_WORK)  # what is signed must outlive a crash
    # What takes minutes has a room of its own: no letter waits for a film.
    quick = jobs.Runner(means, {name: JOBS[name] for name in JOBS if name not in LONG_JOBS})
    long = jobs.Runner(means, {name: JOBS[name] for name in LONG_JOBS}, room=1)
    try:
        await asyncio.gather(
            _dispatch_on(db, bus, woken),
            _tick(db),
            _hourly(db),
            _beat(db, bus),
            quick.keep(due, shutdown.stopping),
            long.keep(long_due, shutdown.stopping),
            leading.keep(log_db, means, addresses_of(settings), shutdown.stopping),
        )
    finally:
        await bus.close()
        await log_db.close()
        await db.close()


async def _dispatch_on(db: Db, bus: Bus, woken: asyncio.Event) -> None:
    while not shutdown.stopping.is_set():
        woken.clear()
        try:
            handled = await dispatch(db)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            log.exception("dispatching failed; trying again")
            handled = 0
        if handled:
            bus.ring("parvis_wakes")
            await first_of(shutdown.stopping, timeout_s=PACE_S)
        else:
            await first_of(woken, shutdown.stopping, timeout_s=LOOK_S)


async def _tick(db: Db) -> None:
    """Once a second: the floor of ids follows the clock, and passes it by when it steps back."""
    next_sweep = 0.0
    mixer = mixing.Mixer(db)
    while not shutdown.stopping.is_set():
        await apart(db.fetch(TICK))
        for module in ENDING:
            await apart(each_apart(db, module.list_due, module.close_due))
        for due in (rooms.open_due, draws.tell_due, calling.end_due):  # what time alone makes due
            await apart(db.run(due))
        await apart(mixer.turn())
        if asyncio.get_running_loop().time() >= next_sweep:
            await apart(wakes.sweep(db))
            next_sweep = asyncio.get_running_loop().time() + SWEEP_S
        await first_of(shutdown.stopping, timeout_s=1)


async def _beat(db: Db, bus: Bus) -> None:
    """Say that a worker runs, until told to stop."""
    beating = asyncio.create_task(processes.keep_beating(db, bus, "worker", lambda: 0))
    await shutdown.stopping.wait()
    await end([beating])


async def _hourly(db: Db) -> None:
    """What time alone makes due is a job like the others: done once, and told again when it fails."""
    while not shutdown.stopping.is_set():
        for kind in HOURLY:
            await apart(jobs.ensure(db, kind))
        await first_of(shutdown.stopping, timeout_s=HOUR_S)


def database_url(settings: Settings) -> str:
    if settings.database_url is None:
        raise RuntimeError("a web process and a worker need a database address")
    return settings.database_url


async def open_db(
    settings: Settings,
    *,
    size: int = 10,
    is_durable: bool = True,
    bounds: Bounds = ENDLESS,
) -> Db:
    """The database as the web and the worker processes use it, with what the environment locks."""
    run_folder = settings.run
    slots = Slots(run_folder and run_folder / "slots", is_shared=settings.machines == "one")
    db = await Db.connect(
        database_url(settings), slots, size=size, is_durable=is_durable, bounds=bounds
    )
    db.kept(NetworkShelf).locks = Locks(settings.registrations, settings.confirm_email)
    db.kept(Sealing).folder = settings.data
    db.kept(TicketKey).place(settings.data, settings.ticket_key)
    return db


def addresses_of(settings: Settings) -> Addresses:
    return Addresses(settings.public_url, settings.public_url.partition("://")[2])


def open_means(settings: Settings, db: Db) -> jobs.Means:
    """What jobs and doors use beside the database."""
    return jobs.Means(
        db,
        Storage(settings.storage_url, settings.data / "media"),
        Images(),
        Films(),
        Mailer(settings.smtp_url, settings.data / "mail", settings.public_url),
        Outgoing(f"Parvis/{__version__} (+{settings.public_url})", settings.test_reachable),
        settings.relays,
        settings.run and settings.run / "rooms",
        settings.data / "live",
        settings.edges,
        settings.ice,
    )


async def run_until_idle(db: Db, means: jobs.Means | None = None) -> None:
    """Handle every event, and with means do every job that is due (tests)."""
    runner = jobs.Runner(means, JOBS) if means is not None else None
    handled = 1
    while handled:
        handled = await mixing.mix_all(db)
        for module in ENDING:
            handled = handled or await each_apart(db, module.list_due, module.close_due)
        handled = handled or await db.run(rooms.open_due) or await db.run(calling.end_due)
        if means is not None:  # draws need them
            handled = handled or await db.run(draws.tell_due)
        handled = handled or await dispatch(db)
        if not handled and runner is not None:
            handled = await runner.run_until_idle()
