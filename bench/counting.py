"""What a demonstration lacks and docs/screens shows: a petition, a draw, and a vote that has a receipt."""

from typing import Any

from playwright.async_api import Browser, Page

PETITION = {
    "subject": "Rendre la passerelle aux piétons",
    "text": "La passerelle du port est fermée depuis mars. Nous demandons qu’elle rouvre avant l’été, aux "
    "piétons d’abord, et que l’on publie ce que disent les mesures.",
    "addressee": "La capitainerie",
    "goal": "500",
    "places": "Port\nVieille ville\nAilleurs",
}
DRAW = {
    "title": "Deux places pour la régate",
    "prizes": "Deux places à bord du bateau du jury",
    "places": "FR",
    "tied_to": "nothing",
}


async def begin(browser: Browser, base: str, cookies: list[Any]) -> dict[str, str]:
    """Begin both, as a member does; answers their paths."""
    forms = {"petition": ("/petitions/new", PETITION), "draw": ("/draws/new", DRAW)}
    return {
        name: (await _send(browser, base + path, cookies, filled)).removeprefix(base)
        for name, (path, filled) in forms.items()
    }


async def _send(browser: Browser, address: str, cookies: list[Any], filled: dict[str, str]) -> str:
    page = await _open(browser, address, cookies)
    for field, value in filled.items():
        place = page.locator(f"main [name={field}]").first
        is_choice = await place.evaluate("place => place.matches('select')")
        await (place.select_option(value) if is_choice else place.fill(value))
    await page.locator("main form.stack button[type=submit]").last.click()
    await page.wait_for_url(lambda url: url != address)
    url = page.url
    await page.context.close()
    return url


async def vote(browser: Browser, address: str, cookies: list[Any]) -> None:
    """Choose the first option of the poll at this address, unless the member has voted."""
    page = await _open(browser, address, cookies)
    if choice := await page.locator("main article.main [name='choices[]']").all():
        await choice[0].check(force=True)
        await page.locator("main article.main button[value=vote]").click()
        await page.wait_for_load_state("networkidle")
    await page.context.close()


async def _open(browser: Browser, address: str, cookies: list[Any]) -> Page:
    context = await browser.new_context(locale="fr")
    await context.add_cookies(cookies)
    page = await context.new_page()
    await page.goto(address)
    return page
