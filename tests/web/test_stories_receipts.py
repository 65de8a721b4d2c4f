"""Whoever voted checks their receipt in the browser: on its page, and as a file on any day after."""

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Page, expect
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.planting import SEED
from tests.verify.test_planted import ballot
from tests.web.browsing import eventually, log_in
from tests.web.conftest import OpenPage

from parvis.domain.transparency import appending
from parvis.protocols import promises
from parvis.protocols import signed_note as notes
from parvis.protocols.merkle_log import leaf_hash
from parvis.protocols.signed_note import Checkpoint, Signer
from parvis.protocols.tlog_proof import Receipt
from parvis_verify.trees import root_from

pytestmark = pytest.mark.slow

HOST = "square.example"
MOST_MS = 50  # a check, without what is fetched
MEASURED = "performance.getEntriesByName('receipt checked').at(-1).duration"


def large_receipt() -> str:
    """Of one of 17.5 million ballots."""
    entry, size, index = ballot(7, 1), 17_500_002, 9_999_999
    path = tuple(bytes([number]) * 32 for number in range(25))
    root = root_from(index, size, leaf_hash(entry), path)
    origin = f"{HOST}/log/polls/7"
    note = notes.sign(Checkpoint(origin, size, root).text(), [Signer(origin, SEED)])
    return Receipt(index, path, note.encode(), entry).encode().decode().rstrip("\n")


async def says(page: Page, verdict: str, *lines: str) -> None:
    checked = page.locator("[data-checked]")
    await expect(checked).to_have_attribute("data-checked", verdict)
    seal = {
        "holds": "Checked just now",
        "wrong": "This does not hold",
        "unchecked": "could not check",
    }
    await expect(checked.get_by_text(seal[verdict])).to_be_visible()
    reasons = checked.locator("details")
    if verdict == "holds" and await reasons.get_attribute("open") is None:  # else told at once
        await reasons.locator("summary").click()
    for line in lines:
        await expect(checked.get_by_text(line)).to_be_visible()


async def is_quick(page: Page, check: Callable[[], Awaitable[object]]) -> None:
    """A check takes no longer, once nothing else wants the machine while it goes on."""

    async def undisturbed() -> bool:
        await page.locator("[data-checked=holds]").wait_for()
        if await page.evaluate(MEASURED) <= MOST_MS:
            return True
        await check()
        return False

    await eventually(undisturbed)


async def test_a_receipt_is_checked_by_the_voters_own_browser(
    network: Network, open_page: OpenPage, tmp_path: Path
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("Tea?", poll={"options": ["yes", "no"], "expires_in": 600})
    api = f"/api/v1/polls/{made['poll']['id']}"
    (await bob.post(f"{api}/votes", {"choices": [1]})).ok()
    await network.settle()
    page = await log_in(await open_page(scripts=True), network, "bob")
    own = f"{network.base}/polls/{made['poll']['id']}/receipt"
    await page.goto(own)
    await says(page, "holds", "There is no proof in it yet")
    await logs.settle()
    await page.goto(own)
    await says(
        page,
        "holds",
        "Your ballot is in the count.",
        "to the one hash that stands for all 2 entries",
        "The promise was kept",
    )
    await is_quick(page, page.reload)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Keep the proof").click()
    kept = tmp_path / "mine.tlog-proof"
    await (await download.value).save_as(kept)
    content = kept.read_bytes()

    stranger = await open_page(scripts=True, language="en")
    await stranger.goto(f"{network.base}/verify")
    file = stranger.get_by_label("A receipt or promise that you kept")
    await file.set_input_files(kept)
    await says(stranger, "holds", "This hash is signed with the key of", "told by this network")
    await is_quick(stranger, partial(file.set_input_files, kept))
    text = stranger.get_by_label("Or its text")
    await stranger.reload()
    lines = content.decode().split("\n")
    path = next(at for at, line in enumerate(lines) if line.startswith("index ")) + 1
    forged = promises.promise(
        Signer(f"{network.base.partition('://')[2]}/log/polls/1", SEED), bytes(32), 2_000_000_000
    )
    origin = f"{network.base.partition('://')[2]}/log/polls/{made['poll']['id']}"
    together = await appending.promise_each(logs.db, origin, [b"one", b"two", b"three"])
    among = together[1].decode().rstrip("\n")
    for altered, verdict, line in (
        ([among], "holds", "The promise is signed"),
        ([among.replace("index 1", "index 0")], "wrong", "it is forged"),
        ([*lines[:path], *lines[path + 1 :]], "wrong", "The proof has the wrong size"),
        ([*lines[:path], lines[path][:-6] + "AAAA==", *lines[path + 1 :]], "wrong", "wrong size"),
        ([one.replace("index 1", "index 9") for one in lines], "wrong", "a place that the log"),
        ([one.replace("index 1", "index 0") for one in lines], "wrong", "does not lead to the hash"),
        (["\n".join(lines).replace("\n2\n", "\n4\n")], "wrong", "The signature is not the log’s"),
        ([forged.decode().rstrip("\n")], "wrong", "it is forged"),
        (["hello"], "unchecked", "This is no receipt"),
        (['{"name": "no receipt either"}'], "unchecked", "This is no receipt"),
        (['{"proof": 5}'], "unchecked", "This is no receipt"),
    ):  # fmt: skip
        await text.fill("\n".join(altered))
        await stranger.get_by_role("button", name="Check it").click()
        await says(stranger, verdict, line)

    # Of another network, with its key; of a log as long as they come.
    await text.fill(large_receipt())
    await stranger.get_by_role("button", name="Check it").click()
    await says(stranger, "unchecked", "Write the key of that log")
    await stranger.get_by_label("The log’s key").fill(str(Signer(f"{HOST}/log", SEED).verifier))
    await stranger.get_by_role("button", name="Check it").click()
    await says(stranger, "holds", "for all 17500002 entries")
    await expect(stranger.locator("[data-verdict]:visible")).to_be_in_viewport()
    await is_quick(stranger, stranger.get_by_role("button", name="Check it").click)

    without = await open_page(scripts=False)
    await without.goto(f"{network.base}/verify")
    await expect(without.get_by_text("On a computer the command does")).to_be_visible()
    await expect(without.get_by_role("button", name="Check it")).to_be_hidden()
