"""The page of drafts, and what the composer's scripts ask of the server."""

import asyncio
import io
import re

import aiohttp
import pytest
from tests.rig.films import film
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.pictures import plain
from tests.rig.reader import PageRead, Reader, logged_in
from tests.web.writing import FORM, publish, value, words

from parvis.domain.media import uploads
from parvis.domain.network import emojis
from parvis.domain.pictures import MIB
from parvis.web.cookies import SESSION
from parvis.web.form_tokens import TOKEN_FIELD, token_of

SEND = "/publish/send"
SCRIPT = {"x-fragment": "1"}


async def keep(reader: Reader, text: str, **fields: str) -> PageRead:
    """As scripts keep a draft every few seconds."""
    said = {**FORM, "text": text, "do": "keep", "writer": "left", **fields}
    return await reader.send(SEND, said, **SCRIPT)


def version(page: PageRead) -> str:
    page.ok()
    found = re.search(r'data-version="(\d+)"', page.html)
    assert found
    return found[1]


async def drafts_of(reader: Reader) -> list[str]:
    page = await reader.get("/drafts")
    page.ok()
    return re.findall(r'class="excerpt">(.*?)</p>', page.html)


async def test_draft_is_kept_opened_and_published(network: Network, sql_budget: SqlBudget) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    assert "No drafts" in (await reader.get("/drafts")).ok()
    poll = {"option[0]": "A", "option[1]": "B", "kind": "multiple"}
    sent = await publish(
        reader, "half", do="draft", spoiler_text="cw", visibility="private", **poll
    )
    assert sent.location.startswith("/drafts?kept=")
    assert "Kept in your drafts" in (await reader.get(sent.location)).ok()
    link = re.search(r'href="(/publish\?draft=\d+)"', (await reader.get("/drafts")).html)
    assert link
    page = await reader.get(link[1])
    assert words(page) == "half"
    assert (value(page, "key"), value(page, "version")) == ("k1", "1")
    assert value(page, "spoiler_text") == "cw"
    with sql_budget(4):
        assert (await publish(reader, "whole", visibility="private")).status == 303
    assert await drafts_of(reader) == []
    (await reader.get(link[1])).refused(404)
    assert (await alice.home())[0]["visibility"] == "private"


async def test_scripts_keep_and_notice_another_window(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert version(await keep(reader, "one")) == "1"
    assert version(await keep(reader, "two", version="1")) == "2"
    assert version(await keep(reader, "three", version="2", writer="right")) == "3"
    other = await keep(reader, "four", version="2")
    assert "another window" in other.refused(409)
    assert await drafts_of(reader) == ["three"]
    assert version(await keep(reader, "", version="3")) == "0"  # emptied: no draft any more
    assert await drafts_of(reader) == []


async def test_late_keeping_does_not_bring_a_published_draft_back(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    await asyncio.gather(keep(reader, "hello"), publish(reader, "hello"), keep(reader, "hello"))
    assert (await keep(reader, "hello", version="1")).status == 409
    assert await drafts_of(reader) == []
    assert len(await alice.home()) == 1


async def test_draft_is_deleted_and_had_back(network: Network) -> None:
    await network.people("alice", "bob")
    reader, other = await logged_in(network), await logged_in(network, "bob")
    await keep(reader, "precious")
    found = re.search(r'action="(/drafts/\d+)"', (await reader.get("/drafts")).html)
    assert found
    for act in ("delete", "restore"):
        (await other.send(found[1], {"do": act})).refused(404)
    for _ in range(2):
        gone = await reader.send(found[1], {"do": "delete"})
    page = await reader.get(gone.location)
    assert "The draft is deleted. Undo" in page.ok()
    assert "precious" not in page.html
    assert (await reader.send(found[1], {"do": "restore"})).location == "/drafts"
    assert await drafts_of(reader) == ["precious"]
    fragment = await reader.send(found[1], {"do": "delete"}, **SCRIPT)
    assert "Undo" in fragment.ok()
    back = await reader.send(found[1], {"do": "restore"}, **SCRIPT)
    assert "precious" in back.ok()
    (await reader.send(found[1], {"do": "burn"})).refused(404)
    (await reader.send("/drafts/x", {"do": "delete"})).refused(404)


async def test_drafts_have_pages(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    for number in range(23):
        await keep(reader, f"draft {number}", key=f"k{number}")
    page = await reader.get("/drafts")
    assert "draft 22" in page.ok()
    older = await reader.get(page.link("next"))
    assert re.findall(r'class="excerpt">(.*?)</p>', older.html) == ["draft 2", "draft 1", "draft 0"]
    assert "draft 22" in (await reader.get(older.link("prev"))).ok()


async def test_hostile_words_stay_words(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    text = "<script>alert(1)</script>\u202e</textarea><img src=x onerror=alert(1)>"
    await keep(reader, text, spoiler_text='"><b>')
    pages = [await reader.get("/drafts"), await publish(reader, text, reply="12345")]
    for page in pages:
        assert "<script>alert" not in page.html
        assert "<img src=x" not in page.html
        assert '"><b>' not in page.html


async def upload(reader: Reader, content: bytes, name: str = "a.jpg") -> PageRead:
    network = reader.network
    form = aiohttp.FormData()
    form.add_field(TOKEN_FIELD, token_of(reader.cookies[SESSION]))
    form.add_field("file", io.BytesIO(content), filename=name, content_type="image/jpeg")
    headers = {"origin": network.base, "cookie": f"{SESSION}={reader.cookies[SESSION]}", **SCRIPT}
    url = f"{network.base}/publish/media"
    async with network.http.post(url, data=form, headers=headers) as answer:
        return PageRead(answer.status, await answer.text(), answer.headers)


async def test_a_sound_is_described_for_those_who_do_not_hear_it(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    sent = await upload(reader, film("mp3", None, "libmp3lame"), "a.mp3")
    await network.settle()
    shot = (await reader.get(f"/publish/media/{value(sent, 'media_ids[]')}")).ok()
    assert "who do not hear it" in shot
    assert "who do not see it" not in shot


async def test_picture_is_sent_at_once_and_shown_when_ready(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network)
    sent = await upload(reader, plain())
    assert "Being prepared" in sent.ok()
    id_ = value(sent, "media_ids[]")
    await network.settle()
    shown = await reader.get(f"/publish/media/{id_}")
    assert '<img src="' in shown.html
    stranger = await logged_in(network, "bob")
    (await stranger.get(f"/publish/media/{id_}")).refused(404)
    (await reader.get("/publish/media/x")).refused(404)
    monkeypatch.setattr(uploads, "MAX_BYTES", MIB)
    assert "larger than 1 MB" in (await upload(reader, plain() + b"\0" * MIB)).refused(422)
    assert "Choose a JPEG" in (await upload(reader, b"text")).refused(422)
    assert "empty" in (await upload(reader, b"")).refused(422)
    (await reader.send("/publish/media", {})).refused(422)
    broken = value(await upload(reader, plain()[:300]), "media_ids[]")
    await network.settle()
    assert "could not be read" in (await reader.get(f"/publish/media/{broken}")).ok()


async def complete(reader: Reader, kind: str, asked: str) -> list[str]:
    page = await reader.get(f"/publish/complete?kind={kind}&q={asked}")
    page.ok()
    return re.findall(r'data-text="(.*?)"', page.html)


async def drawn(network: Network) -> None:
    made = await emojis.draw(network.app.means, "lighthouse", plain(32, 32, "PNG"))
    await network.db.run(emojis.add, made)


async def test_names_are_completed(network: Network) -> None:
    _, bob = await network.people("alice", "barnabas")
    await bob.publish("#lighthouse")
    await bob.publish("#lightless", visibility="private")
    await drawn(network)
    reader = await logged_in(network)
    assert await complete(reader, "mention", "Barn") == ["@barnabas"]
    page = await reader.get("/publish/complete?kind=mention&q=Barn")
    assert '<span aria-hidden="true">' in page.html
    assert 'class="face ' in page.html
    assert await complete(reader, "tag", "light") == ["#lighthouse"]
    assert await complete(reader, "emoji", "lig") == [":lighthouse:"]
    assert await complete(reader, "emoji", "") == [":lighthouse:"]
    for kind in ("mention", "tag", "emoji"):
        assert await complete(reader, kind, "x" * 5_000) == []
    (await reader.get("/publish/complete?kind=all&q=a")).refused(404)


async def test_token_is_for_ones_own_session(network: Network) -> None:
    alice: Person = await network.person("alice")
    reader = await logged_in(network)
    page = await reader.get("/publish/token", **SCRIPT)
    assert f'data-account="{alice.id}"' in page.html
    sent = {**FORM, "text": "x", TOKEN_FIELD: value(page, "token")}
    assert (await reader.send(SEND, sent)).status == 303
    assert page.headers["cache-control"] == "no-store"


async def test_answer_to_a_script_is_the_card(network: Network) -> None:
    alice = await network.person("alice")
    reader = await logged_in(network)
    page = await reader.send(SEND, {**FORM, "text": "hello"}, **SCRIPT)
    page.ok()
    (made,) = await alice.home()
    assert page.html.strip().startswith("<article")
    assert f'id="s{made["id"]}"' in page.html
    assert page.headers["content-location"] == f"/@alice/{made['id']}"
    refused = await reader.send(SEND, {**FORM, "text": "", "key": "k2"}, **SCRIPT)
    assert 'data-for="text"' in refused.html
    assert "<html" not in refused.html
    later = {**FORM, "text": "two", "key": "k3", "after": "unknown"}
    assert "not published yet" in (await reader.send(SEND, later, **SCRIPT)).refused(422)


async def test_home_and_threads_hold_a_composer(network: Network, sql_budget: SqlBudget) -> None:
    _, bob = await network.people("alice", "bob")
    asked = await bob.publish("what?", visibility="unlisted")
    reader = await logged_in(network)
    await reader.get("/home")
    with sql_budget(2):
        page = await reader.get("/home")
    assert "What is new on the square?" in page.ok()
    assert '<details class="unfold"><summary' in page.html
    thread = await reader.get(f"/@bob/{asked['id']}")
    assert words(thread) == " @bob "
    assert value(thread, "reply") == asked["id"]
    visitor = Reader(network)
    assert "p-composer" not in (await visitor.get(f"/@bob/{asked['id']}")).html
