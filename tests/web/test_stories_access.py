"""Stories of getting in, in a real browser: passkeys by a virtual authenticator, codes without scripts."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page, expect
from pyotp import TOTP
from tests.rig.network import PASSWORD, Network, serve
from tests.web.conftest import OpenPage, Scheme
from tests.web.test_axe import violations

pytestmark = pytest.mark.slow

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

# The device was asked, which may be a while after the network gave the page its question.
ASKED = """
const ask = navigator.credentials.get.bind(navigator.credentials)
navigator.credentials.get = (how) => {
  const answer = ask(how)
  setTimeout(() => { window.hasAsked = true }, 500)
  return answer
}
"""


@pytest.fixture
async def named(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    """A network with a name: browsers make no passkeys for an address in numbers."""
    async with serve(dsn, tmp_path, host="localhost") as made:
        yield made


async def with_authenticator(page: Page, **how: bool) -> tuple[CDPSession, str]:
    """Give the browser a device that holds passkeys and always says yes."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable", {"enableUI": False})
    made = await session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **how}})
    return session, made["authenticatorId"]


async def touch(session: CDPSession, device: str, *, by_itself: bool) -> None:
    """Whether the device is touched as soon as it asks to be."""
    how = {"authenticatorId": device, "enabled": by_itself}
    await session.send("WebAuthn.setAutomaticPresenceSimulation", how)


async def log_in(page: Page, network: Network, name: str) -> None:
    await page.goto(f"{network.base}/auth/log-in")
    await page.get_by_label("Username").fill(name)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in", exact=True).click()


async def log_out(page: Page, network: Network) -> None:
    await page.goto(f"{network.base}/settings")
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url(f"{network.base}/")


async def add_passkey(page: Page, network: Network, name: str) -> None:
    await page.goto(f"{network.base}/settings/security")
    form = page.locator("form[data-passkey=create]")
    await form.get_by_label("Name of the passkey").fill(name)
    await form.get_by_label("Current password").fill(PASSWORD)
    await form.get_by_role("button", name="Add a passkey").click()


async def test_passkey_is_made_and_logs_in_alone(named: Network, open_page: OpenPage) -> None:
    await named.person("alice")
    page = await open_page(scripts=True)
    session, device = await with_authenticator(page)
    await log_in(page, named, "alice")
    await page.wait_for_url(f"{named.base}/home")

    await page.goto(f"{named.base}/settings/security")
    form = page.locator("form[data-passkey=create]")
    await form.get_by_label("Name of the passkey").fill("My telephone")
    await form.get_by_label("Current password").fill("a guess")
    await form.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("This is not your current password").wait_for()
    await form.get_by_label("Current password").fill(PASSWORD)
    await form.get_by_role("button", name="Add a passkey").click()
    await page.get_by_text("Your passkey is kept").wait_for()
    await page.get_by_text("not used yet").wait_for()

    await add_passkey(page, named, "Twice the same")
    await page.get_by_text("has a passkey for your account already").wait_for()

    await touch(session, device, by_itself=False)
    await log_out(page, named)
    await page.add_init_script(ASKED)
    await page.goto(f"{named.base}/auth/log-in?next=/settings/security")
    await page.wait_for_function("() => window.hasAsked")
    await touch(session, device, by_itself=True)  # from the next question on
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(f"{named.base}/settings/security")
    await page.get_by_text("last used").wait_for()
    assert await named.db.fetchval("select sign_count from passkeys") > 0

    await page.get_by_text("Remove a passkey").click()
    form = page.locator("form[action$='/remove']")
    await form.get_by_label("Current password").fill(PASSWORD)
    await form.get_by_role("button", name="Remove").click()
    await page.get_by_text("logs nobody in any more").wait_for()
    await log_out(page, named)
    await page.goto(f"{named.base}/auth/log-in")  # the device still has it, and offers it
    await page.get_by_text("This passkey could not be checked").wait_for()
    await session.send("WebAuthn.disable")  # at work, it keeps the browser from closing


async def test_browser_offers_the_passkey_among_names(named: Network, open_page: OpenPage) -> None:
    """Conditional mediation: the virtual device chooses at once, where a person chooses from the list
    under the name's field.
    """
    await named.person("alice")
    page = await open_page(scripts=True)
    await with_authenticator(page)
    await log_in(page, named, "alice")
    await page.wait_for_url(f"{named.base}/home")
    await add_passkey(page, named, "My telephone")
    await page.get_by_text("Your passkey is kept").wait_for()
    await log_out(page, named)
    await page.goto(f"{named.base}/auth/log-in?next=/settings/sessions")
    await page.wait_for_url(f"{named.base}/settings/sessions")


async def test_passkey_takes_the_place_of_a_code(named: Network, open_page: OpenPage) -> None:
    await named.person("alice")
    page = await open_page(scripts=True)
    session, device = await with_authenticator(page)
    await log_in(page, named, "alice")
    await page.wait_for_url(f"{named.base}/home")
    await add_passkey(page, named, "My key")
    await page.get_by_text("Your passkey is kept").wait_for()
    await page.get_by_role("button", name="Set one-time codes up").click()
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await page.get_by_label("Code").fill(TOTP(secret).at(int(time.time())))
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("button", name="Switch one-time codes on").click()
    await page.get_by_role("link", name="I have kept them").click()

    await touch(session, device, by_itself=False)
    await log_out(page, named)
    await log_in(page, named, "alice")
    await page.get_by_role("heading", name="Second step").wait_for()
    await touch(session, device, by_itself=True)
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(f"{named.base}/home")
    await page.get_by_role("button", name="Log out").wait_for()


async def test_device_that_knows_nobody_proves_nothing(named: Network, open_page: OpenPage) -> None:
    """A key that does not verify its person is no passkey of this network."""
    await named.person("alice")
    page = await open_page(scripts=True)
    await with_authenticator(page, isUserVerified=False)
    await log_in(page, named, "alice")
    await page.wait_for_url(f"{named.base}/home")
    await add_passkey(page, named, "Weak")
    await page.get_by_text("No passkey was used").wait_for()
    assert await named.db.fetchval("select count(*) from passkeys") == 0


async def test_codes_and_recovery_without_scripts(network: Network, open_page: OpenPage) -> None:
    await network.person("alice", locale="fr")
    page = await open_page(language="fr", width=390)
    await page.goto(f"{network.base}/auth/log-in?next=/settings/security")
    await page.get_by_label("Nom d’utilisateur").fill("alice")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button", name="Se connecter").click()
    await page.get_by_role("button", name="Préparer les codes").click()
    await expect(page.locator("img.qr")).to_be_visible()
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await page.get_by_label("Code").fill(TOTP(secret).at(int(time.time())))
    await page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    await page.get_by_role("button", name="Activer les codes").click()
    await expect(page.locator(".recovery code")).to_have_count(10)
    codes = await page.locator(".recovery code").all_inner_texts()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="Télécharger").click()
    file = await (await downloading.value).path()
    kept = await asyncio.to_thread(file.read_text, "utf-8")
    assert all(code in kept for code in codes)

    elsewhere = await open_page(language="fr")
    await elsewhere.goto(f"{network.base}/auth/log-in")
    await elsewhere.get_by_label("Nom d’utilisateur").fill("alice")
    await elsewhere.get_by_label("Mot de passe").fill(PASSWORD)
    await elsewhere.get_by_role("button", name="Se connecter").click()
    await elsewhere.get_by_label("Code").fill("000000")
    await elsewhere.get_by_role("button", name="Continuer").click()
    await elsewhere.get_by_text("Ce code n’est pas le bon").wait_for()
    await elsewhere.get_by_label("Code").fill(codes[3])
    await elsewhere.get_by_role("button", name="Continuer").click()
    await elsewhere.get_by_role("button", name="Se déconnecter").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_the_way_in(
    named: Network, open_page: OpenPage, scheme: Scheme
) -> None:
    """Pages that stand between two steps, and those that say what was wrong."""
    await named.person("bob", locale="fr" if scheme == "dark" else "en")
    page = await open_page(scripts=True, scheme=scheme, width=390 if scheme == "dark" else 1280)
    wrong: dict[str, list[Any]] = {}

    async def look(name: str) -> None:
        if found := await violations(page):
            wrong[name] = found

    async def send(path: str, form: str) -> None:
        await page.goto(named.base + path)
        form_of = page.locator(f"main form[action='{form}']")
        async with page.expect_navigation():
            await form_of.evaluate("form => { form.noValidate = true; form.submit() }")

    await send("/auth/log-in", "/auth/log-in")
    await look("log-in refused")
    await page.locator("input[name=name]").fill("bob")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button[type=submit]").first.click()
    await page.wait_for_url(f"{named.base}/home")
    for path in ("/settings/security", "/settings/delete"):
        await page.goto(named.base + path)
        await look(path)
    await send("/settings/delete", "/settings/delete")
    await look("delete refused")
    await send("/settings/account", "/settings/account/email")
    await look("address refused")
    await page.goto(f"{named.base}/settings/security")
    await page.locator("form[action$='/codes'] button").click()
    await page.locator("#secret").wait_for()
    await look("codes")
    secret = (await page.locator("#secret").inner_text()).replace(" ", "")
    await page.locator("#code").fill(TOTP(secret).at(int(time.time())))
    await page.locator("#current").fill(PASSWORD)
    await page.locator("form[action$='/confirm'] button").click()
    await page.locator(".recovery").wait_for()
    await look("recovery")
    await page.goto(f"{named.base}/settings/security")
    await look("security with codes")
    await send("/settings/security", "/settings/security/codes/off")
    await look("off refused")
    await page.context.clear_cookies()
    await page.goto(f"{named.base}/auth/log-in")
    await page.locator("input[name=name]").fill("bob")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("main button[type=submit]").first.click()
    await page.locator("#code").wait_for()
    await look("second step")
    await send("/auth/second-step", "/auth/second-step")
    await look("second step refused")
    assert not wrong, wrong
