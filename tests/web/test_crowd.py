"""More comes than a web process can answer: who waits, who does not, and what is said."""

import asyncio
import hashlib
from typing import Any

import msgspec
import pytest
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in
from tests.web.conftest import OpenPage

from parvis.domain.network.numbers import Kept
from parvis.doors.crowd import CALM_S, PER_ADDRESS, Crowd, Lane, Level
from parvis.protocols import work


def pressed(crowd: Crowd, late_s: float, until_s: float, start: float = 0.0) -> Level:
    """Work waits that long, all the time from a second to another."""
    for tick in range(round((until_s - start) * 20) + 1):
        crowd.see(late_s, start + tick / 20)
    return crowd.level


def test_strangers_wait_before_members_and_reading_before_writing() -> None:
    crowd = Crowd()
    assert pressed(crowd, 0.05, 20) == Level.CALM
    assert pressed(crowd, 0.2, 0.4, 0.0) == Level.COUNTED
    taken = [
        crowd.refuses(Lane.STRANGER, "192.0.2.1", 1.0, is_reading=True)
        for _ in range(PER_ADDRESS.count + 5)
    ]
    assert taken.count(True) == 5
    assert not crowd.refuses(Lane.STRANGER, "192.0.2.2", 1.0, is_reading=True)
    assert pressed(crowd, 0.2, 2.0, 0.4) == Level.CLOSED
    assert crowd.refuses(Lane.STRANGER, "192.0.2.2", 2.0, is_reading=True)
    assert not crowd.refuses(Lane.MEMBER, "192.0.2.2", 2.0, is_reading=True)
    assert not crowd.refuses(Lane.CLAIMED, "192.0.2.2", 2.0, is_reading=True)
    assert pressed(crowd, 1.5, 8.0, 2.0) == Level.WRITING
    assert crowd.refuses(Lane.MEMBER, "192.0.2.2", 8.0, is_reading=True)
    assert not crowd.refuses(Lane.MEMBER, "192.0.2.2", 8.0, is_reading=False)
    assert not crowd.refuses(Lane.FIRST, "192.0.2.2", 8.0, is_reading=True)
    assert pressed(crowd, 0.0, 8.1, 8.0) == Level.COUNTED
    assert pressed(crowd, 0.0, 8.1 + CALM_S, 8.1) == Level.CALM


def test_a_moment_that_was_late_is_no_crowd() -> None:
    crowd = Crowd()
    for tick in range(200):
        crowd.see(0.9 if tick % 4 else 0.01, tick / 20)
        assert crowd.level == Level.CALM


def test_secrets_that_nobody_knows_are_counted() -> None:
    crowd = Crowd()
    pressed(crowd, 0.2, 2.0)
    refused = [crowd.refuses(Lane.CLAIMED, "192.0.2.1", 2.0, is_reading=False) for _ in range(500)]
    assert refused.count(True) == 100


async def test_those_who_wait_are_told_and_try_again(network: Network) -> None:
    alice = await network.person("alice")
    reader, visitor = await logged_in(network), Reader(network, language="fr")
    (await reader.get("/home")).ok()
    await alice.home()
    pressed(network.app.crowd, 0.2, 2.0)
    page = await visitor.get("/about")
    assert "énormément de monde" in page.refused(503)
    assert '<meta http-equiv="refresh" content="' in page.html
    assert 4 <= int(page.headers["retry-after"]) <= 12
    assert page.headers["cache-control"] == "no-store"
    sent = await visitor.send("/auth/sign-up", {})
    assert sent.status in (422, 303)
    told = await network.anyone.get("/api/v1/instance")
    assert "try again in a few seconds" in told.refused(503)
    assert told.headers["retry-after"]
    (await network.anyone.get("/health")).ok()

    (await reader.get("/home")).ok()
    await alice.publish("Members go on")
    assert len(await alice.home()) == 1
    came = await visitor.send("/auth/log-in", {"name": "alice", "password": PASSWORD})
    assert came.status == 303
    (await visitor.get("/home")).ok()
    pressed(network.app.crowd, 0.0, 20.0, 3.0)
    (await Reader(network).get("/about")).ok()


async def test_strangers_are_answered_as_many_at_once_as_is_quick(network: Network) -> None:
    await network.person("alice")
    pressed(network.app.crowd, 0.2, 0.4)
    strangers, visitor = network.app.crowd.strangers, Reader(network)
    (await visitor.get("/about")).ok()
    assert strangers.under_way == 0
    held = 0
    while strangers.takes():
        held += 1
    assert held == strangers.limit
    (await visitor.get("/about")).refused(503)
    for _ in range(held):
        strangers.ended(0.0, 1.0)
    (await visitor.get("/about")).ok()


async def test_the_queue_for_the_database_is_seen(network: Network) -> None:
    """Who waits longest is next, whoever asks just then."""
    queue = network.db.queue
    assert queue.stands_s() == 0
    size = network.db.pool.get_max_size()
    for _ in range(size):
        await queue.enter(None)
    came: list[int] = []

    async def come(number: int) -> None:
        await queue.enter(None)
        came.append(number)

    waiting = [asyncio.create_task(come(number)) for number in range(3)]
    await asyncio.sleep(0)
    assert queue.stands_s() > 0
    with pytest.raises(TimeoutError):
        await queue.enter(0.01)
    queue.leave()
    late = asyncio.create_task(come(3))
    await asyncio.sleep(0)
    for _ in range(3):
        queue.leave()
    await asyncio.gather(*waiting, late)
    assert came == [0, 1, 2, 3]
    assert queue.stands_s() == 0
    for _ in range(size):
        queue.leave()
    (await network.anyone.get("/api/v1/instance")).ok()


async def test_a_number_is_counted_once_for_all_who_ask() -> None:
    counts = 0
    go_on = asyncio.Event()

    async def count() -> int:
        nonlocal counts
        counts += 1
        await go_on.wait()
        return counts

    kept = Kept(count, fresh_s=0)
    asking = [asyncio.create_task(kept.read()) for _ in range(5)]
    await asyncio.sleep(0)
    asking[0].cancel()
    go_on.set()
    assert await asyncio.gather(*asking[1:]) == [1] * 4
    go_on.clear()
    anew = asyncio.create_task(kept.read())
    await asyncio.sleep(0)
    assert await kept.read() == 1  # the last one, while it is counted anew
    go_on.set()
    assert await anew == 2


def answer_to(question: dict[str, Any]) -> dict[str, Any]:
    salt, challenge = question["salt"], question["challenge"]
    number = next(
        one
        for one in range(question["maxnumber"])
        if hashlib.sha256(f"{salt}{one}".encode()).hexdigest() == challenge
    )
    return {**question, "number": number}


async def test_who_works_for_it_comes_in_first(network: Network) -> None:
    await network.person("anouk", role="owner")
    owner, visitor = await logged_in(network, "anouk"), Reader(network)
    (await owner.submit("/admin/rooms", {"do": "strangers", "strangers": "work"})).ok()
    pressed(network.app.crowd, 0.2, 2.0)
    page = (await visitor.get("/about")).refused(503)
    assert "tries again by itself" in page
    assert 'data-work="/work"' in (await visitor.get("/about")).html
    question = msgspec.json.decode((await visitor.get("/work")).html)
    answer = answer_to(question)
    url = f"{network.base}/work"
    wrong: list[Any] = [
        {**answer, "number": answer["number"] + 1},
        {**answer, "signature": "0" * 64},
        {**answer, "salt": answer["salt"][:-1] + "9"},
        {**answer, "number": "many"},
        {},
        [1],
    ]
    for one in wrong:
        async with network.http.post(url, json=one) as told:
            assert told.status == 422
            assert "answer" in await told.text()
    async with network.http.post(url, json=answer) as told:
        assert told.status == 204
        earned = told.cookies["earned"].value
    async with network.http.post(url, json=answer) as told:
        assert told.status == 422  # once
    visitor.cookies["earned"] = earned
    (await visitor.get("/about")).ok()
    visitor.cookies["earned"] = earned[:-1] + ("0" if earned[-1] != "0" else "1")
    (await visitor.get("/about")).refused(503)
    (await owner.submit("/admin/rooms", {"do": "strangers", "strangers": "wait"})).ok()
    assert "data-work" not in (await visitor.get("/about")).html
    (await visitor.get("/work")).refused(404)


def test_a_pass_is_for_one_address_and_a_while() -> None:
    key = b"k" * 32
    earned = work.give_pass(key, "192.0.2.1", 1_000.0)
    assert work.is_pass(key, earned, "192.0.2.1", 1_000.0 + work.PASSED_S)
    assert not work.is_pass(key, earned, "192.0.2.2", 1_000.0)
    assert not work.is_pass(key, earned, "192.0.2.1", 1_001.0 + work.PASSED_S)
    question = work.ask(key, 0.0)
    answer = msgspec.convert(answer_to(msgspec.to_builtins(question)), work.Answer)
    work.check(key, answer, work.ANSWERED_WITHIN_S)
    with pytest.raises(work.WorkRefused):
        work.check(key, answer, work.ANSWERED_WITHIN_S + 1)


@pytest.mark.slow
async def test_a_browser_works_for_its_place(network: Network, open_page: OpenPage) -> None:
    await network.person("anouk", role="owner")
    owner = await logged_in(network, "anouk")
    (await owner.submit("/admin/rooms", {"do": "strangers", "strangers": "work"})).ok()
    crowd = network.app.crowd
    page = await open_page(scripts=True)
    pressed(crowd, 0.2, 2.0)
    await page.goto(f"{network.base}/about")
    await page.get_by_role("heading", name="About").wait_for()
    assert crowd.level == Level.CLOSED
