"""The composer's form without a script: everything goes through it, and nothing written is lost."""

import asyncio

import pytest
from tests.rig.network import Network, SqlBudget
from tests.rig.reader import Reader, logged_in
from tests.web.writing import FORM, chosen, newest, publish, value, words

from parvis.domain.statuses.draft import MAX_LENGTH
from parvis.web.form_tokens import TOKEN_FIELD


async def test_message_is_published_and_shown(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    page = await reader.get("/publish")
    page.ok()
    assert page.headers["cache-control"] == "private, no-cache"  # back shows the same key
    sent = await publish(
        reader,
        "Bonjour à tous 👋🏽",
        spoiler_text="Fête",
        language="fr",
        visibility="unlisted",
        sensitive="1",
        key=value(page, "key"),
    )
    made = await newest(alice)
    assert sent.location == f"/@alice/{made['id']}"
    assert made["content"] == "<p>Bonjour à tous 👋🏽</p>"
    assert (made["spoiler_text"], made["sensitive"]) == ("Fête", True)
    assert (made["language"], made["visibility"]) == ("fr", "unlisted")


async def test_poll_is_published(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    options = {"option[0]": "The 12th", "option[1]": "", "option[2]": "The 19th", "option[3]": " "}
    poll = {"expires_in": "3600", "kind": "multiple", "hide_totals": "1"}
    assert (await publish(reader, "When?", **options, **poll)).location
    made = (await newest(alice))["poll"]
    assert [option["title"] for option in made["options"]] == ["The 12th", "The 19th"]
    assert made["multiple"] is True
    assert made["options"][0]["votes_count"] is None


async def test_publishing_is_three_statements(network: Network, sql_budget: SqlBudget) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    await publish(reader, "warm", key="warm")
    with sql_budget(4):  # and one to show what was published
        assert (await publish(reader, "hello")).location


async def test_double_click_and_back_publish_once(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    both = await asyncio.gather(publish(reader, "once"), publish(reader, "once"))
    again = await publish(reader, "once")
    assert len({page.location for page in (*both, again)}) == 1
    assert len(await alice.home()) == 1
    # Back, then other words: they are not swallowed, and not sent unasked.
    other = await publish(reader, "something else")
    assert "published already" in other.refused(409)
    assert words(other) == "something else"
    assert value(other, "key") != "k1"
    assert (await publish(reader, "something else", key=value(other, "key"))).location
    assert len(await alice.home()) == 2


@pytest.mark.parametrize(
    ("text", "fields", "said"),
    [
        ("", {}, "Write something, or add a picture"),
        (" \n ", {}, "Write something, or add a picture"),
        ("x" * (MAX_LENGTH + 12), {}, "Shorten it by 12."),
        ("👨‍👩‍👧‍👦" * (MAX_LENGTH + 1), {}, "Shorten it by 1."),
        ("x" * MAX_LENGTH, {"spoiler_text": "xx"}, "Shorten it by 2."),
        ("word " * 10_000, {}, "Shorten it by 49,499."),
        ("a\ud83d", {}, ""),
        ("?", {"option[0]": "one"}, "Give at least two answers"),
        ("?", {"option[0]": "one", "option[1]": "ONE"}, "Two answers are the same"),
        ("?", {"option[0]": "one", "option[1]": "x" * 51}, "at most 50 characters"),
        ("?", {"option[0]": "a", "option[1]": "b", "expires_in": "7"}, "a minute at least"),
        ("x", {"language": "xx"}, "Choose a language"),
        ("x", {"reply": "123456789"}, "was deleted, or it is not for you"),
        ("x", {"edit": "123456789"}, "deleted meanwhile"),
        ("x", {"media_ids[0]": "12345"}, "Remove it and add another"),
    ],
)
async def test_refusal_keeps_everything(
    network: Network, text: str, fields: dict[str, str], said: str
) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    if "\ud83d" in text:  # half a character cannot even be sent as UTF-8
        text, said = "a\x00", ""
    page = await publish(reader, text, **fields)
    if not said:
        page.refused(400)
    else:
        assert said in page.refused(422)
        assert words(page).strip() == text.strip()
        assert value(page, "key") == "k1"
        for name, sent in fields.items():
            if name.startswith(("option", "spoiler")):
                assert f'value="{sent}"' in page.html
    assert await alice.home() == []


async def test_right_to_left_and_emoji_alone_are_messages(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    for number, text in enumerate(("مرحبا بالعالم", "🏳️‍🌈👩🏽‍🚀", "שלום #עולם")):
        assert (await publish(reader, text, key=f"key{number}")).location
    assert len(await alice.home()) == 3
    assert "🏳️‍🌈👩🏽‍🚀" in (await reader.get("/@alice")).ok()


async def test_answer_mentions_its_people_and_is_seen_by_no_more(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    asked = await bob.publish("@alice @carol psst", visibility="direct", spoiler_text="Secret")
    reader = await logged_in(network)
    page = await reader.get(f"/publish?reply={asked['id']}")
    assert "psst" not in words(page)
    assert "Secret" in page.ok()
    assert words(page) == " @bob @carol "
    assert chosen(page, "visibility") == "direct"
    assert value(page, "spoiler_text") == "Secret"
    await publish(reader, words(page) + "yes?", reply=asked["id"], visibility="direct")
    made = await newest(alice)
    source = (await alice.get(f"/api/v1/statuses/{made['id']}/source")).ok()
    assert source["text"] == "@bob @carol yes?"
    assert made["in_reply_to_id"] == asked["id"]
    assert {one["acct"] for one in made["mentions"]} == {"bob", "carol"}
    mallory = await network.person("mallory")
    stranger = await logged_in(network, "mallory")
    (await stranger.get(f"/publish?reply={asked['id']}")).refused(404)
    assert "not for you" in (await publish(stranger, "me too", reply=asked["id"])).refused(422)
    assert await mallory.home() == []
    assert carol.id


async def test_preferences_are_where_a_message_begins(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    said = {"source": {"privacy": "private", "sensitive": True, "language": "br"}}
    reader = await logged_in(network)
    assert chosen(await reader.get("/publish"), "visibility") == "public"
    (await alice.patch("/api/v1/accounts/update_credentials", said)).ok()
    page = await reader.get("/publish")
    assert (chosen(page, "visibility"), chosen(page, "language")) == ("private", "br")
    assert 'name="sensitive" value="1" checked' in page.html
    wide = await bob.publish("for all")
    narrow = await bob.publish("for @alice", visibility="direct")
    replies = [await reader.get(f"/publish?reply={one['id']}") for one in (wide, narrow)]
    assert [chosen(one, "visibility") for one in replies] == ["private", "direct"]


async def test_message_is_changed(network: Network) -> None:
    alice = await network.person("alice")
    poll = {"options": ["one", "two"], "expires_in": 3_600}
    made = await alice.publish("Wehn?", poll=poll, visibility="unlisted", spoiler_text="Ask")
    reader = await logged_in(network)
    page = await reader.get(f"/publish?edit={made['id']}")
    assert "Save the changes" in page.ok()
    assert words(page) == "Wehn?"
    assert value(page, "spoiler_text") == "Ask"
    same = {"option[0]": "one", "option[1]": "two", "expires_in": ""}
    sent = await publish(reader, "When?", edit=made["id"], spoiler_text="Ask", **same)
    assert sent.location == f"/@alice/{made['id']}"
    now = (await alice.get(f"/api/v1/statuses/{made['id']}")).ok()
    assert (now["content"], now["visibility"]) == ("<p>When?</p>", "unlisted")
    assert now["poll"]["expires_at"] == made["poll"]["expires_at"]


async def test_only_ones_own_is_changed(network: Network) -> None:
    bob, _ = await network.people("bob", "alice")
    made = await bob.publish("mine")
    reader = await logged_in(network)
    (await reader.get(f"/publish?edit={made['id']}")).refused(403)
    assert "deleted meanwhile" in (await publish(reader, "ours", edit=made["id"])).refused(422)
    assert (await bob.get(f"/api/v1/statuses/{made['id']}")).ok()["content"] == "<p>mine</p>"


async def test_thread_goes_on_from_message_to_message(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    on = await publish(reader, "one", do="another")
    first = await newest(alice)
    assert on.location == f"/publish?reply={first['id']}"
    page = await reader.get(on.location)
    assert words(page) == ""
    await publish(reader, "two", reply=first["id"], key=value(page, "key"))
    assert (await newest(alice))["in_reply_to_id"] == first["id"]


async def test_session_that_ended_loses_no_word(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    old = dict(reader.cookies)
    await reader.send("/auth/log-out")
    reader.cookies = dict(old)  # the tab does not know yet
    page = await publish(reader, "half a novel", spoiler_text="Long", **{"option[0]": "A"})
    assert "Your session has ended" in page.refused(401)
    assert words(page) == "half a novel"
    assert 'value="Long"' in page.html
    assert 'value="A"' in page.html
    assert "/auth/log-in?next=" in page.html
    await reader.log_in("alice")
    # The form of that page has no token, or one of the old session: shown once more, with a good one.
    stale = await reader.send(
        "/publish/send", {**FORM, "text": "half a novel", TOKEN_FIELD: "0" * 32}
    )
    assert "logged in again" in stale.refused(403)
    assert words(stale) == "half a novel"
    assert value(stale, "key") == "k1"
    assert await alice.home() == []
    assert (await publish(reader, "half a novel")).location
    assert len(await alice.home()) == 1


async def test_strangers_send_nothing_large_and_find_nothing(network: Network) -> None:
    stranger = Reader(network)
    assert (await stranger.get("/publish?reply=1")).location.startswith("/auth/log-in")
    (await publish(stranger, "x" * 300_000)).refused(413)
    alice = await network.person("alice")
    secret = await alice.publish("secret", visibility="private")
    page = await publish(stranger, "x", reply=secret["id"])
    assert "secret" not in page.refused(401)
    for path in ("/publish/token", "/publish/complete?kind=mention&q=a", "/drafts"):
        assert (await stranger.get(path)).status == 303
    (await stranger.send("/publish/media", {})).refused(401)
    (await stranger.send("/drafts/1", {"do": "delete"})).refused(401)


async def test_form_from_elsewhere_is_refused(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    forged = await reader.send(
        "/publish/send", {**FORM, "text": "x"}, origin="https://evil.example"
    )
    forged.refused(403)
    assert await alice.home() == []


async def test_form_goes_back_to_where_it_was(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    asked = await bob.publish("what?")
    reader = await logged_in(network)
    here = f"/@bob/{asked['id']}"
    fields = {**FORM, "text": "that", "reply": asked["id"]}
    page = await reader.send("/publish/send", fields, referer=network.base + here)
    assert page.location == f"{here}#s{(await newest(alice))['id']}"
    elsewhere = await reader.send(
        "/publish/send", {**FORM, "text": "b", "key": "b"}, referer="https://evil.example/x"
    )
    assert elsewhere.location.startswith("/@alice/")


async def test_french_page_is_french(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, language="fr")
    page = await reader.get("/publish?lang=fr")
    assert "Publier" in page.ok()
    refused = await publish(reader, "", path="/publish/send?lang=fr")
    assert "Écrivez quelque chose" in refused.refused(422)


@pytest.mark.parametrize("path", ["/publish?reply=x", "/publish?edit=-1", "/publish?draft=0x1"])
async def test_address_that_names_nothing(network: Network, path: str) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    (await reader.get(path)).refused(404)


async def test_address_may_suggest_words(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    page = await reader.get("/publish?text=%3Cscript%3Ehello%20%26%20more")
    assert words(page) == "&lt;script&gt;hello &amp; more"
