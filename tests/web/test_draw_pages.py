"""The pages of draws, as read and used without scripts: start, enter, leave, win, check, call off, refuse."""

import re
from datetime import timedelta

import pytest
from tests.rig import beacons
from tests.rig.draws import Hall, open_hall
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in

from parvis.protocols import draws as formats


@pytest.fixture
async def hall(network: Network, monkeypatch: pytest.MonkeyPatch) -> Hall:
    return await open_hall(network, monkeypatch)


def form(hall: Hall, **said: str) -> dict[str, str]:
    frozen = hall.clock.moment + timedelta(hours=1)
    return {
        "title": "Ten tickets for the boat",
        "prizes": "A ticket each.\nThe boat leaves at eight.",
        "frozen_at": frozen.strftime("%Y-%m-%dT%H:%M"),
        "zone": "UTC",
        "places": "FR, US-PA",
        "tied_to": "nothing",
        "winners": "1",
        "reserves": "1",
        **said,
    }


async def test_a_draw_is_started_entered_drawn_and_answered(hall: Hall) -> None:
    network = hall.network
    await network.people("alice", "bob", "carol")
    alice, bob = await logged_in(network), await logged_in(network, "bob", "fr")
    visitor = Reader(network)
    await bob.get("/?lang=fr")
    assert "No draws yet" in (await visitor.get("/draws")).ok()
    assert (await visitor.get("/draws/new")).location.startswith("/auth/log-in")
    key = (await alice.get("/draws/new")).hidden()["key"]
    path = (await alice.send("/draws", form(hall, key=key))).location
    assert (await alice.send("/draws", form(hall, key=key))).location == path  # sent twice
    text = (await visitor.get(path)).ok()
    for said in (
        "Drawn at random", "The boat leaves at eight", "France, United States (US-PA)", "Step by step",
        "Log in to enter", "parvis draw verify", "1 and 1 in reserve",
    ):  # fmt: skip
        assert said in text, said
    assert "Ten tickets" in (await visitor.get("/draws")).ok()
    assert "Où êtes-vous" in (await bob.get(path)).ok()
    assert "Choisissez où vous êtes" in (await bob.send(path, {"do": "enter"})).refused(422)
    assert "Vous participez" in (await bob.submit(path, {"do": "enter", "place": "FR"})).ok()
    await network.settle()
    await hall.logs.settle()
    receipt = await bob.get(f"{path}/receipt")
    assert "est dans le registre public" in receipt.ok()
    proof = re.search(r'href="(/log/draws/[^"]*tlog-proof)"', receipt.html)
    assert proof
    assert (await visitor.get(proof[1])).status == 200
    assert (await alice.get(f"{path}/receipt")).status == 404
    assert "You cannot enter your own draw" in (
        await alice.send(path, {"do": "enter", "place": "FR"})
    ).refused(422)
    assert "plus" in (await bob.submit(path, {"do": "leave"})).ok()
    await bob.send(path, {"do": "enter", "place": "FR"})
    assert "Tiré au sort, au hasard" in (await bob.get("/public/local")).ok()  # as a card
    assert "Participer au tirage" in (await bob.get("/public/local")).text
    await alice.send(path, {"do": "cancel", "why": "It rains"})
    assert "See the draw Called off" in (await visitor.get("/")).text


async def test_the_list_freezes_the_round_comes_and_winners_answer(hall: Hall) -> None:
    network = hall.network
    await network.people("alice", "bob", "carol")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    visitor = Reader(network)
    path = (await alice.send("/draws", form(hall))).location
    await bob.send(path, {"do": "enter", "place": "FR"})
    carol = await logged_in(network, "carol")
    await carol.send(path, {"do": "enter", "place": "US-PA"})

    draw_id = int(path.rpartition("/")[2])
    draw = await hall.freeze(draw_id)
    text = (await visitor.get(path)).ok()
    assert "2 take part" in text
    assert draw.drawings[0].root is not None
    assert draw.drawings[0].root.hex()[:8] in text
    assert "closed" in (await carol.send(path, {"do": "leave"})).refused(422)
    source = formats.parse_terms(draw.drawings[0].manifest).sources[0]
    content = beacons.sign(source.round)
    assert "clock is wrong" in (
        await alice.send(path, {"do": "beacon", "beacon": content.decode()})
    ).refused(422)
    hall.clock.go_to(draw.drawings[0].due_at)
    network.db.slots.bump_all()
    assert "Bring it" in (await alice.get(path)).ok()
    wrong = beacons.sign(source.round + 1).decode()
    assert "another round than" in (
        await alice.send(path, {"do": "beacon", "beacon": wrong})
    ).refused(422)
    files = [("file", "round.json", content)]
    assert (await alice.send_files(path, {"do": "beacon"}, files)).location == path
    await hall.settle()
    assert "Drawn" in (await visitor.get(path)).ok()
    winner, other = (
        (bob, carol) if "You were drawn!" in (await bob.get(path)).ok() else (carol, bob)
    )
    assert "@" not in (await visitor.get(path)).text.partition("Winners Entrant")[2][:60]
    news = await winner.get("/notifications")
    link = re.search(r'href="(/draws/of/\d+)"', news.html)
    assert link
    assert (await winner.get(link[1])).location == path
    assert (await other.send(path, {"do": "accept"})).status == 404
    await winner.send(path, {"do": "accept"})
    name = "@bob" if winner is bob else "@carol"
    assert name in (await visitor.get(path)).ok().partition("Winners")[2][:200]


async def test_what_is_wrong_stands_beside_its_field_and_refusals_say_why(hall: Hall) -> None:
    network = hall.network
    await network.people("alice", "bob")
    await network.person("anouk", role="owner")
    alice, anouk = await logged_in(network), await logged_in(network, "anouk")
    for wrong, words in (
        ({"title": ""}, "what is drawn"),
        ({"prizes": " "}, "what the winners get"),
        ({"tied_to": ""}, "what entering is tied to"),
        ({"frozen_at": "tomorrow"}, "in a minute to a year"),
        ({"zone": "Mars/Crater"}, "time zone such as"),
        ({"places": "Paris"}, "codes of countries"),
        ({"winners": "0"}, "from 1 to 1,000"),
        ({"reserves": "-1"}, "from 0 to 500"),
        ({"every": "day", "drawings": "400"}, "from 1 to 366"),
        ({"every": "", "drawings": "3"}, "once is 1"),  # not one draw in silence
        ({"every": "hour", "wait": "60"}, "ends before the next list"),
        ({"answer_days": "31"}, "from 1 to 30"),
        ({"who": "list", "list_id": "7"}, "one of your lists"),
        ({"older_than_days": "x"}, "number of days"),
        ({"tied_to": "voting"}, "does not let draws of this kind run in France"),
    ):
        page = await alice.send("/draws", form(hall, **wrong))
        assert words in page.refused(422), wrong
    assert "A ticket each." in page.html  # what was typed is still there
    assert await network.db.fetchval("select count(*) from draws") == 0
    assert (await alice.get("/admin/draws")).status == 403
    text = (await anouk.get("/admin/draws")).ok()
    assert text.count("Nobody may be rewarded") == 3
    assert (await anouk.get("/admin/draws?lang=fr")).text.count("Personne ne peut être récom") == 3
    await anouk.get("/?lang=en")
    for tie in ("voting", "registering", "signing"):
        await anouk.send("/admin/draws", {"do": "remove", "place": "*", "tied_to": tie})
    for wrong, words in (
        ({"place": "Mars", "why": "x"}, "code of one country"),
        ({"place": "US", "why": " "}, "Write the reason"),
        ({"place": "US", "why": "x", "tied_to": "nothing"}, "from the list"),
    ):
        assert words in (await anouk.send("/admin/draws", {"do": "add", **wrong})).refused(422)
    said = {"do": "add", "place": "us", "tied_to": "signing", "why": "Not before an election."}
    assert "Not before an election" in (await anouk.submit("/admin/draws", said)).ok()
    page = await alice.send("/draws", form(hall, tied_to="signing"))
    assert "United States (US-PA)" in page.refused(422)
    assert "Not before an election" in page.text
    path = (await alice.send("/draws", form(hall, tied_to="signing", places="FR"))).location
    assert (await Reader(network).get("/draws/17")).status == 404
    assert (await alice.send(path, {"do": "nothing"})).status == 422
    assert "reason" in (await alice.send(path, {"do": "cancel", "why": ""})).refused(422)
    bob = await logged_in(network, "bob")
    assert (await bob.send(path, {"do": "cancel", "why": "no"})).status == 403
    assert (
        "The boat sank" in (await alice.submit(path, {"do": "cancel", "why": "The boat sank"})).ok()
    )
    assert "Called off" in (await bob.get("/draws")).ok()
    await anouk.send("/admin/draws", {"do": "who"})
    assert "started by those" in (await alice.get("/draws/new")).ok()
    assert (await alice.send("/draws", form(hall))).status == 403


async def test_a_series_and_a_selection_say_what_they_are(hall: Hall) -> None:
    network = hall.network
    await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    series = (await alice.send("/draws", form(hall, every="day", drawings="3"))).location
    text = (await bob.get(series)).ok()
    assert "Series of 3" in text
    assert "Nobody wins twice" in text
    ruled = (await alice.send("/draws", form(hall, who="followers", places="*"))).location
    told = await bob.get(ruled)
    assert "This draw is for those who follow its author" in told.ok()
    assert 'value="enter"' not in told.html
    assert 'value="enter"' in (await bob.get(series)).html
    path = (await alice.send("/draws", form(hall, method="selected", places="*"))).location
    await bob.send(path, {"do": "enter", "place": "*"})
    await hall.freeze(int(path.rpartition("/")[2]))
    page = await alice.get(path)
    assert "Select who wins" in page.ok()
    names = re.findall(r'name="entrants\[\]" value="(\w+)"', page.html)
    assert "at least one" in (await alice.send(path, {"do": "select"})).refused(422)
    await alice.send_all(path, [("do", "select"), ("entrants[]", names[0])])
    text = (await bob.get(path)).ok()
    assert "You were selected" in text
    assert "number will decide" not in text  # nothing is decided by chance here
    assert "rawn at random" not in text
    assert "was drawn" not in text
