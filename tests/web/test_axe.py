"""axe-core finds nothing against WCAG 2.2 A and AA, in light and dark, on a phone and a desk."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.async_api import Page
from tests.clients.pictures import gradient
from tests.rig.network import Network, Person
from tests.rig.pictures import plain
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage
from tests.web.neighbours import pages_about

from parvis.domain.access.invitations import InvitationDraft, invite
from parvis.domain.access.logins import Logins
from parvis.domain.drafts import drafts
from parvis.domain.drafts.types import Written
from parvis.domain.draws.announce import announce as announce_draw
from parvis.domain.draws.plan import Plan
from parvis.domain.network import emojis, figures, rules, settings
from parvis.domain.network.announcements import AnnouncementDraft, announce
from parvis.domain.network.documents import change_document
from parvis.infra import jobs
from parvis.infra.clock import now

pytestmark = pytest.mark.slow

AXE = Path(__file__).parents[1] / "clients" / "node_modules" / "axe-core" / "axe.min.js"
# What opens on demand is looked at too, one after the other closed again by nobody.
OPEN_ALL = """() => {
  for (const one of document.querySelectorAll("main details.within, main details.warning")) one.open = true
  const menu = document.querySelector("main .relation .menu:last-of-type, main .section-head .menu")
  if (menu) menu.open = true
}"""
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
COLOURS = ["color-contrast", "link-in-text-block"]  # the rules that ask what colour something has
RUN = """async (runOnly) => {
  const found = await axe.run(document, {runOnly})
  // An open menu lies over what it will uncover when it closes: that is no small target.
  const isCovered = (one) => {
    one.scrollIntoView({block: "center"})  // what is out of the window is asked for nothing
    const {left, top, width, height} = one.getBoundingClientRect()
    const parts = [0.05, 0.5, 0.95]
    const at = (x, y) => document.elementFromPoint(left + width * x, top + height * y)
    const over = parts.flatMap(x => parts.map(y => at(x, y)))
    const lies = (top) => top && !one.contains(top) && top.closest("details[open]")
    return over.some(lies) && !one.closest("details[open]")
  }
  const stands = (rule, node) =>
    rule.id !== "target-size" || !isCovered(document.querySelector(node.target[0]))
  const wrong = found.violations
    .map(rule => [rule.id, rule.nodes.filter(node => stands(rule, node)).map(node => node.html)])
    .filter(([, nodes]) => nodes.length)
  return {wrong, passed: found.passes.length}
}"""


SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LONG = "donaudampfschifffahrtsgesellsc"  # thirty letters without a place to break


async def lived_in(network: Network) -> dict[str, str]:
    """A network where something of everything is to be seen; its pages by name."""
    owner = await network.person("anouk", role="owner")
    bob, carol = await network.people("bob", "carol")
    await network.db.run(
        settings.change,
        short_description="A square by the sea",
        contact_account_id=owner.account_id,
        privacy_policy="We keep little. See https://example.org/privacy for more.",
        terms_of_service="Be kind.",
    )
    await network.db.run(rules.add_rule, "Be kind", "Even when you disagree")
    polled = await with_poll_and_picture(owner, bob, carol)
    (await owner.post(f"/api/v1/statuses/{polled['id']}/pin")).ok()
    rude = await carol.publish("rude words", spoiler_text="A warning", visibility="unlisted")
    (await bob.post(f"/api/v1/statuses/{polled['id']}/reblog")).ok()
    told = {"account_id": carol.id, "status_ids": [rude["id"]], "comment": "This is rude"}
    report = (await bob.post("/api/v1/reports", told)).ok()
    await network.db.run(drafts.save, owner.account_id, "k", Written(text="Half a thought"))
    about_people = await pages_about(owner, bob, carol)
    await network.settle()
    return {
        **about_people,
        "front": "/",
        "account": "/@anouk",
        "thread": f"/@anouk/{polled['id']}",
        "privacy": "/privacy-policy",
        "replies": "/@anouk/with_replies",
        "media": "/@anouk/media",
        "framed": f"/@anouk/{polled['id']}/embed",
        "tag": "/tags/harbour",
        "about": "/about",
        "nothing": "/nothing",
        **{
            path: f"/settings{path}"
            for path in ("", "/account", "/sessions", "/applications", "/preferences")
        },
        **{path: f"/settings{path}" for path in ("/profile", "/export", "/import")},
        "consent": await consent(network),
        "reports": "/moderation",
        "report": f"/moderation/reports/{report['id']}",
        "people": "/moderation/accounts",
        "person": f"/moderation/accounts/{carol.id}",
        **await office(network, owner),
    }


async def office(network: Network, owner: Person) -> dict[str, str]:
    """The pages of those who look after the network, each with something on it."""
    await network.person("nina", is_approved=False, reason="I live there")
    said = AnnouncementDraft(text="We meet on Saturday", starts_at=now(), is_all_day=True)
    announced = await network.db.run(announce, said)
    drawn = await emojis.draw(network.app.means, "wave", plain(32, 32, "PNG"), "Hands")
    await network.db.run(emojis.add, drawn)
    login = await network.db.kept(Logins).find(owner.token or "")
    assert login is not None
    here = await settings.read(network.db)
    await network.db.run(invite, login, here, InvitationDraft(comment="For Nina", days=7))
    await network.db.run(change_document, "privacy_policy", "We keep less.", owner.account_id)
    await network.db.run(jobs.enqueue, figures.JOB, {})
    plan = Plan(
        title="A ticket for the boat",
        prizes="There and back.",
        frozen_at=now() + timedelta(hours=1),
        every="day",
        drawings=3,
        places="FR, BE",
    )
    await network.db.fetch(
        "insert into petition_issuers (name, issuer, client_id, scopes)"
        " values ('The city', 'https://login.example.org', 'parvis', '')"
    )
    addresses = network.app.addresses
    drawn_id = await network.db.run(announce_draw, owner.account_id, plan, here, addresses)
    return {
        "draws": "/draws",
        "a draw": f"/draws/{drawn_id}",
        "a draw to be": "/draws/new",
        "refused draws": "/admin/draws",
        "public log of the owner": "/admin/log",
        "overview": "/admin",
        "requests": "/moderation/accounts?state=pending",
        "jobs": "/admin/jobs",
        "network's settings": "/admin/settings",
        "look": "/admin/look",
        "rules": "/admin/rules",
        "documents": "/admin/documents",
        "document": "/admin/documents/privacy_policy",
        "announcements": "/admin/announcements",
        "announcement": f"/admin/announcements/{announced}",
        "emoji": "/admin/emojis",
        "petitions": "/admin/petitions",
        "rooms": "/admin/rooms",
        "not signed": "/petitions/back",
        "invitations": "/admin/invitations",
        "own invitations": "/settings/invitations",
    }


async def with_poll_and_picture(owner: Person, bob: Person, carol: Person) -> dict[str, Any]:
    fields = {
        "display_name": "Anouk Lefèvre",
        "note": "I keep the lamps lit. #harbour",
        "fields_attributes": [{"name": "Site", "value": "https://example.org/anouk"}],
    }
    (await owner.patch("/api/v1/accounts/update_credentials", fields)).ok()
    uploaded = await owner.call("POST", "/api/v2/media", data={"file": io.BytesIO(gradient())})
    await owner.network.settle()
    asked = {"options": ["The 12th", "The 19th"], "expires_in": 6_000}
    pictured = await owner.publish("A picture of the sea", media_ids=[uploaded.json["id"]])
    polled = await owner.publish("When shall we meet? #assembly", poll=asked)
    (await bob.post(f"/api/v1/polls/{polled['poll']['id']}/votes", {"choices": [1]})).ok()
    await bob.publish("@anouk on the 12th", in_reply_to_id=polled["id"])
    await carol.publish("@anouk look", in_reply_to_id=pictured["id"])
    long = await owner.network.person(LONG)
    await long.follow(owner)
    await long.publish(f"@anouk @{LONG} #{LONG} {LONG * 3}", in_reply_to_id=polled["id"])
    return polled


async def consent(network: Network) -> str:
    where = {"redirect_uris": f"{network.base}/about", "scopes": "read write follow push"}
    said = {"client_name": "Tusk", "website": "https://tusk.example", **where}
    app = (await network.anyone.post("/api/v1/apps", said)).ok()
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": where["redirect_uris"],
        "response_type": "code",
        "scope": where["scopes"],
    }
    return f"/oauth/authorize?{urlencode(asked)}"


async def violations(page: Page) -> list[Any]:
    """What axe finds in light, and what of it depends on colours again in dark: the rest of a page is
    the same in both. And whether the page is wider than the window.
    """
    # Not by a script element: the pages' policy allows none. Without motion no colour is on its way.
    await page.evaluate(AXE.read_text("utf-8"))
    await page.emulate_media(color_scheme="light", reduced_motion="reduce")
    await page.evaluate(SETTLED)
    found = await page.evaluate(RUN, {"type": "tag", "values": LEVELS})
    await page.emulate_media(color_scheme="dark")
    dark = await page.evaluate(RUN, {"type": "rule", "values": COLOURS})
    assert found["passed"]
    wider = await page.evaluate(WIDER)
    return [
        *found["wrong"],
        *(["in the dark", *one] for one in dark["wrong"]),
        *([["scrolls sideways", wider]] if wider else []),
    ]


@pytest.mark.parametrize(("width", "language"), [(320, "fr"), (1280, "en")])
async def test_axe_finds_nothing(
    network: Network, open_page: OpenPage, language: str, width: int
) -> None:
    assert AXE.is_file(), "axe-core is absent: ./parvis test installs it"
    named = await lived_in(network)
    how: dict[str, Any] = {"language": language, "width": width, "scripts": True}
    visitor, member = await open_page(**how), await open_page(**how)
    wrong: dict[str, list[Any]] = {}
    open_to_all = [named[name] for name in ("privacy", "thread", "media", "framed", "about")]
    forms = [f"/auth/{one}" for one in ("log-in", "sign-up", "password/new")]
    for path in ("/", "/offline", *forms, *open_to_all):
        await visitor.goto(network.base + path)
        wrong[path] = await violations(visitor)
    await visitor.goto(network.base + "/auth/sign-up")
    await visitor.locator("main form").evaluate("form => { form.noValidate = true }")
    async with visitor.expect_event("load"):
        await visitor.locator("main button[type=submit]").click()
    wrong["sign-up refused"] = await violations(visitor)
    await log_in(member, network, "anouk")
    for name, path in named.items():
        answer = await member.goto(network.base + path)
        assert answer is not None
        assert answer.ok or name in {"nothing", "not signed"}, path
        await member.evaluate(OPEN_ALL)
        wrong[name] = await violations(member)
    left = [f"{name}: {found}" for name, found in wrong.items() if found]
    assert not left, "\n".join(left)
