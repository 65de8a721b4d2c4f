"""The door: languages, headers, caching, forged forms, broken pages, static files."""

import re
from urllib.parse import quote

import pytest
from tests.rig.network import PASSWORD, Network
from tests.rig.reader import Reader, logged_in
from tests.web.catalogue import FOLDER

from parvis.web.cookies import Cookies
from parvis.web.door import safe_headers
from parvis.web.visit import is_local

PUBLIC = ["/", "/about", "/auth/log-in", "/auth/sign-up", "/auth/password/new", "/nothing"]


@pytest.mark.parametrize("path", PUBLIC)
async def test_every_page_is_safe_by_its_headers(network: Network, path: str) -> None:
    page = await Reader(network).get(path)
    policy = page.headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "style-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cross-origin-opener-policy"] == "same-origin"
    assert "permissions-policy" in page.headers
    assert not re.search(
        r'<script(?! type="module" src="/static/| type="application/ld\+json">\{)|<style|\sstyle=|\son\w+=',
        page.html,
    )


async def test_language_follows_wish_cookie_person_and_browser(network: Network) -> None:
    await network.person("alice", locale="fr")
    assert "Se connecter" in (await Reader(network, "fr-CA,en;q=0.5").get("/")).ok()
    assert "Log in" in (await Reader(network, "de,en").get("/")).ok()
    reader = Reader(network, "en")
    assert "Se connecter" in (await reader.get("/?lang=fr")).ok()
    assert "Se connecter" in (await reader.get("/about")).ok()  # kept by a cookie
    person = await logged_in(network, "alice", "en")
    page = await person.get("/")
    assert "Se déconnecter" in page.ok()
    assert page.headers["content-language"] == "fr"
    assert (await Reader(network).get("/?lang=xx")).status == 200


async def test_visitors_pages_may_be_kept_for_a_moment_and_members_never(network: Network) -> None:
    await network.person("alice")
    visitor = await Reader(network).get("/")
    assert visitor.headers["cache-control"].startswith("public, max-age=")
    assert {"cookie", "accept-language"} <= set(visitor.headers["vary"].split(", "))
    reader = await logged_in(network, "alice")
    assert (await reader.get("/")).headers["cache-control"] == "private, no-cache"
    assert (await reader.get("/settings/account")).headers["cache-control"] == "no-store"
    assert (await Reader(network).get("/?lang=fr")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "", "sec-fetch-site": "cross-site"},
        {"origin": "", "sec-fetch-site": "same-site"},
        {"origin": "", "referer": "https://evil.example/x"},
    ],
)
async def test_forms_from_elsewhere_do_nothing(network: Network, headers: dict[str, str]) -> None:
    await network.person("alice")
    reader = Reader(network)
    answer = await reader.send("/auth/log-in", {"name": "alice", "password": PASSWORD}, **headers)
    assert "came from elsewhere" in answer.refused(403)
    assert not reader.cookies
    assert (await reader.log_in("alice")).location == "/home"
    await reader.send("/auth/log-out", {}, **headers)
    assert (await reader.get("/settings/account")).status == 200  # still logged in


@pytest.mark.parametrize(
    "headers", [{"origin": "", "sec-fetch-site": "same-origin"}, {"origin": ""}], ids=str
)
async def test_forms_from_here_and_from_no_page_at_all(
    network: Network, headers: dict[str, str]
) -> None:
    await network.person("alice")
    form = {"name": "alice", "password": PASSWORD}
    answer = await Reader(network).send("/auth/log-in", form, **headers)
    assert answer.location == "/home"


@pytest.mark.parametrize("name", ["жук", "\ufffd", "a\r\nset-cookie: x=1"])
async def test_addresses_that_lead_on_are_ascii(network: Network, name: str) -> None:
    for rest in ("", "/statuses/5"):
        answer = await Reader(network).get(f"/users/{quote(name)}{rest}")
        assert answer.status == 303
        assert (
            answer.headers["location"]
            == f"/@{quote(name, safe=':=')}{rest.removeprefix('/statuses')}"
        )
    assert (await Reader(network).get("/users/%00")).status == 404


async def test_head_and_wrong_methods(network: Network) -> None:
    reader = Reader(network)
    head = await reader.head("/")
    assert head.status == 200
    assert head.html == ""
    wrong = await reader.send("/about")
    assert wrong.refused(405)
    assert wrong.headers["allow"] == "GET, HEAD"


async def test_form_too_long_or_no_form(network: Network) -> None:
    reader = Reader(network)
    long = await reader.send("/auth/log-in", {"name": "x" * 300_000, "password": "y"})
    assert "too long" in long.refused(413)
    nul = await reader.send("/auth/log-in", {"name": "a\0", "password": "y"})
    assert "damaged" in nul.refused(400)


@pytest.mark.parametrize(
    ("code", "words"), [("en", "Nothing was changed"), ("fr", "Rien n’a été modifié")]
)
async def test_fault_of_ours_is_said_without_a_trace(
    network: Network, monkeypatch: pytest.MonkeyPatch, code: str, words: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret inside")

    original = network.app.web.templates.render
    calls: list[str] = []

    def render(name: str, *rest: object) -> str:
        calls.append(name)
        if name == "front.html":
            broken()
        return original(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(network.app.web.templates, "render", render)
    page = await Reader(network, code).get("/")
    assert words in page.refused(500)
    assert "secret inside" not in page.html
    assert page.headers["cache-control"] == "no-store"


async def test_static_files_are_kept_for_ever_by_their_content(network: Network) -> None:
    page = await Reader(network).get("/")
    found = re.search(r'href="(/static/parvis\.[0-9a-f]+\.css)"', page.html)
    assert found
    sheet = await Reader(network).get(found[1])
    assert sheet.status == 200
    assert "immutable" in sheet.headers["cache-control"]
    assert sheet.headers["content-type"].startswith("text/css")
    same = await Reader(network).get(found[1], **{"if-none-match": sheet.headers["etag"]})
    assert same.status == 304
    plain = await Reader(network).get("/static/avatar.svg")
    assert plain.headers["content-type"] == "image/svg+xml"
    assert "immutable" not in plain.headers["cache-control"]
    for path in ("/static/nothing.css", "/static/../door.py", "/static/%2e%2e/door.py"):
        assert (await Reader(network).get(path)).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/a\nb",
        "javascript:alert(1)",
        "/\t/evil.example",
    ],
)
def test_going_on_never_leaves(path: str) -> None:
    assert not is_local(path)


@pytest.mark.parametrize("path", ["/", "/@alice/1?x=1", "/oauth/authorize?client_id=1&scope=a+b"])
def test_going_on_to_own_pages(path: str) -> None:
    assert is_local(path)


def test_cookies_are_bound_to_https() -> None:
    assert Cookies(is_https=True).session_name.startswith("__Host-")
    assert not Cookies(is_https=False).session_name.startswith("__Host-")
    assert safe_headers(is_https=True)["strict-transport-security"] == "max-age=31536000"
    assert "strict-transport-security" not in safe_headers(is_https=False)


async def test_members_forms_hold_a_token(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    page = await reader.get("/settings/account")
    forms = re.findall(r'<form\b[^>]*method="post"[^>]*>(.{0,80})', page.html, re.DOTALL)
    assert forms
    for begins in forms:
        assert begins.startswith('<input type="hidden" name="token" value="')
    for wrong in ("", "0" * 32):
        refused = await reader.send("/auth/log-out", {"token": wrong})
        assert "too old" in refused.refused(403)
    assert (await reader.get("/settings/account")).status == 200


async def test_visitors_pages_hold_no_token(network: Network) -> None:
    page = await Reader(network).get("/auth/log-in")
    assert 'name="token"' not in page.html
    assert "<!--" not in page.html


def test_every_form_has_a_place_for_the_token() -> None:
    for path in FOLDER.glob("templates/**/*.html"):
        for form in re.findall(r"<form\b[^>]*>(?:\{\{ token \}\})?", path.read_text()):
            assert 'method="post"' not in form or form.endswith("{{ token }}"), (path.name, form)
