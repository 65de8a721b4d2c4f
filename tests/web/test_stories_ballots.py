"""A secret ballot in a real browser: asked for, waited with, cast at the next visit, found in the log."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Route, expect
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.voters import SecretVoter, key_of
from tests.web.browsing import eventually, log_in
from tests.web.conftest import OpenPage
from tests.web.test_axe import violations

from parvis.domain.polls import mixing
from parvis.domain.transparency import reconciling, succeeding

pytestmark = pytest.mark.slow

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "rfc9474"
POLL = {"options": ["Tea", "Coffee"], "expires_in": 86_400, "secret": True}
# What the page's module makes of a published case, step by step.
STEPS = """async ({ der, input, salt, inverse, signed }) => {
  const { readKey, blind, finalize, toHex } = await import("/static/blind_rsa.js")
  const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16))
  const key = await readKey(fromHex(der))
  const one = await blind(key, fromHex(input), { salt: fromHex(salt), inverse: BigInt(inverse) })
  const other = await blind(key, fromHex(input))
  const made = await finalize(key, fromHex(input), fromHex(signed), one.inverse)
  const forged = await finalize(key, fromHex(input), fromHex(signed), other.inverse).catch(() => null)
  return [toHex(one.blinded), toHex(made), toHex(other.blinded) !== toHex(one.blinded), forged]
}"""

# When the one ballot of this browser is to go, when its poll ends, and now, by the browser's clock.
KEPT = """() => new Promise((resolve) => {
  const opened = indexedDB.open("parvis-ballots")
  opened.onsuccess = () => {
    const found = opened.result.transaction("ballots").objectStore("ballots").getAll()
    found.onsuccess = () => resolve([found.result[0].at, found.result[0].ends, Date.now()])
  }
})"""


@pytest.fixture
async def worker(network: Network) -> AsyncIterator[None]:
    """A worker beside the pages that mixes, counts and signs."""
    made = Logs(network)
    await made.start()

    async def work() -> None:
        while True:
            await network.settle()
            await made.settle()
            await asyncio.sleep(0.2)

    working = asyncio.create_task(work())
    yield
    working.cancel()


@pytest.mark.skipif(not VECTORS.is_dir(), reason="the published vectors are absent")
async def test_the_published_vector_in_the_browser(network: Network, open_page: OpenPage) -> None:
    cases = json.loads((VECTORS / "test_vectors_rfc9474.json").read_text())
    (case,) = [one for one in cases if one["name"] == "RSABSSA-SHA384-PSS-Randomized"]
    numbers = rsa.RSAPublicNumbers(int(case["e"], 16), int(case["n"], 16))
    der = numbers.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    page = await open_page(scripts=True)
    await page.goto(f"{network.base}/")
    given: dict[str, Any] = {
        "der": der.hex(),
        "input": case["input_msg"],
        "salt": case["salt"],
        "inverse": case["inv"],
        "signed": case["blind_sig"],
    }
    made = await page.evaluate(STEPS, given)
    assert made == [case["blinded_msg"], case["sig"], True, None]


@pytest.mark.usefixtures("worker")
async def test_a_ballot_waits_and_is_cast_at_the_next_visit(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("Tea or coffee?", poll=POLL)
    path = f"{network.base}/polls/{made['poll']['id']}/ballot"
    page = await log_in(await open_page(scripts=True), network, "bob")
    sent: list[dict[str, str]] = []
    page.on(
        "request", lambda one: sent.append(one.headers) if one.url.endswith("/ballots") else None
    )
    await page.clock.install()
    await page.goto(f"{network.base}/@alice/{made['id']}")
    await page.get_by_role("link", name="Vote").click()
    await page.get_by_label("Coffee").check()
    assert not await violations(page)
    await page.get_by_role("button", name="Fill in my ballot").click()
    await expect(page.get_by_text("Not yet cast.")).to_be_visible()
    await expect(page.locator("[data-so-far]")).to_contain_text(
        "1 voter has a token"
    )  # as it stands now
    assert not await violations(page)
    kept = "select count(*) from secret_ballots"
    assert await network.db.fetchval("select count(*) from ballot_tokens") == 1
    assert await network.db.fetchval(kept) == 0
    # Hours later, on another page.
    await page.goto("about:blank")
    await page.clock.fast_forward("02:00:00")
    await page.goto(f"{network.base}/home")
    await page.clock.run_for(1_000)
    assert await network.db.fetchval(kept) == 0  # not at the moment of the visit itself

    async def later() -> bool:
        await page.clock.fast_forward(20_000)
        return await network.db.fetchval(kept) == 1

    async def told() -> bool:
        return bool(sent)

    await eventually(later)
    await eventually(told)  # the browser tells of its requests when it gets to it
    assert not any(sent[0].get(name) for name in ("cookie", "referer", "authorization"))
    await page.goto(path)
    await expect(page.get_by_text("Cast.", exact=True)).to_be_visible()

    async def found() -> bool:
        await page.clock.fast_forward(100_000)
        return await page.get_by_text("Your ballot is in the count.").is_visible()

    await eventually(found)
    await page.locator("summary", has_text="What was checked").click()
    assert not await violations(page)
    assert '"choices":[1]' in await page.locator("[data-entry]").inner_text()
    assert (await bob.get(f"/api/v1/polls/{made['poll']['id']}")).ok()["voters_count"] == 1
    # Another browser of the same person has no token, and gets none.
    other = await log_in(await open_page(scripts=True), network, "bob")
    await other.goto(path)
    await expect(other.get_by_text("You asked for your token in another browser")).to_be_visible()
    await other.context.close()


@pytest.mark.parametrize("off_h", [-1, 1])
async def test_a_browser_whose_clock_is_wrong_sends_before_the_end_and_later_than_at_once(
    network: Network, open_page: OpenPage, off_h: int
) -> None:
    alice, _ = await network.people("alice", "bob")
    made = await alice.publish("Tea or coffee?", poll={**POLL, "expires_in": 1_800})
    page = await log_in(await open_page(scripts=True), network, "bob")
    await page.clock.install(time=datetime.now(UTC) + timedelta(hours=off_h))
    await page.goto(f"{network.base}/polls/{made['poll']['id']}/ballot")
    # The answer with the token is lost: it is the same that is asked for again.
    asked: list[str | None] = []

    async def lose(route: Route) -> None:
        asked.append(route.request.post_data)
        await route.fetch()
        await route.abort()

    await page.route("**/token", lose)
    await page.get_by_label("Coffee").check()
    await page.get_by_role("button", name="Fill in my ballot").click()
    await expect(page.locator("#told")).to_contain_text("cannot be reached")
    assert await network.db.fetchval("select count(*) from ballot_tokens") == 1
    await page.unroute("**/token")
    await page.get_by_role("button", name="Fill in my ballot").click()
    await expect(page.get_by_text("Not yet cast.")).to_be_visible()
    at, ends, now = await page.evaluate(KEPT)
    assert now < at < ends
    assert abs(ends - now - 1_800_000) < 300_000
    assert len(asked) == 1
    # The clock is set right: one that was fast had chosen a moment that would come after the end.
    await page.clock.set_system_time(datetime.now(UTC))
    await page.goto(f"{network.base}/home")

    async def is_soon() -> bool:
        at, _, now = await page.evaluate(KEPT)
        return at < now + 600_000

    await eventually(is_soon)


@pytest.mark.usefixtures("worker")
async def test_who_does_not_wait_is_warned_and_may_change_their_mind(
    network: Network, open_page: OpenPage
) -> None:
    alice, _ = await network.people("alice", "bob")
    made = await alice.publish("Tea or coffee?", poll={**POLL, "changeable": True})
    page = await log_in(await open_page(scripts=True, width=390), network, "bob")
    await page.goto(f"{network.base}/polls/{made['poll']['id']}/ballot")
    for turn, answer in ((1, "Coffee"), (2, "Tea")):
        await page.get_by_label(answer).check()
        await page.get_by_role("button", name="Fill in my ballot").click()
        await page.locator("summary", has_text="Cast it now").click()
        await expect(page.get_by_text("is easily guessed to be yours")).to_be_visible()
        await page.get_by_role("button", name="Cast it now all the same").click()
        await expect(page.get_by_text("Cast.", exact=True)).to_be_visible()
        if turn == 1:
            await page.get_by_role("button", name="Change my vote").click()

    async def counted() -> bool:
        return await network.db.fetchval("select tallies from polls") == [1, 0]

    await eventually(counted)
    rows = await network.db.fetch("select turn, is_counted from secret_ballots order by turn")
    assert [tuple(row.values()) for row in rows] == [(1, False), (2, True)]


async def test_without_scripts_the_page_says_that_it_needs_them(
    network: Network, open_page: OpenPage
) -> None:
    alice, _ = await network.people("alice", "bob")
    made = await alice.publish("Thé ou café ?", poll=POLL)
    page = await log_in(await open_page(scripts=False, language="fr", width=390), network, "bob")
    await page.goto(f"{network.base}/@alice/{made['id']}?lang=fr")
    await page.get_by_role("link", name="Voter").click()
    await expect(page.get_by_text("ont besoin de JavaScript")).to_be_visible()
    await expect(page.get_by_role("button", name="Remplir")).to_have_count(0)


async def test_a_ballot_is_found_in_the_log_that_went_on_from_its_own(
    network: Network, open_page: OpenPage
) -> None:
    """After an older backup was restored ballots that waited stand in a successor: nothing has gone wrong."""
    db, logs = network.db, Logs(network)
    await logs.start()
    alice, bob = await network.people("alice", "bob")
    poll_id = (await alice.publish("Tea or coffee?", poll=POLL))["poll"]["id"]
    voter = SecretVoter(network, poll_id, await key_of(network, poll_id))
    (await voter.ask(bob)).ok()
    said = (await voter.cast(voter.ballot(1))).ok()
    await logs.settle()
    log_id = await db.fetchval("select log_id from polls")
    await db.run(reconciling.halt, log_id, "an older backup")
    (halted,) = await succeeding.list_halted(db)
    await db.run(succeeding.succeed, halted)
    await db.run(mixing.mix, int(poll_id))
    await logs.settle()
    await logs.settle()
    page = await open_page(scripts=True)
    await page.goto(f"{network.base}/")
    sent = {"id": "one", "poll": poll_id, "stage": "cast", "at": 0, "castBy": 1e15, **said}
    await page.evaluate(
        """async (sent) => {
          const { keep, tend } = await import("/static/ballots.js")
          await keep(sent)
          await tend({ isVisit: false })
        }""",
        sent,
    )
    found = """async () => (await (await import("/static/ballots.js")).find("one")).stage"""
    assert await page.evaluate(found) == "counted"
