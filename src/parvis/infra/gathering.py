"""Work that costs little more for many than for one: what comes while some is under way goes together next.

One alone begins at once. Under load each round does what came during the one before (group commit).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

K = TypeVar("K")
T = TypeVar("T")
R = TypeVar("R")

MOST = 500  # of one round


class Round:
    """What belongs to one round; those whose work was done in it share what is made for it."""

    def __init__(self) -> None:
        self._made: dict[object, _Made] = {}

    async def once(self, key: object, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` answers, made for the first who asks and the same for all others."""
        found = self._made.get(key)
        if found is None:
            found = self._made[key] = _Made(make())
        return await found.get()


class _Made:
    """What is being made for many. One who gives up waiting does not take it from the others; each waits with
    a future of their own and no more (`asyncio.shield` makes four things for each).
    """

    __slots__ = ("_making", "_waiting")

    def __init__(self, making: Awaitable[Any]) -> None:
        self._waiting: list[asyncio.Future[None]] = []
        self._making = asyncio.ensure_future(making)
        self._making.add_done_callback(self._tell)

    async def get(self) -> Any:
        if not self._making.done():
            told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(told)
            await told
        return self._making.result()

    def _tell(self, _: object) -> None:
        for told in self._waiting:
            if not told.done():
                told.set_result(None)
        self._waiting.clear()


class Gathering(Generic[K, T, R]):
    """Gathers what is asked. Of equal keys one is taken a round, the others after it."""

    def __init__(
        self,
        work: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]],
        *,
        pace_s: float = 0.0,
    ) -> None:
        """`work` answers for each in order, or why not. `pace_s`: between the beginnings of rounds that had
        company.
        """
        self._work = work
        self._pace_s = pace_s
        self._waiting: list[tuple[K, T, asyncio.Future[R]]] = []
        self._running: asyncio.Task[None] | None = None

    async def ask(self, key: K, one: T) -> R:
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((key, one, answer))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await answer

    async def _run(self) -> None:
        try:
            while self._waiting:
                began = time.monotonic()
                some = self._take()
                await self._do(some)
                left = began + self._pace_s - time.monotonic()
                if len(some) > 1 and left > 0:
                    await asyncio.sleep(left)
        finally:
            self._running = None

    def _take(self) -> list[tuple[K, T, asyncio.Future[R]]]:
        """Who goes now; who gave up waiting does not go at all."""
        some: dict[K, tuple[K, T, asyncio.Future[R]]] = {}
        later: list[tuple[K, T, asyncio.Future[R]]] = []
        for asked in self._waiting:
            if asked[2].done():
                continue
            if len(some) >= MOST or asked[0] in some:
                later.append(asked)
            else:
                some[asked[0]] = asked
        self._waiting = later
        return list(some.values())

    async def _do(self, some: list[tuple[K, T, asyncio.Future[R]]]) -> None:
        if not some:
            return
        try:
            answers = await self._work([one for _, one, _ in some])
        except BaseException as failed:
            for _, _, answer in some:
                if not answer.done():
                    answer.set_exception(failed)
            if not isinstance(failed, Exception):
                raise
            return
        for (_, _, answer), one in zip(some, answers, strict=True):
            _tell(answer, one)


def _tell(answer: "asyncio.Future[R]", one: R | Exception) -> None:
    """To whoever still waits."""
    if answer.done():
        return
    if isinstance(one, Exception):
        answer.set_exception(one)
    else:
        answer.set_result(one)
