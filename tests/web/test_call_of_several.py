"""A call of several people: a room that nobody else knows, that nobody listens to, that keeps nothing."""

import re
from typing import Any

import pytest
from tests.domain.test_calls import befriend
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.errors import NotFound
from parvis.domain.rooms import hands, keeping, listening, running, showing

HEARS = "whoever runs it could listen"


async def call(host: Reader, speakers: str = "@bob @carol", **said: str) -> Any:
    key = (await host.get("/rooms/call")).hidden()["key"]
    return await host.send(
        "/rooms/call", {"title": "The benches", "speakers": speakers, "key": key, **said}
    )


async def test_who_is_called_joins_and_nobody_else_knows(network: Network) -> None:
    people = await network.people("alice", "bob", "carol", "dave")
    await befriend(network, *people[:3])
    names = ("alice", "bob", "carol", "dave")
    alice, bob, carol, dave = [await logged_in(network, one) for one in names]
    form = await alice.get("/rooms/call?who=@bob%20@carol")
    assert HEARS in form.ok()
    assert "@bob @carol" in form.html
    assert "/rooms/call" in (await alice.get("/rooms/new")).html
    started = await call(alice)
    path = started.location
    await network.settle()
    # Told by a direct message, which stands with a way to call all of them in their conversations.
    told = (await people[1].get("/api/v1/notifications")).ok()
    assert "mention" in [one["type"] for one in told]
    assert "The benches" in (await bob.get("/conversations")).ok()
    assert "/rooms/call?who=@" in (await bob.get("/conversations")).html
    await _is_hidden(network, path, dave)
    before = await bob.get(path)
    for words in (HEARS, "nothing is recorded", "You are called"):
        assert words in before.text, words
    assert "<p-room" not in before.html
    await bob.submit(path, {"do": "accept"})
    during = await bob.get(path)
    assert HEARS in during.text
    assert f'data-state="{path}/inside"' in during.html
    desk = await alice.get(path)
    assert "<p-room" in desk.html
    for words in ("Record", "Questions", "Reactions", "In writing", "Invite somebody", "Pause"):
        assert words not in desk.text, words
    await _is_heard_by_nobody(network, path, alice, bob)
    # Nobody is invited later, also not by naming them in the message.
    assert (await alice.send(path, {"do": "invite", "acct": "@dave"})).status == 422
    status_id = (await showing.find(network.db, people[0].account_id, int(path[7:]))).status_id
    (await people[0].put(f"/api/v1/statuses/{status_id}", {"status": "@dave @bob look"})).ok()
    assert (await dave.get(path)).status == 404
    # Who says no knows nothing of it any more; it ends for everybody when its host ends it.
    assert (await carol.send(path, {"do": "decline"})).location == "/conversations"
    assert (await carol.get(path)).status == 404
    assert (await bob.send(path, {"do": "end"})).status == 422
    assert "over" in (await alice.submit(path, {"do": "end"})).ok()
    assert "<p-room" not in (await bob.get(path)).html
    assert HEARS not in (await bob.get(path)).text
    assert (await alice.send(path, {"do": "delete"})).location == "/rooms"
    assert (await bob.get(path)).status == 404


async def test_who_may_be_called_is_who_takes_calls(network: Network) -> None:
    people = await network.people("alice", "bob", "carol", "dave")
    await befriend(network, *people[:3])
    alice = await logged_in(network)
    for speakers, words in (
        ("@dave", "@dave takes no calls of yours"),
        ("@bob @zed", "There is no @zed here"),
        ("@alice", "There is no @alice here"),
        ("", "names of members"),
        ("<b>", "names of members"),
        (" ".join(f"@p{number}" for number in range(8)), "names of members"),
    ):
        said = (await call(alice, speakers)).refused(422)
        assert words.lower() in said.lower(), speakers
    assert "at most 120" in (await call(alice, title=" ")).refused(422)
    assert await network.db.fetchval("select count(*) from rooms") == 0
    assert await network.db.fetchval("select count(*) from statuses") == 0
    said = {"title": "The benches", "speakers": "@bob", "key": "one key of a form"}
    path = (await alice.send("/rooms/call", said)).location
    assert (await alice.send("/rooms/call", said)).location == path  # sent twice
    assert "goes on" in (await call(alice)).refused(422)

    french = await logged_in(network, "bob", "fr")
    await french.get("/?lang=fr")
    assert "pourrait écouter" in (await french.get(path)).ok()


async def test_its_process_records_nothing_and_all_leaving_ends_it(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await befriend(network, alice, bob)
    path = (await call(await logged_in(network), "@bob")).location
    room_id = int(re.sub(r"\D", "", path))
    await network.db.run(hands.take_place, bob.account_id, room_id, "accept")
    await network.db.fetch(keeping.Q.take, "this one", 8.0)
    (wanted,) = await keeping.list_wanted(network.db, "this one")
    control = wanted.control
    assert control is not None
    assert (control.is_call, control.record, control.mix) == (True, False, "live")
    assert len(control.speakers) == 2
    late = "update rooms set empty_since = now() - interval '6 min' where empty_since is not null"
    await network.db.run(keeping.count, {room_id: 2})
    await network.db.fetch(late)
    assert await network.db.run(running.open_due) == 0  # they are there
    await network.db.run(keeping.count, {room_id: 0})
    assert await network.db.run(running.open_due) == 0  # they may come back
    await network.db.fetch(late)
    assert await network.db.run(running.open_due) == 1
    assert (await showing.find(network.db, bob.account_id, room_id)).state == "ended"


async def _is_hidden(network: Network, path: str, dave: Reader) -> None:
    """Whoever was not called finds nothing, wherever they look."""
    for who in (dave, Reader(network)):
        for way in ("", "/now", "/captions", "/captions.vtt", "/recording.m4a"):
            assert (await who.get(path + way)).status == 404, way
        assert "The benches" not in (await who.get("/rooms")).text
        assert "The benches" not in (await who.get("/public/local")).text
        assert (await who.get(f"/live?on=room:{path[7:]}")).status == 404
    assert (await dave.get(f"{path}/inside")).status == 404
    for do in ("raise", "accept", "end", "ask", "clap", "record", "delete"):
        assert (await dave.send(path, {"do": do, "text": "Hello?"})).status == 404, do


async def _is_heard_by_nobody(network: Network, path: str, *people: Reader) -> None:
    """No list, no ticket, nothing written, also for those who are in it."""
    assert "The benches" not in (await people[0].get("/rooms")).text
    for who in people:
        for way in ("/captions", "/captions.vtt", "/recording.m4a"):
            assert (await who.get(path + way)).status == 404, way
        for do in ("ask", "clap", "record", "write"):
            assert (await who.send(path, {"do": do, "text": "Hello?"})).status == 404, do
        assert (await who.get(path)).headers.get("set-cookie", "").find("/listen/") < 0
    everybody = await network.db.fetch("select id from accounts")
    for one in (0, *(row["id"] for row in everybody)):
        with pytest.raises(NotFound):
            await listening.issue(network.db, one, "", int(path[7:]))
