"""Work for many: one alone at once, a crowd together, each with an answer of its own."""

import asyncio
from collections.abc import Sequence

import pytest

from parvis.infra.gathering import Gathering, Round


async def test_who_comes_meanwhile_goes_together_and_equals_one_after_the_other() -> None:
    rounds: list[list[int]] = []
    go = asyncio.Event()

    async def work(some: Sequence[int]) -> list[int | Exception]:
        rounds.append(list(some))
        await go.wait()
        if 13 in some:
            raise LookupError("all of them")
        return [ValueError("this one") if one == 7 else one * 2 for one in some]

    gathering = Gathering[int, int, int](work)
    first = asyncio.create_task(gathering.ask(1, 1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert rounds == [[1]]  # alone, and not kept waiting
    crowd = [asyncio.create_task(gathering.ask(key, key)) for key in (2, 3, 7, 2, 4)]
    await asyncio.sleep(0)
    crowd[4].cancel()  # gave up before it went
    go.set()
    answers = await asyncio.gather(first, *crowd, return_exceptions=True)
    assert rounds == [[1], [2, 3, 7], [2]]
    assert answers[:3] == [2, 4, 6]
    assert isinstance(answers[3], ValueError)
    assert answers[4] == 4
    assert isinstance(answers[5], asyncio.CancelledError)
    with pytest.raises(LookupError):
        await asyncio.gather(gathering.ask(13, 13), gathering.ask(14, 14))
    assert await gathering.ask(5, 5) == 10  # a failure ends nothing


async def test_a_round_makes_each_thing_once_and_who_gives_up_takes_it_from_nobody() -> None:
    made: list[str] = []
    go = asyncio.Event()
    round_ = Round()

    async def make() -> str:
        made.append("it")
        await go.wait()
        return "shared"

    waiting = [asyncio.create_task(round_.once("key", make)) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    go.set()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert answers[1:] == ["shared", "shared"]
    assert await round_.once("key", make) == "shared"
    assert made == ["it"]
