"""The relay without HTTP: rooms, what is under way, and who waits for it."""

import asyncio
import re
import time
from collections.abc import Callable, Coroutine

import msgspec

from parvis.infra.logs import get_logger
from parvis.live.relay.audience import Audience
from parvis.live.relay.origin import Origin, Said, UpstreamAway
from parvis.live.relay.parts import Away, Gone, Hold, Part, Shelf, TooEarly
from parvis.live.relay.state import LIVE_STATE, RoomState

log = get_logger()

AHEAD = 2  # parts that somebody is held for
INIT = -1  # stands for what comes before all parts
STATE_S = 0.4  # how old a state may be; a switch thrown at the origin is known here after it
STALE_S = 2.0  # how old it may be while a newer one is asked for
WATCHED_S = 10.0  # after the last listener
GRACE_S = (
    10.0  # a room that was there and has not ended is waited for so long: its process starts again
)
ABSENT_S = 1.0  # how long a room that is not there is not asked for again
PATIENCE_S = 4.0  # with an origin that went away, before those who wait are told
AGAIN_S = 0.15
ROOMS_MOST = 1_000
LOOKUPS_MOST = 16  # questions at once after rooms nobody knows
ROOM = re.compile(r"[0-9]{1,19}", re.ASCII)
RENDITION = re.compile(r"[a-z][a-z0-9]{0,15}", re.ASCII)
_NOT_FOUND = 404
_OK = 200


class RelayedRoom:
    """One room as it is known here."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.state: RoomState | None = None  # None: there is none, as far as we know
        self.looked = float("-inf")
        self.asked = 0.0  # when somebody last wanted something of it
        self.holds: dict[tuple[str, int], Hold] = {}
        self.missing: dict[tuple[str, int], float] = {}
        self.audience = Audience()
        self.looking: asyncio.Task[None] | None = None
        self.watching: asyncio.Task[None] | None = None


class Relay:
    """Fetches each part once. All of it belongs to one event loop."""

    def __init__(
        self, origin: Origin, *, keeps_bytes: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.origin = origin
        self.shelf = Shelf(keeps_bytes)
        self.clock = clock
        self.rooms: dict[str, RelayedRoom] = {}
        self.fetches = 0
        self._lookups = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def find(self, name: str) -> RelayedRoom:
        """The room, its state not older than `STATE_S`; `Gone` or `Away` when there is none to show."""
        room = self.known(name)
        now = self.clock()
        if room.state is None:
            if now - room.looked >= ABSENT_S:
                await self._first_look(room)
        elif now - room.looked >= STALE_S:
            await self._look(room)
        elif now - room.looked >= STATE_S:
            self._begin_look(room)
        if room.state is None:
            raise Gone
        room.asked = self.clock()
        return room

    def known(self, name: str) -> RelayedRoom:
        room = self.rooms.get(name)
        if room is None:
            if ROOM.fullmatch(name) is None:
                raise Gone
            if len(self.rooms) >= ROOMS_MOST:
                self._forget_some()
            room = self.rooms[name] = RelayedRoom(name)
        return room

    def take(self, room: RelayedRoom, rendition: str, number: int) -> Part | Hold:
        """The part, or what to wait for; the room's state must be fresh."""
        kept = self.shelf.find((room.name, rendition, number))
        if kept is not None:
            return kept
        held = room.holds.get((rendition, number))
        if held is not None:
            return held
        self._check(room, rendition, number)
        hold = room.holds[(rendition, number)] = Hold(number)
        self._begin(self._fetch(room, rendition, hold))
        self.watch(room)
        return hold

    async def part(self, name: str, rendition: str, number: int) -> Part:
        """Fetch or wait for one part."""
        taken = self.take(await self.find(name), rendition, number)
        if isinstance(taken, Part):
            return taken
        done: asyncio.Future[Part] = asyncio.get_running_loop().create_future()

        def told(outcome: Part | Exception) -> None:
            if done.done():
                return
            if isinstance(outcome, Part):
                done.set_result(outcome)
            else:
                done.set_exception(outcome)

        taken.waiting.append(told)
        return await done

    def watch(self, room: RelayedRoom) -> None:
        """Ask for the state now and then as long as somebody listens."""
        room.asked = self.clock()
        if room.watching is None or room.watching.done():
            room.watching = self._begin(self._watch(room))

    def count(self, room: RelayedRoom) -> int:
        newest = room.state.heard.newest if room.state is not None else 0
        return room.audience.count(newest, self.clock())

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self.origin.close()

    def _check(self, room: RelayedRoom, rendition: str, number: int) -> None:
        if room.state is None or rendition not in room.state.heard.renditions:
            raise Gone
        if number == INIT:
            return
        heard = room.state.heard
        newest = room.state.part_at(self.clock())
        if number > newest + AHEAD:
            raise TooEarly
        if number < heard.first or (heard.state == "ended" and number > heard.newest):
            raise Gone
        if room.missing.get((rendition, number), 0.0) > self.clock():
            raise Gone

    async def _first_look(self, room: RelayedRoom) -> None:
        if room.looking is None and self._lookups >= LOOKUPS_MOST:
            raise Away
        self._lookups += 1
        try:
            await self._look(room)
        finally:
            self._lookups -= 1

    async def _look(self, room: RelayedRoom) -> None:
        """Ask for the state, once for all who want it now."""
        try:
            await asyncio.shield(self._begin_look(room))
        except UpstreamAway:
            if room.state is None:
                raise Away from None  # an old state does as long as there is no newer

    def _begin_look(self, room: RelayedRoom) -> asyncio.Task[None]:
        if room.looking is None or room.looking.done():
            room.looking = self._begin(self._ask_state(room))
        return room.looking

    async def _ask_state(self, room: RelayedRoom) -> None:
        said = await self._get(room, "state", PATIENCE_S if room.state is None else STALE_S)
        now = self.clock()
        if said.status in (_OK, _NOT_FOUND):
            room.looked = now
        if said.status == _OK:
            try:
                if room.state is None:
                    room.state = RoomState(said.content, now)
                else:
                    room.state.replace(said.content, now)
            except msgspec.DecodeError as wrong:
                log.warning("an origin's state cannot be read", room=room.name, reason=str(wrong))
                raise UpstreamAway("DecodeError") from wrong
        elif said.status == _NOT_FOUND and not self._may_return(room):
            room.state = None
            self.shelf.forget(room.name)
        else:
            raise UpstreamAway(str(said.status))

    def _may_return(self, room: RelayedRoom) -> bool:
        state = room.state
        if state is None or state.heard.state == "ended":
            return False
        return self.clock() - state.seen < GRACE_S

    async def _watch(self, room: RelayedRoom) -> None:
        while room.holds or self.clock() - room.asked < WATCHED_S:
            await asyncio.sleep(STATE_S)
            try:
                await self._look(room)
            except Away:
                return
            if room.state is None:
                return

    async def _fetch(self, room: RelayedRoom, rendition: str, hold: Hold) -> None:
        outcome: Part | Exception = Away()
        try:
            outcome = await self._until_told(room, rendition, hold.number)
        finally:
            del room.holds[(rendition, hold.number)]
            if hold.keys:
                room.audience.of(hold.number).update(hold.keys)
            hold.end(outcome)

    async def _until_told(self, room: RelayedRoom, rendition: str, number: int) -> Part | Exception:
        """Ask until there is an answer; an origin that comes back within a while is not noticed."""
        rest = f"{rendition}/init.mp4" if number == INIT else f"{rendition}/{number}.m4s"
        part_s = room.state.heard.part_ms / 1_000 if room.state is not None else 1.0
        within_s = PATIENCE_S + AHEAD * part_s
        ends = self.clock() + within_s
        while (left := ends - self.clock()) > 0:
            try:
                self.fetches += 1
                said = await self._get(room, rest, left)
            except UpstreamAway:
                said = None
            if said is not None and said.status == _OK:
                return self._keep(room, rendition, number, said)
            if said is not None and said.status == _NOT_FOUND and (room.state is not None):
                return self._miss(room, rendition, number)
            await asyncio.sleep(AGAIN_S)
        return Away()

    def _keep(self, room: RelayedRoom, rendition: str, number: int, said: Said) -> Part:
        told = said.headers.get(LIVE_STATE, "")
        part = Part(room.name, number, said.content, told)
        self.shelf.keep((room.name, rendition, number), part)
        if told and room.state is not None:
            room.state.ride(told, self.clock())
        return part

    def _miss(self, room: RelayedRoom, rendition: str, number: int) -> Gone:
        now = self.clock()
        room.missing = {which: until for which, until in room.missing.items() if until > now}
        room.missing[(rendition, number)] = now + ABSENT_S
        return Gone()

    async def _get(self, room: RelayedRoom, rest: str, within_s: float) -> Said:
        return await self.origin.get(room.name, rest, self.count(room), within_s)

    def _forget_some(self) -> None:
        """Those nobody listens to; if they are all listened to, the one asked for longest ago."""
        idle = [one for one in self.rooms.values() if not one.holds and one.watching is None]
        if not idle:
            idle = [min(self.rooms.values(), key=lambda one: one.asked)]
        for room in idle:
            del self.rooms[room.name]

    def _begin(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        failed = None if task.cancelled() else task.exception()
        if failed is not None and not isinstance(failed, UpstreamAway):
            log.error("a relay's task failed", failure=repr(failed), exc_info=failed)
