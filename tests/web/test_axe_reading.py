"""axe-core finds nothing on a member's timelines and what their cards lead to."""

from typing import Any

import pytest
from tests.rig.network import Network
from tests.rig.petitions import started
from tests.rig.rooms import busy, scheduled
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage
from tests.web.test_axe import AXE, violations, with_poll_and_picture

from parvis.domain.calls import calling
from parvis.domain.petitions.starting import Rewriting, rewrite
from parvis.domain.rooms import calling_several
from parvis.domain.rooms.calling_several import CallDraft

pytestmark = pytest.mark.slow

# The first menu of a card, and what stands behind warnings.
OPEN = """() => {
  for (const one of document.querySelectorAll("main .warning")) one.open = true
  const menu = document.querySelector("main .acts .menu, main .section-head .menu, #room-people .menu")
  if (menu) menu.open = true
}"""


async def reading(network: Network) -> list[str]:
    """A home with a poll, pictures, warnings, shares, edits; the addresses to look at."""
    owner, bob, carol = await network.people("anouk", "bob", "carol")
    polled = await with_poll_and_picture(bob, owner, carol)
    for one in (bob, carol):
        await owner.follow(one)
    listed = (await owner.post("/api/v1/lists", {"title": "Sea people"})).ok()
    own = await owner.publish("mine", spoiler_text="A warning")
    await carol.publish("Which?", poll={"options": ["Tea", "Coffee"], "expires_in": 600})
    secret = await carol.publish(
        "Who?", poll={"options": ["Tea", "Coffee"], "expires_in": 600, "secret": True}
    )
    invited = {"options": ["Tea", "Coffee"], "kind": "ranked", "rules": {"invitations": 2}}
    ranked = (await owner.publish("Which first?", poll=invited))["poll"]
    edited = await bob.publish("teh harbour @anouk")
    (await bob.put(f"/api/v1/statuses/{edited['id']}", {"status": "the harbour @anouk"})).ok()
    (await carol.post(f"/api/v1/statuses/{polled['id']}/reblog")).ok()
    for mark in ("favourite", "bookmark"):
        (await owner.post(f"/api/v1/statuses/{edited['id']}/{mark}")).ok()
    (await owner.post("/api/v1/markers", {"home": {"last_read_id": own["id"]}})).ok()
    petition = f"/petitions/{await started(network, owner)}"
    rewriting = Rewriting("Benches", "Twelve of them.", 10)
    await network.db.run(rewrite, owner.account_id, int(petition.rpartition("/")[2]), rewriting)
    (await owner.post(f"/api/v1{petition}/sign", {"version": 2, "name": "Anouk", "place": 1})).ok()
    await network.settle()
    room = f"/rooms/{await busy(network, owner, bob, carol)}"
    coming = f"/rooms/{await scheduled(network, owner)}"
    await bob.follow(owner)
    async with network.db.tx() as tx:  # who missed a call, and is called again
        for _ in range(2):
            await tx.execute("update calls set state = 'missed', ends_at = 'infinity'")
            await tx.execute("delete from call_lines")
            call = (await calling.start(tx, bob.account_id, owner.account_id)).call_id
    several = CallDraft(title="The benches", people=["bob"])
    called = await network.db.run(
        calling_several.start, owner.account_id, several, network.app.addresses
    )
    return [
        f"/rooms/{called}",
        *("/conversations", f"/calls/new?who={bob.account_id}", f"/calls/{call}"),
        *(
            "/rooms",
            "/rooms/new",
            "/rooms/call",
            room,
            f"{room}/captions",
            coming,
            f"{coming}/edit",
        ),
        *("/petitions/new", petition, f"{petition}/receipt"),
        *("/home", "/public/local", "/public", "/bookmarks", "/favourites", "/keys", "/verify"),
        f"/lists/{listed['id']}",
        f"/@bob/{edited['id']}/history",
        f"/@bob/{polled['id']}",
        f"/statuses/{own['id']}/delete",
        f"/polls/{ranked['id']}/invitations",
        f"/polls/{secret['poll']['id']}/ballot",
        *(f"/polls/{polled['poll']['id']}{part}" for part in ("", "/receipt", "/asking")),
        *(f"/accounts/{bob.id}/{act}" for act in ("mute", "block")),
    ]


@pytest.mark.parametrize("width", [320, 1280])
async def test_axe_finds_nothing_while_reading(
    network: Network, open_page: OpenPage, width: int
) -> None:
    assert AXE.is_file(), "axe-core is absent: ./parvis test installs it"
    paths = await reading(network)
    how: dict[str, Any] = {"width": width, "scripts": True}
    member = await open_page(**how)
    await log_in(member, network, "anouk")
    wrong: dict[str, list[Any]] = {}
    for path in paths:
        await member.goto(network.base + path)
        await member.evaluate(OPEN)
        wrong[path] = await violations(member)
    # What lies over a page.
    await member.goto(f"{network.base}/home")
    await member.locator("a[data-full]").first.click()
    wrong["a picture in full"] = await violations(member)
    await member.keyboard.press("Escape")
    await member.keyboard.press("?")
    await member.get_by_role("dialog").wait_for()
    wrong["the keys"] = await violations(member)
    left = [f"{name}: {found}" for name, found in wrong.items() if found]
    assert not left, "\n".join(left)
