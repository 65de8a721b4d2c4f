"""One's own page, edited by forms alone."""

import io
import re
from typing import Any

import aiohttp
import pytest
from tests.rig import pictures
from tests.rig.network import Network, SqlBudget
from tests.rig.reader import PageRead, Reader, logged_in

from parvis.domain.accounts import links
from parvis.web.cookies import SESSION
from parvis.web.form_tokens import TOKEN_FIELD, token_of

OWN_PAGE = "/settings/profile"
WHOLE = {
    "display_name": "Anouk Lefèvre",
    "note": "I keep the lamps lit. #harbour",
    "lines[0][name]": "Site",
    "lines[0][value]": "https://example.org/anouk",
    "lines[1][name]": "She/her",
    "lines[1][value]": "please",
    "locked": "true",
    "discoverable": "true",
}


async def send(
    reader: Reader, fields: dict[str, str], files: dict[str, bytes] | None = None
) -> PageRead:
    """The form as a browser sends it: multipart, files that were not chosen empty and nameless."""
    form = aiohttp.FormData()
    form.add_field(TOKEN_FIELD, token_of(reader.cookies.get(SESSION, "")))
    for name, value in fields.items():
        form.add_field(name, value)
    for name in ("avatar", "header"):
        content = (files or {}).get(name)
        form.add_field(
            name,
            io.BytesIO(content or b""),
            filename="" if content is None else "a.jpg",
            content_type="application/octet-stream",
        )
    made: Any = form
    return await reader._ask("POST", OWN_PAGE, made, {"origin": reader.network.base})  # noqa: SLF001


async def test_everything_is_kept_and_shown(network: Network) -> None:
    anouk = await network.person("anouk")
    reader = await logged_in(network, "anouk")
    sent = {"avatar": pictures.plain(), "header": pictures.plain(900, 900)}
    descriptions = {"avatar_description": "A lighthouse", "header_description": "The sea"}
    page = await send(reader, WHOLE | descriptions, sent)
    assert page.location == OWN_PAGE
    shown = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()
    assert shown["display_name"] == "Anouk Lefèvre"
    assert shown["source"]["note"] == WHOLE["note"]
    assert [field["name"] for field in shown["fields"]] == ["Site", "She/her"]
    assert (shown["locked"], shown["discoverable"], shown["bot"]) == (True, True, False)
    assert shown["avatar_description"] == "A lighthouse"
    assert "/media/accounts/" in shown["header"]
    back = await reader.get(OWN_PAGE)
    text = back.ok()
    assert "Your page is changed." in text
    assert "Your page is changed." not in (await reader.get(OWN_PAGE)).ok()
    assert 'value="Anouk Lefèvre"' in back.html
    assert re.search(r'name="locked" value="true" checked', back.html)
    assert not re.search(r'name="bot" value="true" checked', back.html)
    assert 'value="A lighthouse"' in back.html
    assert "Remove this picture" in text


async def test_pictures_stay_until_removed(network: Network) -> None:
    anouk = await network.person("anouk")
    reader = await logged_in(network, "anouk")
    await send(reader, WHOLE, {"avatar": pictures.plain()})
    first = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()["avatar"]
    await send(reader, WHOLE | {"display_name": "A"})
    shown = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()
    assert (shown["avatar"], shown["display_name"]) == (first, "A")
    await send(reader, WHOLE | {"remove_avatar": "true"})
    shown = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()
    assert "/static/" in shown["avatar"]
    await network.settle()
    key = first.partition("/media/")[2]
    assert (await network.anyone.get(f"/media/{key}")).status == 404


@pytest.mark.parametrize(("focus", "colour"), [(100, "top"), (-100, "foot")])
async def test_focus_decides_what_of_a_banner_stays(
    network: Network, focus: int, colour: str
) -> None:
    anouk = await network.person("anouk")
    high = pictures.Image.new("RGB", (600, 1200), (200, 20, 20))
    high.paste((20, 20, 200), (0, 600, 600, 1200))
    reader = await logged_in(network, "anouk")
    await send(
        reader, WHOLE | {"header_focus": str(focus)}, {"header": pictures.encoded(high, "PNG")}
    )
    url = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()["header"]
    made = pictures.opened((await network.anyone.get(url.removeprefix(network.base))).body)
    assert made.size == (1500, 500)
    red, _, blue = made.convert("RGB").getpixel((750, 250))
    assert (red > blue) == (colour == "top")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"display_name": "x" * 31}, "This is too long"),
        ({"display_name": "word " * 10_000, "note": "x" * 100_000}, "This is too long"),
        ({"note": "x" * 501}, "This is too long"),
        ({"lines[0][name]": "", "lines[0][value]": "x"}, "A line needs a name"),
        ({"lines[0][name]": "x" * 256}, "This is too long"),
        ({"avatar_description": "x" * 1_501}, "This is too long"),
    ],
)
async def test_mistakes_are_told_beside_the_field_and_nothing_is_lost(
    network: Network, fields: dict[str, str], said: str
) -> None:
    anouk = await network.person("anouk")
    reader = await logged_in(network, "anouk")
    page = await send(reader, WHOLE | {"display_name": "Kept as typed"} | fields)
    assert said in page.refused(422)
    assert "Kept as typed" in page.html or "display_name" in fields
    assert "I keep the lamps lit" in page.html or "note" in fields
    assert 'aria-invalid="true"' in page.html
    assert (await anouk.get("/api/v1/accounts/verify_credentials")).ok()["display_name"] == ""


@pytest.mark.parametrize(
    "content", [pictures.SVG, b"nonsense", pictures.png_claiming(60_000, 60_000)]
)
async def test_what_is_no_picture_is_refused_whole(network: Network, content: bytes) -> None:
    anouk = await network.person("anouk")
    reader = await logged_in(network, "anouk")
    page = await send(reader, WHOLE, {"avatar": pictures.plain(), "header": content})
    assert "Send a JPEG" in page.refused(422)
    shown = (await anouk.get("/api/v1/accounts/verify_credentials")).ok()
    assert shown["display_name"] == ""
    assert "/static/" in shown["avatar"]


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": "x"},
        {"lines[x][name]": "y"},
        {"lines[0]": "y"},
        {"header_focus": "nan"},
        {"locked": "perhaps"},
        {f"lines[{n}][name]": "x" for n in range(9)}
        | {f"lines[{n}][value]": "x" for n in range(9)},
    ],
)
async def test_forms_no_browser_sends_are_refused(network: Network, fields: dict[str, str]) -> None:
    await network.person("anouk")
    reader = await logged_in(network, "anouk")
    assert (await send(reader, fields)).status in {400, 422}


async def test_hostile_words_stay_words(network: Network) -> None:
    await network.person("anouk")
    reader = await logged_in(network, "anouk")
    evil = '"><script>alert(1)</script>'
    fields = {"display_name": evil, "note": evil, "lines[0][name]": evil, "lines[0][value]": evil}
    await send(reader, fields)
    for path in (OWN_PAGE, "/@anouk"):
        page = await reader.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.html


async def test_hashtags_are_shown_and_removed(network: Network) -> None:
    anouk = await network.person("anouk")
    await anouk.publish("one #harbour and #Lamps")
    reader = await logged_in(network, "anouk")
    page = await reader.get(OWN_PAGE)
    assert "#harbour" in page.text.partition("You use:")[2]
    await reader.send(OWN_PAGE + "/tags", {"name": "#harbour"})
    listed = (await anouk.get("/api/v1/featured_tags")).ok()
    assert [one["name"] for one in listed] == ["harbour"]
    page = await reader.get(OWN_PAGE)
    assert "#harbour" not in page.text.partition("You use:")[2]
    await reader.send(OWN_PAGE + "/tags", {"id": listed[0]["id"]})
    assert (await anouk.get("/api/v1/featured_tags")).ok() == []
    for wrong in ("", "two words", "a-b", "12"):
        answer = await reader.send(OWN_PAGE + "/tags", {"name": wrong})
        assert "Write one hashtag" in answer.refused(422)
    for n in range(10):
        await reader.send(OWN_PAGE + "/tags", {"name": f"tag{n}"})
    answer = await reader.send(OWN_PAGE + "/tags", {"name": "eleven"})
    assert "Ten hashtags" in answer.refused(422)


async def test_people_are_shown_and_removed(network: Network) -> None:
    anouk, bob, _ = await network.people("anouk", "bob", "carol")
    await anouk.follow(bob)
    reader = await logged_in(network, "anouk")
    page = await reader.send(OWN_PAGE + "/people", {"acct": "@Bob"})
    assert page.location.startswith(OWN_PAGE)
    shown = (await anouk.get("/api/v1/endorsements")).ok()
    assert [one["acct"] for one in shown] == ["bob"]
    assert "bob" in (await reader.get(OWN_PAGE)).text
    refused = await reader.send(OWN_PAGE + "/people", {"acct": "carol"})
    assert "Follow this person first" in refused.refused(422)
    refused = await reader.send(OWN_PAGE + "/people", {"acct": "nobody"})
    assert "Nobody of that name" in refused.refused(422)
    await reader.send(OWN_PAGE + "/people", {"id": bob.id})
    assert (await anouk.get("/api/v1/endorsements")).ok() == []


async def test_visitors_have_no_page_to_change(network: Network) -> None:
    reader = Reader(network)
    assert (await reader.get(OWN_PAGE)).location.startswith("/auth/log-in")
    ended = await reader.send(OWN_PAGE, WHOLE)  # what was written is there to be copied
    assert "I keep the lamps lit" in ended.refused(401)
    secret = await reader.send("/settings/account/password", {"password": "never shown again"})
    assert "never shown again" not in secret.refused(401)
    await network.person("anouk")
    reader = await logged_in(network, "anouk")
    forged = await reader.send(OWN_PAGE, WHOLE | {TOKEN_FIELD: "x"})
    assert "I keep the lamps lit" in forged.refused(403)


async def test_the_page_costs_few_statements(network: Network, sql_budget: SqlBudget) -> None:
    await network.person("anouk")
    reader = await logged_in(network, "anouk")
    await reader.get("/about")
    with sql_budget(6):
        (await reader.get(OWN_PAGE)).ok()
    with sql_budget(3):
        await send(reader, WHOLE | {"lines[0][value]": "x"})


async def test_links_say_whether_they_are_verified(network: Network) -> None:
    anouk = await network.person("anouk")
    reader = await logged_in(network, "anouk", language="fr")
    await send(reader, WHOLE)
    assert "Non vérifié" in (await reader.get(OWN_PAGE + "?lang=fr")).text
    link = WHOLE["lines[0][value]"]
    await network.db.run(links.set_verified, anouk.account_id, link, is_verified=True)
    assert "Vérifié depuis le" in (await reader.get(OWN_PAGE)).text
