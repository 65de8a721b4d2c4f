"""Taking away what is one's own: files, and the archive."""

import io
import zipfile
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig import pictures
from tests.rig.network import Network, Person, serve
from tests.rig.reader import Reader, logged_in

from parvis.domain.drafts import drafts
from parvis.domain.drafts.types import Written, WrittenMedia, WrittenPoll
from parvis.domain.lists import lists, members
from parvis.domain.lists.types import ListDraft
from parvis.domain.portability import archives
from parvis.domain.relationships import blocks

EXPORT = "/settings/export"
ARCHIVE = "/settings/export/archive"


async def lived(network: Network) -> tuple[Person, Person, Person]:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    await alice.follow(bob)
    (await alice.post(f"/api/v1/accounts/{bob.id}/follow", {"languages": ["fr", "en"]})).ok()
    made = await network.db.run(lists.create, alice.account_id, ListDraft(title="Amis, vieux"))
    await network.db.run(members.add, alice.account_id, made.id, [bob.account_id])
    (await alice.post(f"/api/v1/accounts/{carol.id}/mute", {"notifications": False})).ok()
    await network.db.run(blocks.block_domain, alice.account_id, "evil.example", "x")
    return alice, bob, carol


async def archive(network: Network, reader: Reader) -> zipfile.ZipFile:
    page = await reader.get(EXPORT)
    address = page.html.partition(f'href="{ARCHIVE}/')[2].partition('"')[0]
    headers = {"cookie": "; ".join(f"{k}={v}" for k, v in reader.cookies.items())}
    answer = await network.anyone.call("GET", f"{ARCHIVE}/{address}", headers=headers)
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.body))


async def test_files_are_mastodons(network: Network) -> None:
    alice, bob, carol = await lived(network)
    kept = await bob.publish("keep this")
    (await alice.post(f"/api/v1/statuses/{kept['id']}/bookmark")).ok()
    (await alice.post(f"/api/v1/accounts/{carol.id}/block")).ok()
    reader = await logged_in(network)
    text = (await reader.get(EXPORT)).ok()
    assert "People you follow 1 line" in text
    here = network.base.partition("://")[2]
    for name, expected in {
        "following_accounts.csv": "Account address,Show boosts,Notify on new posts,Languages\n"
        f'bob@{here},true,false,"fr, en"\n',
        "lists.csv": f'"Amis, vieux",bob@{here}\n',
        "muted_accounts.csv": f"Account address,Hide notifications\ncarol@{here},false\n",
        "blocked_accounts.csv": f"carol@{here}\n",
        "blocked_domains.csv": "evil.example\n",
        "bookmarks.csv": f"{kept['uri']}\n",
    }.items():
        page = await reader.get(f"{EXPORT}/{name}")
        assert page.ok() is not None
        assert page.html == expected, name
        assert page.headers["content-type"] == "text/csv; charset=utf-8"
        assert page.headers["cache-control"] == "no-store"


async def test_long_lists_are_told_to_their_end(network: Network) -> None:
    alice = await network.person("alice")
    await network.db.fetch(
        "insert into account_domain_blocks (account_id, domain)"
        " select $1, 'x' || n || '.example' from generate_series(1, 2500) n",
        alice.account_id,
    )
    page = await (await logged_in(network)).get(f"{EXPORT}/blocked_domains.csv")
    assert len(set(page.html.split())) == 2_500


async def test_what_can_no_longer_be_seen_is_not_exported(network: Network) -> None:
    alice, bob, _ = await lived(network)
    kept = await bob.publish("keep this", visibility="private")
    (await alice.post(f"/api/v1/statuses/{kept['id']}/bookmark")).ok()
    (await alice.post(f"/api/v1/accounts/{bob.id}/unfollow")).ok()
    page = await (await logged_in(network)).get(f"{EXPORT}/bookmarks.csv")
    assert page.html == ""


@pytest.mark.parametrize("name", ["x", "follows", "following_accounts", "a.csv", "archive"])
async def test_there_are_no_other_files(network: Network, name: str) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    assert (await reader.get(f"{EXPORT}/{name}")).status in {404, 405, 303}


async def test_archive_holds_what_one_wrote(network: Network) -> None:
    alice, bob, _ = await lived(network)
    sent = await alice.call(
        "POST", "/api/v2/media", data=pictures.form(pictures.plain(), description="Green")
    )
    await network.settle()
    poll = {"options": ["a", "b"], "expires_in": 600}
    pictured = await alice.publish("with #art and @bob", media_ids=[sent.json["id"]])
    asked = await alice.publish("Which?", poll=poll, visibility="unlisted", language="en")
    await alice.publish("@bob secret words", visibility="direct")
    theirs = await bob.publish("of bob")
    for act in ("reblog", "favourite", "bookmark"):
        (await alice.post(f"/api/v1/statuses/{theirs['id']}/{act}")).ok()
    begun = await alice.call("POST", "/api/v2/media", data=pictures.form(pictures.plain(32, 16)))
    await network.settle()
    unsaid = Written(
        text="not yet",
        in_reply_to_id=int(theirs["id"]),
        media=[WrittenMedia(int(begun.json["id"]), "Blue", "0.1,0.2")],
        poll=WrittenPoll(["now", "then"]),
    )
    await network.db.run(drafts.save, alice.account_id, "one", unsaid)
    gone = await network.db.run(drafts.save, alice.account_id, "two", Written(text="thrown away"))
    await network.db.run(drafts.discard, alice.account_id, gone.id)
    reader = await logged_in(network)
    assert (await reader.send(ARCHIVE)).location == EXPORT
    assert "is being made" in (await reader.get(EXPORT)).ok()
    await network.db.fetch("update users set locale = 'fr' where id = $1", alice.user_id)
    await network.settle()
    with await archive(network, reader) as made:
        assert made.testzip() is None
        told: dict[str, Any] = {
            name: msgspec.json.decode(made.read(name))
            for name in made.namelist()
            if name.endswith(".json")
        }
        names = made.namelist()
        (picture,) = [name for name in names if name.startswith("media/")]
        assert pictures.opened(made.read(picture)).size == (64, 48)
        assert made.read("bookmarks.csv").decode().strip() == theirs["uri"]
        assert "Ceci est une archive de @alice@" in made.read("README.txt").decode()
        (draft,) = told["drafts.json"]
        assert pictures.opened(made.read(draft["attachment"][0]["url"])).size == (32, 16)
    assert draft["attachment"][0]["description"] == "Blue"
    assert (draft["text"], draft["inReplyTo"]) == ("not yet", theirs["uri"])
    assert draft["poll"]["options"] == ["now", "then"]
    assert told["actor.json"]["preferredUsername"] == "alice"
    outbox = told["outbox.json"]
    assert outbox["totalItems"] == len(outbox["orderedItems"]) == 4
    first, question, direct, announce = outbox["orderedItems"]
    assert first["object"]["id"] == pictured["uri"]
    assert first["object"]["attachment"][0]["url"] == picture
    assert first["object"]["attachment"][0]["name"] == "Green"
    assert {tag["type"] for tag in first["object"]["tag"]} == {"Mention", "Hashtag"}
    assert question["object"]["id"] == asked["uri"]
    assert [one["name"] for one in question["object"]["oneOf"]] == ["a", "b"]
    assert question["object"]["contentMap"] == {"en": question["object"]["content"]}
    assert "secret words" in direct["object"]["content"]
    assert direct["to"] == [f"{network.base}/users/bob"]
    assert (announce["type"], announce["object"]) == ("Announce", theirs["uri"])
    assert told["likes.json"]["orderedItems"] == [theirs["uri"]]
    assert "of bob" not in msgspec.json.encode(told).decode()


async def test_archive_is_told_by_letter_and_only_its_owner_fetches_it(
    network: Network, tmp_path: Path
) -> None:
    await network.people("alice", "bob")
    reader = await logged_in(network)
    await reader.send(ARCHIVE)
    await network.settle()
    letters = [path.read_text() for path in (tmp_path / "mail").glob("*-archive-*.eml")]
    assert len(letters) == 1
    assert "alice@example.org" in letters[0]
    assert EXPORT in letters[0]
    row = await network.db.fetchrow("select id, secret from archives")
    address = f"{ARCHIVE}/{row['id']}"
    assert (await (await logged_in(network, "bob")).get(address)).refused(404)
    assert "/auth/log-in" in (await Reader(network).get(address)).location
    secret = row["secret"]
    for path in (archives.key_of(secret), f"archives/{secret[:2]}/{secret}/archive.zip"):
        assert (await network.anyone.get(f"/media/{path}")).status == 404
    for wrong in ("0", "x", "9" * 30, "-1", f"{row['id']}x"):
        assert (await reader.get(f"{ARCHIVE}/{wrong}")).refused(404)


async def test_one_archive_a_week_however_often_one_clicks(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    for _ in range(3):
        assert (await reader.send(ARCHIVE)).location == EXPORT
    assert "once a week" in (await reader.get(EXPORT)).ok()
    assert await network.db.fetchval("select count(*) from archives") == 1
    await network.db.fetch("update archives set state = 'failed', finished_at = now()")
    await reader.send(ARCHIVE)
    assert await network.db.fetchval("select count(*) from archives") == 2
    await network.db.fetch("delete from archives where state = 'failed'")
    await network.settle()
    await network.db.fetch("update archives set created_at = now() - interval '8 days'")
    await reader.send(ARCHIVE)
    assert await network.db.fetchval("select count(*) from archives where state = 'waiting'") == 1


async def test_job_that_was_killed_begins_anew(network: Network, tmp_path: Path) -> None:
    alice = await network.person("alice")
    await alice.publish("words")
    reader = await logged_in(network)
    await reader.send(ARCHIVE)
    archive_id = await network.db.fetchval("select id from archives")
    means = network.app.means
    await archives.make(means, {"archive_id": archive_id})
    files = list((tmp_path / "media" / "archives").rglob("*.zip"))
    await archives.make(means, {"archive_id": archive_id})  # done already: nothing
    await network.db.fetch("update archives set state = 'waiting'")
    await archives.make(means, {"archive_id": archive_id})
    assert list((tmp_path / "media" / "archives").rglob("*.zip")) == files
    await network.settle()
    with await archive(network, reader) as made:
        assert made.testzip() is None


async def test_archive_ends_after_a_week_and_with_its_account(
    network: Network, tmp_path: Path
) -> None:
    for username in ("alice", "bob"):
        await network.person(username)
        await (await logged_in(network, username)).send(ARCHIVE)
    await network.settle()
    assert len(list((tmp_path / "media" / "archives").rglob("*.zip"))) == 2
    await network.db.fetch(
        "update archives x set expires_at = now() from accounts a"
        " where a.id = x.account_id and a.username = 'alice'"
    )
    await network.db.fetch("update accounts set deleted_at = now() where username = 'bob'")
    await archives.sweep(network.app.means, {})
    await network.settle()
    assert await network.db.fetchval("select count(*) from archives") == 0
    assert not list((tmp_path / "media" / "archives").rglob("*.zip"))


async def test_archive_of_somebody_who_left_meanwhile_is_not_kept(
    network: Network, tmp_path: Path
) -> None:
    await network.person("alice")
    await (await logged_in(network)).send(ARCHIVE)
    await network.db.fetch("update accounts set deleted_at = now()")
    await network.settle()
    assert not list((tmp_path / "media").rglob("*.zip"))


async def test_suspended_people_take_what_is_theirs(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network)
    await network.db.fetch("update accounts set suspended_at = now()")
    fresh = await logged_in(network)
    for one in (reader, fresh):
        assert (await one.get(EXPORT)).status == 200
    assert (await fresh.send(ARCHIVE)).location == EXPORT


async def test_archive_of_a_bucket(dsn: str, tmp_path: Path) -> None:
    from tests.rig.bucket import Bucket  # noqa: PLC0415 - needed here alone

    async with Bucket() as bucket, serve(dsn, tmp_path, storage_url=bucket.url) as network:
        alice = await network.person("alice")
        await alice.publish("words " * 50)
        reader = await logged_in(network)
        await reader.send(ARCHIVE)
        await network.settle()
        with await archive(network, reader) as made:
            assert b"words" in made.read("outbox.json")
