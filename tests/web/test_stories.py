"""Whole stories in a real browser without scripts."""

import base64
import hashlib
import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.async_api import Page
from tests.rig.network import PASSWORD, Network
from tests.web.conftest import OpenPage

from parvis.domain.access import links, owner

pytestmark = pytest.mark.slow


async def test_owner_founds_a_network_and_a_neighbour_joins(
    network: Network, open_page: OpenPage
) -> None:
    link = links.PATHS["owner"] + await network.db.run(owner.issue_owner_link)
    page = await open_page(language="fr")
    await page.goto(network.base + link)
    await page.get_by_label("Nom du réseau").fill("La Place")
    await page.get_by_label("Votre nom d’utilisateur").fill("anouk")
    await page.get_by_label("Votre adresse électronique").fill("anouk@example.org")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Fonder le réseau").click()
    await page.get_by_role("heading", name="Accueil", exact=True).wait_for()

    neighbour = await open_page(language="en", width=390)
    await neighbour.goto(network.base)
    await neighbour.get_by_role("link", name="Ask to join").click()
    await neighbour.get_by_label("Username").fill("leo")
    await neighbour.get_by_label("E-mail address").fill("leo@example.org")
    await neighbour.get_by_label("Password").fill("short")
    await neighbour.get_by_label("Why would you like to join?").fill("I live on the islands")
    await neighbour.get_by_label("I agree to the rules").check()
    async with neighbour.expect_event("load"):
        await neighbour.get_by_role("button", name="Ask to join").click()
    assert await neighbour.get_by_label("Username").input_value() == "leo"
    await neighbour.get_by_label("Password").fill(PASSWORD)
    await neighbour.get_by_role("button", name="Ask to join").click()
    await neighbour.get_by_role("heading", name="Your request is with the moderators").wait_for()

    await page.get_by_role("link", name="Administration").click()
    await page.get_by_role("link", name="Demandes d’entrée", exact=True).click()
    await page.get_by_text("I live on the islands").wait_for()
    await page.get_by_role("link", name="Ouvrir").click()
    await page.get_by_label("Raison").fill("Bienvenue")
    await page.get_by_role("button", name="Accepter").click()
    await page.get_by_role("heading", name="Demande acceptée").wait_for()

    await neighbour.goto(f"{network.base}/auth/waiting")
    await neighbour.get_by_role("heading", name="Home", exact=True).wait_for()


async def test_application_is_let_in_with_pkce(network: Network, open_page: OpenPage) -> None:
    await network.person("alice")
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    callback = f"{network.base}/about"  # any page will do to come back to
    said = {"client_name": "Tusk", "redirect_uris": callback, "scopes": "read write"}
    app = (await network.anyone.post("/api/v1/apps", said)).ok()
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": callback,
        "response_type": "code",
        "scope": "read write",
        "state": "42",
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    page = await open_page()
    await page.goto(f"{network.base}/oauth/authorize?{urlencode(asked)}")
    await page.get_by_label("Username or e-mail address").fill("alice")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await page.get_by_role("heading", name="Allow this application?").wait_for()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await page.wait_for_url(f"{callback}?**")
    given = parse_qs(urlsplit(page.url).query)
    assert given["state"] == ["42"]
    redeemed = await network.anyone.post(
        "/oauth/token",
        {
            "grant_type": "authorization_code",
            "client_id": app["client_id"],
            "client_secret": app["client_secret"],
            "redirect_uri": callback,
            "code": given["code"][0],
            "code_verifier": verifier,
        },
    )
    token = redeemed.ok()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    me = await network.anyone.call("GET", "/api/v1/accounts/verify_credentials", headers=headers)
    assert me.ok()["acct"] == "alice"


async def test_report_suspension_and_its_reason(network: Network, open_page: OpenPage) -> None:
    bob, carol = await network.people("bob", "carol")
    await network.person("mod", role="moderator")
    made = await carol.publish("rude words")
    told = {"account_id": carol.id, "status_ids": [made["id"]], "comment": "This is rude"}
    (await bob.post("/api/v1/reports", told)).ok()

    async def log_in(name: str) -> Page:
        page = await open_page()
        await page.goto(f"{network.base}/auth/log-in")
        await page.get_by_label("Username or e-mail address").fill(name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        return page

    mod = await log_in("mod")
    await mod.get_by_role("link", name="Administration").click()
    await mod.get_by_role("link", name="Reports", exact=True).click()
    await mod.get_by_text("This is rude").wait_for()
    await mod.get_by_role("link", name="Open", exact=True).click()
    await mod.get_by_text("rude words").wait_for()
    await mod.get_by_label("Reason").fill("Rude to everyone, three times.")
    await mod.get_by_role("button", name="Suspend").click()
    await mod.get_by_role("heading", name="Account suspended").wait_for()

    person = await log_in("carol")
    await person.goto(f"{network.base}/auth/waiting")
    await person.get_by_role("link", name="Read why").click()
    await person.get_by_text("Rude to everyone, three times.").wait_for()

    visitor = await open_page()
    answer = await visitor.goto(f"{network.base}/@carol/{made['id']}")
    assert answer is not None
    assert answer.status == 404


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
async def test_no_page_is_wider_than_the_screen(
    network: Network, open_page: OpenPage, width: int
) -> None:
    alice = await network.person("alice")
    made = await alice.publish("long" * 100, spoiler_text="W" * 80)
    await alice.publish("one two", poll={"options": ["o" * 50, "p"], "expires_in": 600})
    page = await open_page(width=width)
    for path in ("/", "/about", "/@alice", f"/@alice/{made['id']}", "/auth/sign-up", "/nothing"):
        await page.goto(network.base + path)
        shot = await page.screenshot(full_page=True)
        shown = int.from_bytes(shot[16:20], "big")  # a PNG's width
        assert shown <= width, path
