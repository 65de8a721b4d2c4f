#!/usr/bin/env python3
"""Pictures of every page of a demonstration, for docs/screens.md: this writes both.

    python3 bench/screens.py               # everything
    python3 bench/screens.py home profile  # these pages alone; the others' pictures stay

The chief pages are pictured in each combination of phone and desk, light and dark, French and English; the
others in two, so chosen that each quality is seen.
"""

import argparse
import asyncio
import io
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import counting
from demonstration import CHROMIUM, CHROMIUM_ARGUMENTS, ROOT, Demonstration
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

PORT = 8149
FOLDER = ROOT / "docs" / "screens"
INDEX = ROOT / "docs" / "screens.md"
SIZES = {"phone": (390, 844), "desk": (1280, 860)}
QUALITIES = (62, 50, 40, 30)  # the first that fits
LARGEST = 60 << 10  # bytes of one picture
LARGEST_IN_ALL = 7 << 20
AT_ONCE = 2
NETWORK = "La Place"
OWNER = "greffe"
OWNERS_PASSWORD = "une phrase pour les captures"  # noqa: S105 - of a network that lives for a minute

Who = Literal["visitor", "member", "owner"]


class Screen(NamedTuple):
    """A page. Words in braces stand for what the demonstration holds."""

    name: str
    path: str
    who: Who
    title: str
    is_chief: bool = False
    scroll: bool = False  # to its chief part


class Look(NamedTuple):
    size: str
    scheme: Literal["light", "dark"]
    language: str

    @property
    def name(self) -> str:
        return f"{self.size}-{self.scheme}-{self.language}"


SCREENS = (
    Screen("front", "/", "visitor", "The network's front", is_chief=True),
    Screen("about", "/about", "visitor", "About the network"),
    Screen("profile", "/@{author}", "visitor", "A profile", is_chief=True),
    Screen("profile-replies", "/@{author}/with_replies", "visitor", "A profile, with replies"),
    Screen("profile-media", "/@{author}/media", "visitor", "A profile, its media"),
    Screen("followers", "/@{author}/followers", "visitor", "Who follows"),
    Screen(
        "thread", "{thread}", "visitor", "A message and its answers", is_chief=True, scroll=True
    ),
    Screen("poll", "{poll}", "visitor", "A poll"),
    Screen("history", "{edited}/history", "visitor", "What a message said before"),
    Screen("embed", "{thread}/embed", "visitor", "A message within another site"),
    Screen("tag", "/tags/{tag}", "visitor", "A hashtag"),
    Screen("public", "/public", "visitor", "Everything public"),
    Screen("directory", "/directory", "visitor", "The directory"),
    Screen("search", "/search?q={word}", "visitor", "Search"),
    Screen("log-in", "/auth/log-in", "visitor", "Log in", is_chief=True),
    Screen("sign-up", "/auth/sign-up", "visitor", "Join"),
    Screen("password", "/auth/password/new", "visitor", "A forgotten password"),
    Screen("not-found", "/nothing-here", "visitor", "Nothing there"),
    Screen("offline", "/offline", "visitor", "Without a connection"),
    Screen("home", "/home", "member", "Home", is_chief=True),
    Screen("local", "/public/local", "member", "The square"),
    Screen("thread-member", "{thread}", "member", "A message, to a member", scroll=True),
    Screen("profile-member", "/@{author}", "member", "A profile, to a member"),
    Screen("profile-own", "/@{me}", "member", "One's own profile"),
    Screen("publish", "/publish", "member", "The composer", is_chief=True),
    Screen("reply", "/publish?reply={thread_id}", "member", "An answer is written"),
    Screen("drafts", "/drafts", "member", "Drafts"),
    Screen("notifications", "/notifications", "member", "Notifications", is_chief=True),
    Screen("conversations", "/conversations", "member", "Conversations"),
    Screen("lists", "/lists", "member", "Lists"),
    Screen("bookmarks", "/bookmarks", "member", "Bookmarks"),
    Screen("favourites", "/favourites", "member", "Favourites"),
    Screen("follow-requests", "/follow_requests", "member", "Who asks to follow"),
    Screen("mutes", "/mutes", "member", "Muted people"),
    Screen("blocks", "/blocks", "member", "Blocked people"),
    Screen("mute", "/accounts/{author_id}/mute", "member", "Muting is confirmed"),
    Screen("block", "/accounts/{author_id}/block", "member", "Blocking is confirmed"),
    Screen("keys", "/keys", "member", "Keys"),
    Screen("report", "{thread}/report", "member", "A report is written"),
    Screen("results", "/polls/{poll_id}", "member", "What a poll came to"),
    Screen("receipt", "/polls/{poll_id}/receipt", "member", "The receipt of a vote"),
    Screen("verify", "/verify", "visitor", "A receipt is checked"),
    Screen("petitions", "/petitions", "visitor", "Petitions"),
    Screen("petition", "{petition}", "member", "A petition", is_chief=True),
    Screen("petition-new", "/petitions/new", "member", "A petition is begun"),
    Screen("draws", "/draws", "visitor", "Draws"),
    Screen("draw", "{draw}", "member", "A draw"),
    Screen("draw-new", "/draws/new", "member", "A draw is announced"),
    Screen("rooms", "/rooms", "member", "Live rooms"),
    Screen("room-new", "/rooms/new", "owner", "A live room is announced"),
    Screen("settings-profile", "/settings/profile", "member", "Settings: profile", is_chief=True),
    Screen("settings-account", "/settings/account", "member", "Settings: account"),
    Screen("settings-preferences", "/settings/preferences", "member", "Settings: preferences"),
    Screen("settings-security", "/settings/security", "member", "Settings: security"),
    Screen("settings-sessions", "/settings/sessions", "member", "Settings: sessions"),
    Screen("settings-applications", "/settings/applications", "member", "Settings: applications"),
    Screen("settings-export", "/settings/export", "member", "Settings: export"),
    Screen("settings-import", "/settings/import", "member", "Settings: import"),
    Screen("settings-delete", "/settings/delete", "member", "Settings: leave"),
    Screen("decisions", "/decisions", "member", "Decisions about oneself"),
    Screen("moderation", "/moderation", "owner", "Reports"),
    Screen("moderation-report", "/moderation/reports/{report}", "owner", "A report"),
    Screen("moderation-accounts", "/moderation/accounts", "owner", "Accounts, to moderators"),
    Screen("moderation-account", "/moderation/accounts/{author_id}", "owner", "An account"),
    Screen("admin", "/admin", "owner", "The owner's dashboard", is_chief=True),
    *(
        Screen(f"admin-{name}", f"/admin/{name}", "owner", f"Owner: {name}")
        for name in (
            *("settings", "look", "rules", "documents", "announcements", "emojis"),
            *("invitations", "jobs", "petitions", "draws"),
        )
    ),
)


def looks(place: int, *, is_chief: bool) -> list[Look]:
    every = [Look(*one) for one in itertools.product(SIZES, ("light", "dark"), ("fr", "en"))]
    if is_chief:
        return every
    first, other = ("fr", "en") if place % 2 else ("en", "fr")
    light, dark = ("light", "dark") if place // 2 % 2 else ("dark", "light")
    return [Look("phone", light, first), Look("desk", dark, other)]  # type: ignore[arg-type]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*")
    parser.add_argument("--few", action="store_true", help="two looks of each page, to look at")
    parser.add_argument("--into", type=Path, default=FOLDER)
    said = parser.parse_args()
    only: list[str] = said.only
    said.into.mkdir(exist_ok=True)
    with Demonstration(PORT) as network:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS)
            )
            photographer = Photographer(network, browser, said.into, is_brief=said.few)
            await photographer.prepare()
            await photographer.take([one for one in SCREENS if not only or one.name in only])
            await browser.close()
    if photographer.absent:
        print("not there yet: " + ", ".join(photographer.absent))
    if said.into != FOLDER:
        return
    if not only:
        for old in set(FOLDER.glob("*.webp")) - photographer.made:
            old.unlink()
    write_index()
    weight = sum(one.stat().st_size for one in FOLDER.glob("*.webp"))
    print(f"{len(list(FOLDER.glob('*.webp')))} pictures, {weight / (1 << 20):.2f} MiB")
    if weight > LARGEST_IN_ALL:
        raise SystemExit("the folder is too heavy")


class Photographer:
    def __init__(
        self, network: Demonstration, browser: Browser, folder: Path, *, is_brief: bool
    ) -> None:
        self.folder = folder
        self.is_brief = is_brief
        self.network = network
        self.browser = browser
        self.cookies: dict[Who, list[Any]] = {"visitor": []}
        self.places: dict[str, str] = {}
        self.made: set[Path] = set()
        self.absent: list[str] = []

    async def prepare(self) -> None:
        """Log in as everybody who looks, and find things to look at."""
        self.cookies["owner"] = await self._found()
        self.cookies["member"] = await self._log_in()
        self.places = await self._find()
        self.places |= await counting.begin(self.browser, self.network.base, self.cookies["owner"])
        await counting.vote(
            self.browser, self.network.base + self.places["poll"], self.cookies["member"]
        )

    async def _found(self) -> list[Any]:
        said = self.network.run("owner-link")
        link = next(word for word in said.split() if "/owner/" in word)
        context = await self.browser.new_context(locale="fr")
        page = await context.new_page()
        await page.goto(link)
        filled = {
            "title": NETWORK,
            "username": OWNER,
            "email": f"{OWNER}@example.org",
            "password": OWNERS_PASSWORD,
        }
        for field, value in filled.items():
            await page.locator(f"input[name={field}]").fill(value)
        await _send(page)
        cookies = await context.cookies()
        await context.close()
        return list(cookies)

    async def _log_in(self) -> list[Any]:
        context = await self.browser.new_context(locale="fr")
        page = await context.new_page()
        await page.goto(f"{self.network.base}/auth/log-in")
        await page.locator("input[name=name]").fill(self.network.name)
        await page.locator("input[name=password]").fill(self.network.password)
        await _send(page)
        cookies = await context.cookies()
        await context.close()
        return list(cookies)

    async def _find(self) -> dict[str, str]:
        context = await self.browser.new_context()
        base = self.network.base

        async def ask(path: str) -> Any:
            return await (await context.request.get(base + path)).json()

        shown = [*await ask("/api/v1/trends/statuses?limit=40")]
        shown += await ask("/api/v1/timelines/public?local=true&limit=40")
        most = max(shown, key=lambda one: one["replies_count"])
        polls = [one for one in shown if one["poll"] and one["poll"]["votes_count"]]
        author = max(
            (one["account"] for one in shown if not one["account"]["bot"]),
            key=lambda one: one["statuses_count"],
        )
        tags = [tag["name"] for one in shown for tag in one["tags"]]
        await context.add_cookies(self.cookies["owner"])
        page = await context.new_page()
        await page.goto(f"{base}/moderation")
        report = page.locator('main a[href^="/moderation/reports/"]').first
        number = (await report.get_attribute("href") or "").rpartition("/")[2]
        await context.close()
        thread = most["url"].removeprefix(base)
        return {
            "author": author["acct"],
            "author_id": author["id"],
            "thread": thread,
            "thread_id": most["id"],
            "poll": polls[0]["url"].removeprefix(base),
            "poll_id": polls[0]["poll"]["id"],
            "edited": thread,
            "tag": max(set(tags), key=tags.count),
            "word": "garden",
            "me": self.network.name,
            "report": number,
        }

    async def take(self, screens: list[Screen]) -> None:
        room = asyncio.Semaphore(AT_ONCE)

        async def one(screen: Screen, look: Look) -> None:
            async with room:
                await self._take(screen, look)

        await asyncio.gather(*(one(*shot) for shot in self._shots(screens)))
        self.absent = sorted(set(self.absent))

    def _shots(self, screens: list[Screen]) -> Iterator[tuple[Screen, Look]]:
        for screen in screens:
            is_whole = screen.is_chief and not self.is_brief
            for look in looks(SCREENS.index(screen), is_chief=is_whole):
                yield screen, look

    async def _take(self, screen: Screen, look: Look) -> None:
        context = await self._open(screen.who, look)
        try:
            page = await context.new_page()
            address = self.network.base + screen.path.format(**self.places)
            answer = await page.goto(address, wait_until="load")
            status = answer.status if answer else 0
            if status >= 400 and screen.name != "not-found":
                self.absent.append(f"{screen.name} ({status})")
                return
            await _wait_for_pictures(page)
            if screen.scroll:
                await page.locator("article.main").first.scroll_into_view_if_needed()
            picture = Image.open(io.BytesIO(await page.screenshot(animations="disabled")))
        finally:
            await context.close()
        path = self.folder / f"{screen.name}-{look.name}.webp"
        path.write_bytes(packed(picture.convert("RGB")))
        self.made.add(path)

    async def _open(self, who: Who, look: Look) -> BrowserContext:
        width, height = SIZES[look.size]
        context = await self.browser.new_context(
            locale=look.language,
            color_scheme=look.scheme,
            viewport={"width": width, "height": height},
            device_scale_factor=1.5 if look.size == "phone" else 1,
            is_mobile=look.size == "phone",
            has_touch=look.size == "phone",
            reduced_motion="reduce",
        )
        chosen: Any = {"name": "lang", "value": look.language, "url": self.network.base}
        await context.add_cookies([*self.cookies[who], chosen])
        return context


async def _send(page: Page) -> None:
    before = page.url
    await page.locator("main form button[type=submit]").first.click()
    await page.wait_for_url(lambda url: url != before)


async def _wait_for_pictures(page: Page) -> None:
    """Pictures in the view have come, or will not."""
    await page.evaluate(
        """() => Promise.race([
          Promise.all([...document.images]
            .filter((one) => one.getBoundingClientRect().top < innerHeight)
            .map((one) => one.decode().catch(() => null))),
          new Promise((done) => setTimeout(done, 4000)),
        ])"""
    )
    await page.wait_for_timeout(150)


def packed(picture: Image.Image) -> bytes:
    """As WebP, not too heavy."""
    made = b""
    for quality in QUALITIES:
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=quality, method=6)
        made = written.getvalue()
        if len(made) <= LARGEST:
            break
    return made


def write_index() -> None:
    """docs/screens.md: every page with its pictures."""
    lines = [
        "# Pictures of the pages",
        "",
        "Made by `just screens` from a throwaway demonstration. The chief pages are shown on a phone and a",
        "desk, light and dark, in French and English; the others in two looks, so chosen that each is seen.",
        "",
    ]
    for place, screen in enumerate(SCREENS):
        found = [
            (look, FOLDER / f"{screen.name}-{look.name}.webp")
            for look in looks(place, is_chief=screen.is_chief)
        ]
        found = [(look, path) for look, path in found if path.exists()]
        if not found:
            continue
        lines += [f"## {screen.title}", "", f"`{screen.path}`, as {_seen_by(screen.who)}.", ""]
        lines += [
            f'<img src="screens/{path.name}" alt="{screen.title}: {_said(look)}" '
            f'width="{240 if look.size == "phone" else 560}">'
            for look, path in found
        ]
        lines.append("")
    INDEX.write_text("\n".join(lines))


def _seen_by(who: Who) -> str:
    return {"visitor": "a visitor", "member": "a member", "owner": "the owner"}[who]


def _said(look: Look) -> str:
    return f"{look.size}, {look.scheme}, {'French' if look.language == 'fr' else 'English'}"


if __name__ == "__main__":
    asyncio.run(main())
