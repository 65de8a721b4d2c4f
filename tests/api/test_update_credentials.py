"""One's own account, changed over HTTP."""

from typing import Any

import aiohttp
import pytest
from tests.rig import pictures
from tests.rig.network import Network, Person

PATH = "/api/v1/accounts/update_credentials"


def files(network: Network) -> list[str]:
    folder = network.app.settings.data / "media"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def change(person: Person, **params: Any) -> dict[str, Any]:
    return (await person.patch(PATH, params)).ok()


async def send_picture(person: Person, part: str, content: bytes, **fields: str) -> dict[str, Any]:
    return (await person.patch(PATH, data=pictures.form(content, name=part, **fields))).ok()


async def test_words_and_switches(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    mine = await change(
        alice,
        display_name="  Alice\n L. ",
        note="I know @bob and #Parvis\n\nhttps://example.org",
        locked=True,
        bot="on",
        discoverable="true",
        indexable=1,
        hide_collections=True,
        attribution_domains=["Example.org", "example.org"],
        fields_attributes=[{"name": "Site", "value": "https://alice.example"}, {"name": ""}],
        source={"privacy": "private", "sensitive": True, "language": "fr-CA"},
    )
    assert mine["display_name"] == "Alice L."
    assert (mine["locked"], mine["bot"], mine["discoverable"]) == (True, True, True)
    assert (mine["indexable"], mine["hide_collections"]) == (True, True)
    assert mine["source"]["note"].startswith("I know @bob")
    assert (mine["source"]["privacy"], mine["source"]["language"]) == ("private", "fr")
    assert mine["source"]["sensitive"] is True
    assert mine["source"]["attribution_domains"] == ["example.org"]
    assert mine["source"]["fields"] == [
        {"name": "Site", "value": "https://alice.example", "verified_at": None}
    ]
    seen = (await bob.get(f"/api/v1/accounts/{alice.id}")).ok()
    assert f'href="{network.app.addresses.profile_url("bob")}"' in seen["note"]
    assert f'href="{network.app.addresses.tag_url("parvis")}"' in seen["note"]
    assert seen["fields"][0]["value"].startswith('<a href="https://alice.example"')
    assert 'rel="nofollow noopener noreferrer me"' in seen["fields"][0]["value"]
    assert "source" not in seen
    made = (await alice.post("/api/v1/statuses", {"status": "by default"})).ok()
    assert (made["visibility"], made["sensitive"]) == ("private", True)


async def test_what_is_not_said_stays(network: Network) -> None:
    alice = await network.person("alice")
    await change(alice, display_name="Alice", note="Hello", locked=True, source={"language": "en"})
    mine = await change(alice, bot=False)
    assert (mine["display_name"], mine["locked"]) == ("Alice", True)
    assert (mine["source"]["note"], mine["source"]["language"]) == ("Hello", "en")
    mine = await change(alice, display_name="", note="", source={"language": ""})
    assert (mine["display_name"], mine["note"], mine["source"]["language"]) == ("", "", "")


async def test_a_change_is_seen_where_the_account_was_shown_before(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("hello")
    (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    await change(alice, display_name="Alicia")
    seen = (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert seen["account"]["display_name"] == "Alicia"


@pytest.mark.parametrize(
    "written",
    [
        {"fields_attributes[0][name]": "One", "fields_attributes[0][value]": "1"},
        {"fields_attributes[7][name]": "One", "fields_attributes[7][value]": "1"},
        {"fields_attributes[][name]": "One", "fields_attributes[][value]": "1"},
    ],
    ids=["map", "any-place", "list"],
)
async def test_fields_as_forms_write_them(network: Network, written: dict[str, str]) -> None:
    alice = await network.person("alice")
    mine = (await alice.call("PATCH", PATH, data=written)).ok()
    assert mine["source"]["fields"] == [{"name": "One", "value": "1", "verified_at": None}]


async def test_script_is_text(network: Network) -> None:
    alice = await network.person("alice")
    evil = "<script>alert(1)</script>"
    mine = await change(
        alice,
        display_name=evil[:30],
        note=f"{evil} <img src=x onerror=alert(1)>",
        fields_attributes=[{"name": "x", "value": f'javascript:alert(1) {evil} " onload='}],
    )
    assert "<script" not in mine["note"]
    assert "<img" not in mine["note"]
    assert "<" not in mine["fields"][0]["value"].replace("&lt;", "")
    assert "<a " not in mine["fields"][0]["value"]


async def test_marks_that_turn_text_around_are_taken_off(network: Network) -> None:
    alice = await network.person("alice")
    mine = await change(alice, display_name="a\u202eecila", note="x\u2067 y")
    assert mine["display_name"] == "aecila"
    assert "\u2067" not in mine["note"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"display_name": "é" * 31}, "Display name is too long (maximum is 30 characters)"),
        ({"note": "x" * 501}, "Note character limit of 500 exceeded"),
        ({"display_name": "nul\0"}, "NUL"),
        ({"fields_attributes": [{"name": str(n), "value": "x"} for n in range(5)]}, "more than 4"),
        ({"fields_attributes": [{"name": "", "value": "x"}]}, "missing labels"),
        ({"fields_attributes": [{"name": "x" * 256, "value": "x"}]}, "too long"),
        ({"fields_attributes": "text"}, "fields_attributes"),
        ({"source": {"privacy": "secret"}}, "source"),
        ({"source": {"language": "klingonese"}}, "ISO 639"),
        ({"locked": "perhaps"}, "locked"),
        ({"avatar": "not a file"}, "avatar"),
        ({"attribution_domains": ["https://x/y"]}, "Attribution domains"),
        ({"avatar_description": "x" * 1_501}, "too long"),
    ],
)
async def test_refused(network: Network, wrong: dict[str, Any], words: str) -> None:
    alice = await network.person("alice")
    before = (await alice.get("/api/v1/accounts/verify_credentials")).ok()
    answer = await alice.patch(PATH, {"bot": True, **wrong})
    assert answer.status in (400, 422)
    assert words in answer.json["error"]
    assert (await alice.get("/api/v1/accounts/verify_credentials")).ok() == before


async def test_a_note_counts_links_as_23(network: Network) -> None:
    alice = await network.person("alice")
    await change(alice, note="https://example.org/" + "x" * 600 + " " + "y" * 476)


async def test_pictures_are_cut_stripped_and_replaced(network: Network) -> None:
    alice = await network.person("alice")
    first = await change(alice)
    assert first["avatar"] == f"{network.app.addresses.root}/static/avatar.svg"
    assert (await network.anyone.get("/static/avatar.svg")).status == 200
    mine = await send_picture(alice, "avatar", pictures.revealing(), avatar_description="Me")
    assert mine["avatar"] == mine["avatar_static"]
    assert mine["avatar_description"] == "Me"
    file = await network.anyone.get(mine["avatar"])
    assert "immutable" in file.headers["cache-control"]
    assert b"Liddell" not in file.body
    assert pictures.opened(file.body).size == (400, 400)
    wide = await send_picture(alice, "header", pictures.plain(300, 300, "PNG"))
    assert wide["avatar"] == mine["avatar"]
    header = await network.anyone.get(wide["header"])
    assert pictures.opened(header.body).size == (1500, 500)
    again = await send_picture(alice, "avatar", pictures.moving())
    assert again["avatar"] != mine["avatar"]
    await network.settle()
    assert (await network.anyone.get(mine["avatar"])).status == 404
    assert len(files(network)) == 2


async def test_pictures_are_removed(network: Network) -> None:
    alice = await network.person("alice", scopes=("write:accounts",))
    mine = await send_picture(alice, "avatar", pictures.plain())
    for part in ("avatar", "header"):
        answer = (await alice.delete(f"/api/v1/profile/{part}")).ok()
        assert answer[part].endswith(f"/static/{part}.svg")
    await network.settle()
    assert (await network.anyone.get(mine["avatar"])).status == 404
    assert files(network) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pictures.SVG, "This type of avatar is not supported"),
        (b"text", "This type of avatar is not supported"),
        (b"", "Avatar can't be blank"),
        (pictures.png_claiming(50_000, 50_000), "50000x50000 images are not supported"),
        (pictures.plain()[:300], "Avatar cannot be used"),
        (pictures.plain() + bytes(8 << 20), "Avatar must be less than 8 MB"),
    ],
    ids=["svg", "text", "empty", "bomb", "cut", "large"],
)
async def test_wicked_pictures_are_refused(network: Network, content: bytes, words: str) -> None:
    alice = await network.person("alice")
    answer = await alice.patch(PATH, data=pictures.form(content, name="avatar", bot="true"))
    assert words in answer.refused(422)
    assert files(network) == []
    assert (await change(alice))["bot"] is False


async def test_pictures_of_a_refused_change_are_not_kept(network: Network) -> None:
    alice = await network.person("alice")
    body = aiohttp.FormData()
    body.add_field("avatar", pictures.plain(), filename="a.jpg", content_type="image/jpeg")
    body.add_field("header", b"no picture", filename="b.jpg", content_type="image/jpeg")
    assert (await alice.patch(PATH, data=body)).status == 422
    assert files(network) == []


async def test_scopes(network: Network) -> None:
    reader = await network.person("alice", scopes=("read", "write:statuses"))
    assert (await reader.patch(PATH, {"bot": True})).refused(403)
    assert (await reader.delete("/api/v1/profile/avatar")).refused(403)
    assert (await network.anyone.patch(PATH, {"bot": True})).refused(401)


async def test_profile_is_the_form_of_the_account(network: Network) -> None:
    alice = await network.person("alice")
    first = (await alice.get("/api/v1/profile")).ok()
    assert (first["avatar"], first["header"], first["show_media"]) == (None, None, True)
    changed = (
        await alice.patch(
            "/api/v1/profile", {"note": "**as** written", "show_media": False, "locked": True}
        )
    ).ok()
    assert (changed["note"], changed["show_media"], changed["locked"]) == (
        "**as** written",
        False,
        True,
    )
    pictured = (
        await alice.patch("/api/v1/profile", data=pictures.form(pictures.plain(), name="header"))
    ).ok()
    assert pictured["header"].startswith(network.app.addresses.root)
    assert pictured["show_media"] is False
    assert (await network.anyone.get("/api/v1/profile")).refused(401)
