"""The pages of rooms, read and used without scripts: announce, open, raise a hand, mute, end, refuse."""

import re
import time
from datetime import timedelta

import msgspec
import pytest
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.domain.rooms import keeping
from parvis.infra.clock import now
from parvis.infra.ticket_key import TicketKey
from parvis.protocols import tickets
from parvis.protocols.tickets import Lane, TicketOfAnotherRoom

EDGES = ("https://a.example.org", "https://b.example.org")


def form(**said: str) -> dict[str, str]:
    starts = now() + timedelta(hours=1)
    return {
        "title": "A talk about the square",
        "starts_at": starts.strftime("%Y-%m-%dT%H:%M"),
        "zone": "UTC",
        "records": "true",
        **said,
    }


async def announce(host: Reader, **said: str) -> str:
    return (await host.send("/rooms", form(**said))).location


async def test_a_room_is_announced_opened_started_and_ended(network: Network) -> None:
    _, bob_of, _ = await network.people("alice", "bob", "carol")
    alice, bob = await logged_in(network), await logged_in(network, "bob", "fr")
    await bob.get("/?lang=fr")
    visitor = Reader(network)
    assert "Nobody is live" in (await visitor.get("/rooms")).ok()
    assert (await visitor.get("/rooms/new")).location.startswith("/auth/log-in")
    key = (await alice.get("/rooms/new")).hidden()["key"]
    path = await announce(alice, key=key, speakers="@bob")
    assert await announce(alice, key=key, speakers="@bob") == path  # sent twice
    page = (await visitor.get(path)).ok()
    for said in ("A talk about the square", "Coming", "Recorded", "The doors open ten minutes"):
        assert said in page, said
    assert "The host" not in page
    assert "A talk about the square" in (await visitor.get("/public/local")).ok()
    assert "microphone=()" in (await visitor.get(path)).headers["permissions-policy"]
    # The invited are told by the message, and agree on the page, knowing that it is recorded.
    await network.settle()
    assert [one["type"] for one in (await bob_of.get("/api/v1/notifications")).ok()] == ["mention"]
    invited = await bob.get(path)
    assert "On vous invite à parler" in invited.text
    assert "enregistré" in invited.text
    assert "microphone=(self)" in invited.headers["permissions-policy"]
    await bob.submit(path, {"do": "accept"})
    assert "p-room" not in (await bob.get(path)).html  # the doors are closed
    assert "The doors are not open" in (await alice.send(path, {"do": "start"})).refused(422)
    assert "Listeners hear hold music" in (await alice.submit(path, {"do": "open"})).ok()
    assert "<p-listen" in (await visitor.get(path)).html
    assert "/master.m3u8" in (await visitor.get(path)).html
    assert 'data-state="hold"' in (await visitor.get(path)).html
    assert f'data-whip="{path}/whip"' in (await bob.get(path)).html
    assert "You are live" in (await alice.submit(path, {"do": "start"})).ok()
    assert "live already" in (await alice.send(path, {"do": "start"})).refused(422)
    assert "Live since" in (await visitor.get(path, **{"cache-control": "no-cache"})).ok()
    assert "over" in (await alice.submit(path, {"do": "end"})).ok()
    assert "p-listen" not in (await visitor.get(path)).html
    assert "is over" in (await alice.send(path, {"do": "resume"})).refused(422)
    assert (await alice.send(path, {"do": "delete"})).location == "/rooms"
    assert (await visitor.get(path)).status == 404
    await network.settle()
    assert "A talk about" not in (await visitor.get("/public/local")).text


async def test_hands_are_raised_and_speakers_muted_and_removed(network: Network) -> None:
    await network.people("alice", "carol")
    alice = await logged_in(network)
    path = await announce(alice)
    await alice.submit(path, {"do": "open"})
    await alice.submit(path, {"do": "start"})
    carol = await logged_in(network, "carol")
    assert "Your hand is raised" in (await carol.submit(path, {"do": "raise"})).ok()
    assert "hosts" in (await carol.send(path, {"do": "end"})).refused(422)
    desk = await alice.get(path)
    assert "Raised hands" in desk.text
    who = re.search(r'name="who" value="(\d+)"[^<]*><button[^>]*value="admit"', desk.html)
    assert who
    await alice.submit(path, {"do": "admit", "who": who[1]})
    assert "<p-room" in (await carol.get(path)).html
    await alice.submit(path, {"do": "mute", "who": who[1]})
    assert "A host muted you" in (await carol.get(path)).text
    # Louder, step by step, until it is enough; the host's own voice too.
    desk = await alice.get(path)
    for _ in range(5):
        step = re.search(rf'value="(-?\d+)"><button[^>]*data-act="louder-{who[1]}"', desk.html)
        assert step
        desk = await alice.submit(path, {"do": "amplify", "who": who[1], "gain": step[1]})
    assert "+12 dB" in desk.text
    assert f'data-act="louder-{who[1]}" aria-disabled="true"' in desk.html
    for wrong in ("13", "-99", "loud", "", "٣"):
        refused = await alice.send(path, {"do": "amplify", "who": who[1], "gain": wrong})
        assert "12 dB" in refused.refused(422)
    refused = await carol.send(path, {"do": "amplify", "who": who[1], "gain": "3"})
    assert "hosts" in refused.refused(422)
    assert "How loud each is" not in (await carol.get(path)).text
    assert f'<option value="{who[1]}">@carol' in (await alice.get(path)).html  # whom to hand it to
    await alice.submit(path, {"do": "remove", "who": who[1]})
    gone = await carol.get(path)
    assert "removed you" in gone.text
    assert "<p-listen" in gone.html
    assert "removed you" in (await carol.send(path, {"do": "raise"})).refused(422)
    # Part of the page, for scripts.
    part = await carol.get(f"{path}/now", **{"x-fragment": "1"})
    assert "<html" not in part.html
    assert 'id="room-now"' in part.html
    assert 'id="room-sound"' in part.html


async def test_what_is_wrong_is_said_beside_its_field(network: Network) -> None:
    await network.people("alice", "bob")
    alice = await logged_in(network)
    said = (await alice.send("/rooms", form(title=" "))).refused(422)
    assert "at most 120 letters" in said
    for wrong, words in (
        ({"title": "word " * 10_000}, "at most 120 letters"),
        ({"starts_at": "2020-01-01T10:00"}, "This moment is over"),
        ({"starts_at": "9999-12-31T23:59", "zone": "America/Lima"}, "Choose a"),
        ({"starts_at": "soon"}, "Choose a day"),
        ({"zone": "Mars/Olympus"}, "time zone"),
        ({"speakers": "@nobody_here"}, "There is no @nobody_here here"),
        ({"speakers": "<b>"}, "Write names of members"),
        ({"speakers": " ".join(f"@p{n}" for n in range(40))}, "ten at most"),
    ):
        assert words in (await alice.send("/rooms", form(**wrong))).refused(422), wrong
    assert await network.db.fetchval("select count(*) from rooms") == 0
    assert (await alice.get("/rooms/123456")).status == 404
    assert (await alice.get("/rooms/x")).status in (404, 422)
    for act in ("start", "raise", "invite", "nonsense", ""):
        assert (await alice.send("/rooms/123456", {"do": act, "who": "1"})).status in (404, 422)
    path = await announce(alice)
    bob = await logged_in(network, "bob")
    assert "hosts" in (await bob.send(path, {"do": "open"})).refused(422)
    assert (await bob.send(path, {"do": "delete"})).status == 422
    assert (await bob.get(f"{path}/edit")).location == path
    assert "nobody of this name" in (
        await alice.send(path, {"do": "invite", "acct": "@zed"})
    ).refused(422)
    edited = await alice.send(f"{path}/edit", form(title="Another title"))
    assert edited.location == path
    assert "Another title" in (await bob.get(path)).ok()
    assert "at most 120" in (await alice.send(f"{path}/edit", form(title="x" * 121))).refused(422)
    await alice.submit(path, {"do": "open"})
    assert (await alice.send(f"{path}/edit", form())).location == path  # too late


@pytest.mark.parametrize("access", ["members", "followers"])
async def test_a_room_is_for_those_it_is_for(network: Network, access: str) -> None:
    _, bob_of, _ = await network.people("alice", "bob", "carol")
    alice, bob, carol = [await logged_in(network, one) for one in ("alice", "bob", "carol")]
    await bob_of.call("POST", f"/api/v1/accounts/{await _id(network, 'alice')}/follow")
    path = await announce(alice, access=access)
    await alice.submit(path, {"do": "open"})
    said = await network.db.fetchval("select text from statuses order by id desc limit 1")
    assert said.startswith("Live on ")
    assert "<" not in said
    visitor = await Reader(network).get(path)
    page = await bob.get(path)
    assert "<p-listen" in page.html
    # Without scripts, too: the sound is let in by the ticket that came with the page.
    assert (
        f'<noscript><audio controls preload="none" src="/listen/{path[7:]}/live.mp4"' in page.html
    )
    assert f"Path=/listen/{path[7:]}" in page.headers["set-cookie"]
    if access == "members":
        assert "Log in to listen" in visitor.ok()
        assert "<p-listen" in (await carol.get(path)).html
    else:
        assert visitor.status == 404
        assert (await carol.get(path)).status == 404
        assert (await carol.send(path, {"do": "raise"})).status == 404
        assert "A talk" not in (await carol.get("/rooms")).text


async def _id(network: Network, name: str) -> int:
    return await network.db.fetchval("select id from accounts where username = $1", name)


async def test_offers_of_speakers_are_handed_on_and_others_refused(network: Network) -> None:
    await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    path = await announce(alice)
    offer = {"content-type": "application/sdp", "origin": network.base}

    async def ask(who: Reader, method: str, to: str, body: bytes = b"v=0", **headers: str) -> int:
        cookie = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
        told = {**offer, **headers, "cookie": cookie}
        async with network.http.request(
            method, network.base + to, data=body, headers=told, allow_redirects=False
        ) as answer:
            return answer.status

    assert await ask(alice, "POST", f"{path}/whip") == 403  # the doors are closed
    await alice.submit(path, {"do": "open"})
    assert await ask(alice, "POST", f"{path}/whip") == 503  # no process runs in this test
    assert await ask(bob, "POST", f"{path}/whip") == 403
    assert await ask(Reader(network), "POST", f"{path}/whip") == 401
    assert await ask(alice, "POST", f"{path}/whip", b"v=0" + b"a" * 100_000) == 413
    assert await ask(alice, "POST", f"{path}/whip", **{"content-type": "text/plain"}) == 415
    assert await ask(alice, "POST", f"{path}/whip", origin="https://elsewhere.example") == 403
    assert await ask(alice, "POST", "/rooms/12345/whip") == 404
    assert await ask(alice, "DELETE", f"{path}/whip/a%2Fb") in (404, 422)
    assert await ask(alice, "DELETE", f"{path}/whip/abc") == 503
    assert await ask(alice, "OPTIONS", f"{path}/whip") == 204
    assert await ask(bob, "OPTIONS", f"{path}/whip") == 403
    assert await ask(Reader(network), "OPTIONS", f"{path}/whip") == 401


async def test_questions_are_asked_voted_for_and_answered(network: Network) -> None:
    await network.people("alice", "bob", "carol")
    alice, bob, carol = [await logged_in(network, one) for one in ("alice", "bob", "carol")]
    path = await announce(alice)
    assert "Others can vote" in (await bob.submit(path, {"do": "ask", "text": "Why  here?"})).ok()
    await bob.send(path, {"do": "ask", "text": "Why here?"})  # sent twice
    await carol.send(path, {"do": "ask", "text": "<b>Who pays?</b>"})
    page = await carol.get(path)
    assert page.text.count("Why here?") == 1
    assert "&lt;b&gt;Who pays?" in page.html
    found = re.findall(r'name="question" value="(\d+)"', page.html)
    fields = {"x-fragment": "1"}
    voted = await alice.send(path, {"do": "want", "question": found[1]}, **fields)
    assert "2 want an answer" in voted.ok()
    assert "<html" not in voted.html
    await alice.send(path, {"do": "want", "question": found[1]})  # twice is once
    first = re.findall(r'name="question" value="(\d+)"', (await alice.get(path)).html)[0]
    assert first == found[1]  # the most wanted stands first
    await alice.send(path, {"do": "unwant", "question": first})
    assert "2 want an answer" not in (await alice.get(path)).text
    assert "hosts" in (await bob.send(path, {"do": "answered", "question": found[1]})).refused(422)
    await alice.send(path, {"do": "answered", "question": found[0]})
    assert "answered" in (await Reader(network).get(path)).text
    await bob.send(path, {"do": "remove_question", "question": found[0]})  # one's own
    assert "Why here" not in (await alice.get(path)).text
    for number in range(5):
        await bob.send(path, {"do": "ask", "text": f"And {number}?"})
    assert "enough" in (await bob.send(path, {"do": "ask", "text": "More?"})).refused(422)
    assert "Write something" in (await bob.send(path, {"do": "ask", "text": " "})).refused(422)
    assert (await bob.send(path, {"do": "ask", "text": "x" * 281})).status == 422
    assert (await bob.send(path, {"do": "want", "question": "99"})).status == 404
    assert (await bob.send(path, {"do": "want", "question": "x"})).status == 422
    await alice.submit(path, {"do": "open"})
    assert (await bob.submit(path, {"do": "clap"}, **{"x-fragment": "1"})).ok()
    assert "Applause 1" in (await Reader(network).get(path)).text
    assert (await bob.send(path, {"do": "boo"})).status == 422
    await alice.submit(path, {"do": "end"})
    assert "is over" in (await bob.send(path, {"do": "clap"})).refused(422)
    assert "is over" in (await bob.send(path, {"do": "ask", "text": "Still?"})).refused(422)


async def test_what_is_said_is_written_down_put_right_and_told_as_subtitles(
    network: Network,
) -> None:
    await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    visitor = Reader(network)
    path = await announce(alice, access="members")
    assert "nothing to write" in (await alice.send(path, {"do": "write", "text": "Hm"})).refused(
        422
    )
    await alice.submit(path, {"do": "open"})
    await alice.submit(path, {"do": "write", "text": "Good evening, <all> & each --> one."})
    await alice.submit(path, {"do": "write", "text": "We begin."})
    assert "hosts" in (await bob.send(path, {"do": "write", "text": "I was here"})).refused(422)
    assert "Good evening" in (await bob.get(path)).text
    subtitles = await bob.get(f"{path}/captions.vtt")
    assert subtitles.headers["content-type"] == "text/vtt; charset=utf-8"
    assert subtitles.html.startswith("WEBVTT\n\n")
    assert "Good evening, &lt;all&gt; &amp; each --&gt; one." in subtitles.html
    times = re.findall(r"(\S+) --> (\S+)", subtitles.html)
    assert len(times) == 2
    assert times[0][0] <= times[0][1] <= times[1][1]
    assert times[0][1] == times[1][0] or times[0][1] >= times[1][0]
    assert (await visitor.get(f"{path}/captions.vtt")).status == 403
    assert (await visitor.get(f"{path}/captions")).status == 403
    await alice.submit(path, {"do": "end"})
    lines = re.findall(r'name="line" value="(\d+)"', (await alice.get(f"{path}/captions")).html)
    await alice.submit(f"{path}/captions", {"line": lines[1], "text": "We begin now."})
    await alice.submit(f"{path}/captions", {"line": lines[0], "text": " "})
    page = (await bob.get(f"{path}/captions")).ok()
    assert "We begin now." in page
    assert "Good evening" not in page
    assert (await bob.send(f"{path}/captions", {"line": lines[1], "text": "No"})).status == 403
    assert (await alice.send(f"{path}/captions", {"line": "x", "text": "No"})).status == 422
    assert (await alice.send(f"{path}/captions", {"line": "7", "text": "No"})).status == 404


async def test_what_was_recorded_is_heard_again_by_those_it_was_for(network: Network) -> None:
    await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    visitor = Reader(network)
    path = await announce(alice, access="members")
    assert (await visitor.send(f"{path}/ticket")).status == 404  # still to come
    await alice.submit(path, {"do": "open"})
    assert (await visitor.send(f"{path}/ticket")).status == 403
    ticket = await bob.send(f"{path}/ticket")
    said = msgspec.json.decode(ticket.html)
    key = network.db.kept(TicketKey).load()
    room_id = int(path.rpartition("/")[2])
    assert tickets.check(key, said["ticket"], room_id, time.time()).lane == Lane.TICKETED
    with pytest.raises(TicketOfAnotherRoom):
        tickets.check(key, said["ticket"], room_id + 1, time.time())
    assert f"Path=/listen/{room_id}" in ticket.headers["set-cookie"]
    own = msgspec.json.decode((await alice.send(f"{path}/ticket")).html)["ticket"]
    assert tickets.check(key, own, room_id, time.time()).lane == Lane.FOLLOWERS
    await alice.submit(path, {"do": "end"})
    assert (await bob.get(f"{path}/recording.m4a")).status == 404
    folders = network.app.means.room_folders
    assert folders is not None
    (folders / str(room_id)).mkdir(parents=True)
    (folders / str(room_id) / "recording.m4a").write_bytes(b"0123456789")
    marks = b'{"duration_ms":9000,"spans":[],"chapters":[[0,"A talk"],[3725500,"<Why?>"]]}'
    (folders / str(room_id) / "recording.json").write_bytes(marks)
    await keeping.take(network.db, "k")
    await network.db.run(keeping.finish, "k", room_id, 10)
    page = await bob.get(path)
    assert f'<audio controls preload="metadata" src="{path}/recording.m4a"' in page.html
    assert f'href="{path}/recording.m4a#t=3725.5" data-at="3725.5"' in page.html
    assert "1:02:05 <Why?>" in page.text
    assert (await bob.get(f"{path}/recording.m4a")).html == "0123456789"
    part = await bob.get(f"{path}/recording.m4a", range="bytes=2-4")
    assert (part.status, part.html) == (206, "234")
    kept = await bob.get(f"{path}/recording.m4a?keep=1")
    assert "A%20talk" in kept.headers["content-disposition"]
    assert "Log in to listen" in (await visitor.get(path)).text
    assert (await visitor.get(f"{path}/recording.m4a")).status == 403
    assert "Listen again" in (await bob.get("/rooms")).text
    await alice.submit(path, {"do": "withdraw"})
    assert (await bob.get(f"{path}/recording.m4a")).status == 404
    assert "Only for its hosts" in (await alice.get(path)).text
    await alice.submit(path, {"do": "publish"})
    assert (await bob.get(f"{path}/recording.m4a")).status == 200


async def test_visitors_have_tickets_of_their_browser(network: Network) -> None:
    await network.people("alice")
    alice = await logged_in(network)
    path = await announce(alice)
    await alice.submit(path, {"do": "open"})
    visitor, other = Reader(network), Reader(network)
    key, room_id = network.db.kept(TicketKey).load(), int(path.rpartition("/")[2])
    holders: list[bytes] = []
    for who in (visitor, visitor, other):
        said = msgspec.json.decode((await who.send(f"{path}/ticket")).html)
        holders.append(tickets.check(key, said["ticket"], room_id, time.time()).holder)
    assert holders[0] == holders[1] != holders[2]
    assert (await visitor.send("/rooms/1/ticket")).status == 404


async def test_owners_say_who_announces_and_who_hears_in_an_emergency(network: Network) -> None:
    await network.person("anouk", role="owner")
    await network.person("alice")
    owner, alice = await logged_in(network, "anouk"), await logged_in(network)
    path = await announce(alice)
    await alice.submit(path, {"do": "open"})
    await keeping.take(network.db, "k")
    for wanted in ("tickets", "followers", "open"):
        answer = await owner.submit("/admin/rooms", {"do": "lanes", "rooms_lanes": wanted})
        assert "Switched." in answer.ok()
        (room,) = await keeping.list_wanted(network.db, "k")
        assert room.control is not None
        assert room.control.flags == {"lanes": wanted}
    assert (await owner.send("/admin/rooms", {"do": "lanes", "rooms_lanes": "all"})).status == 422
    assert (await owner.send("/admin/rooms", {"do": "x"})).status == 422
    assert (await alice.send("/admin/rooms", {"do": "lanes"})).status == 403
    await owner.submit("/admin/rooms", {"do": "who", "rooms_by": "staff"})
    assert "those who look after this network" in (await alice.get("/rooms/new")).ok()
    assert (await alice.send("/rooms", form())).status == 403
    assert (await owner.send("/rooms", form())).status == 303


async def test_pages_tell_of_relays(network: Network) -> None:
    await network.people("alice", "bob")
    alice, bob, visitor = await logged_in(network), await logged_in(network, "bob"), Reader(network)
    network.app.web.means = msgspec.structs.replace(network.app.means, edges=EDGES)
    closed, public = await announce(alice, access="members"), await announce(alice)
    for path in (closed, public):
        await alice.submit(path, {"do": "open"})
    page = await bob.get(closed)
    assert f'data-edges="{EDGES[0]} {EDGES[1]}"' in page.html
    assert f"connect-src 'self' {EDGES[0]} {EDGES[1]};" in page.headers["content-security-policy"]
    # A radio plays by an address alone: in a room for members that has to be of the cookie's own name.
    assert '<audio controls preload="none" src="/listen/' in page.html
    shown = (await visitor.get(public)).html
    offered = set(re.findall(r'"(https://\w\.example\.org)?/listen/\d+/live\.\w+"', shown))
    assert len(offered) == 1
    assert offered < set(EDGES)
