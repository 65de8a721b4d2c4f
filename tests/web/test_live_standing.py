"""What open pages are told of how their reader stands to others: who may vote, who follows whom."""

import pytest
from playwright.async_api import expect
from tests.rig.network import Network
from tests.rig.reader import logged_in
from tests.web.browsing import listens, log_in
from tests.web.conftest import OpenPage
from tests.web.ears import Ear, hearing
from tests.web.test_live import without_tokens


async def test_who_may_not_vote_is_told_so_by_the_card_that_comes(network: Network) -> None:
    alice, bob, _ = await network.people("alice", "bob", "carol")
    await bob.follow(alice)
    bobs, carols = await logged_in(network, "bob"), await logged_in(network, "carol")
    async with (
        hearing(bobs, "on=local") as his,
        hearing(carols, "on=local") as hers,
        hearing(carols, "on=notifications") as mentions,
    ):
        rules = {"rules": {"followers": True}}
        poll = {"options": ["a", "b"], "expires_in": 600} | rules
        made = await alice.publish("for those who follow me, @carol", poll=poll)
        await network.settle()
        for reader, ear, may_vote in ((bobs, his, True), (carols, hers, False)):
            told = await ear.next()
            assert told is not None
            assert ('value="vote"' in told.said) is may_vote
            page = await reader.get(f"/fragments/statuses?ids={made['id']}")
            assert without_tokens(told.said) == without_tokens(page.html)
        told = await mentions.next()
        assert told is not None
        assert (told.event, "for those who follow me" in told.said) == ("notification", True)
        assert 'value="vote"' not in told.said


async def test_both_learn_that_they_stand_otherwise_to_each_other(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    (await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    bobs, alices = await logged_in(network, "bob"), await logged_in(network, "alice")
    await bob.follow(alice)
    await network.settle()
    ears = hearing(bobs, "on=notifications"), hearing(alices, "on=notifications")
    async with ears[0] as his, ears[1] as hers:
        (await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")).ok()
        await network.settle()
        assert await heard(his, "relation") == alice.id
        assert await heard(hers, "relation") == bob.id
        (await alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")).ok()
        await network.settle()
        assert await heard(his, "relation") == alice.id


async def heard(ear: Ear, event: str) -> str:
    while (told := await ear.next()) is not None:
        if told.event == event:
            return told.said
    raise AssertionError(event)


@pytest.mark.slow
async def test_asker_watches_the_request_being_granted(
    network: Network, open_page: OpenPage
) -> None:
    alice, bob = await network.people("alice", "bob")
    (await alice.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await alice.publish("For those who follow me", visibility="private")
    page = await log_in(await open_page(scripts=True), network, "bob", "/@alice")
    await page.get_by_text("Nothing public here").wait_for()
    await page.get_by_role("button", name="Ask to follow").click()
    await page.locator("#relation").get_by_text("Requested").wait_for()
    await listens(network)
    await page.evaluate("window.isStillHere = true")
    await network.settle()
    (await alice.post(f"/api/v1/follow_requests/{bob.id}/authorize")).ok()
    await network.settle()
    await page.locator("#relation").get_by_text("You follow").wait_for()
    await page.get_by_text("For those who follow me").wait_for()
    await expect(page.get_by_text("Nothing public here")).to_have_count(0)
    assert await page.evaluate("window.isStillHere")
    (await alice.post(f"/api/v1/accounts/{bob.id}/remove_from_followers")).ok()
    await network.settle()
    await page.get_by_role("button", name="Ask to follow").wait_for()
    await expect(page.get_by_text("For those who follow me")).to_have_count(0)
