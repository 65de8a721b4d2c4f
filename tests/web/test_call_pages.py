"""Pages of calls without a script: asking, ringing on every page, taking, declining; and bad signals."""

import asyncio
from typing import Any

from tests.domain.test_calls import befriend
from tests.rig.network import Network, SqlBudget
from tests.rig.reader import PageRead, Reader, logged_in
from tests.web.ears import hearing

ALICE, BOB = "device-of-alice", "device-of-bob"


async def say(
    who: Reader, path: str, said: Any, kind: str = "application/json", **headers: str
) -> int:
    """What a script of a page sends; answers the code."""
    cookie = "; ".join(f"{name}={value}" for name, value in who.cookies.items())
    told = {"content-type": kind, "origin": who.network.base, "cookie": cookie, **headers}
    how: dict[str, Any] = {"data": said} if isinstance(said, bytes) else {"json": said}
    url = who.network.base + path
    async with who.network.http.post(url, headers=told, **how) as answer:
        return answer.status


async def test_a_call_by_forms_alone(network: Network, sql_budget: SqlBudget) -> None:
    one, other = await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    await bob.get("/?lang=fr")
    asking = f"/calls/new?who={other.account_id}"
    assert f'href="/calls/new?who={other.account_id}"' in (await alice.get("/@bob")).html
    assert "They do not take calls of yours." in (await alice.get(asking)).ok()
    assert "They do not take" in (
        await alice.send("/calls", {"who": str(other.account_id)})
    ).refused(422)
    await befriend(network, one, other)
    assert "cannot hear them" in (await alice.get(asking)).ok()
    await bob.get("/about")
    async with hearing(bob, "on=notifications") as ear:
        with sql_budget(5):  # three of them are of sessions, pages and their frames
            path = (await alice.send("/calls", {"who": str(other.account_id)})).location
        await network.settle()
        told = await ear.next()
        assert told is not None
        assert (told.event, f"/calls/{told.said}") == ("call", path)
    assert "It rings…" in (await alice.get(path)).ok()
    assert (await alice.get(path)).headers["permissions-policy"].count("microphone=(self)") == 1
    # Whatever page who is called looks at.
    assert "vous appelle" in (await bob.get("/about")).ok()
    assert "vous appelle" in (await bob.get("/calls/now")).ok()
    assert "Répondre" in (await bob.get(path)).ok()
    assert "vous appelle @" not in (await bob.get(path)).ok()
    assert "Vous êtes en appel." in (await bob.submit(path, {"do": "accept"})).ok()
    assert "vous appelle" not in (await bob.get("/about")).ok()
    assert "You are in a call." in (await alice.get(f"{path}/now")).ok()
    assert "The call is over." in (await alice.submit(path, {"do": "hang_up"})).ok()
    assert "ne sonne plus" in (await bob.submit(path, {"do": "accept"})).ok()
    path = (await alice.send("/calls", {"who": str(other.account_id)})).location
    declined = await bob.send(path, {"do": "decline"}, **{"x-fragment": "1"})
    assert declined.html.strip() == '<div id="calling" role="alert"></div>'
    assert "They do not take the call now." in (await alice.get(path)).ok()


async def test_missed_calls_stand_above_the_conversations(network: Network) -> None:
    one, other = await network.people("alice", "bob")
    await befriend(network, one, other)
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    path = (await alice.send("/calls", {"who": str(other.account_id)})).location
    assert "Nobody answered." in (await alice.submit(path, {"do": "hang_up"})).ok()
    assert "called you" in (await bob.get("/conversations")).ok()
    assert "You missed this call." in (await bob.get(path)).ok()
    assert (await bob.get("/notifications")).ok().count("called") == 0
    assert "called you" not in (await bob.submit(path, {"do": "dismiss"})).ok()


async def test_who_is_not_in_a_call_learns_nothing_of_it(network: Network) -> None:
    one, other, _ = await network.people("alice", "bob", "carol")
    await befriend(network, one, other)
    alice, carol = await logged_in(network), await logged_in(network, "carol")
    path = (await alice.send("/calls", {"who": str(other.account_id)})).location
    for below in ("", "/now", "/signals"):
        assert (await carol.get(path + below)).status == 404
        visitor = await Reader(network).get(path + below)
        assert visitor.location.startswith("/auth/log-in")
    assert (await carol.send(path, {"do": "accept"})).status == 404
    await carol.send(path, {"do": "hang_up"})
    await carol.send(path, {"do": "decline"})
    await carol.send(path, {"do": "dismiss"})
    assert "It rings…" in (await alice.get(path)).ok()
    for below in ("/device", "/beat"):
        assert await say(carol, path + below, {"device": "device-of-carol"}) == 404
        assert await say(Reader(network), path + below, {"device": "device-of-carol"}) == 401


async def test_signals_pass_and_bad_ones_are_refused(
    network: Network,
) -> None:
    one, other = await network.people("alice", "bob")
    await befriend(network, one, other)
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    path = (await alice.send("/calls", {"who": str(other.account_id)})).location
    await bob.send(path, {"do": "accept"})
    assert await say(alice, f"{path}/beat", {"device": ALICE}) == 404  # it has not joined
    assert await say(alice, f"{path}/device", {"device": ALICE}) == 200
    assert await say(bob, f"{path}/device", {"device": BOB}) == 200
    assert await say(alice, f"{path}/beat", {"device": ALICE}) == 204
    said = {"device": ALICE, "to": BOB, "number": 0, "candidates": [{"candidate": "candidate:1"}]}
    offer = {"type": "offer", "sdp": "v=0\r\nm=audio 9\r\n"}
    for _ in range(2):
        assert await say(alice, f"{path}/signals", said) == 204
    told = {"device": ALICE, "to": BOB, "number": 1, "description": offer}
    assert await say(alice, f"{path}/signals", told) == 204

    async def heard(who: Reader, query: str) -> str:
        return (await who.get(f"{path}/signals?{query}")).html

    assert (await heard(bob, f"device={BOB}")).count('"place"') == 2
    assert '"type":"offer"' in await heard(bob, f"device={BOB}&after=1")
    assert '"heard":[]' in await heard(bob, f"device={BOB}&after=2")
    assert '"heard":[]' in await heard(bob, "device=device-of-bobs-phone")
    assert '"heard":[]' in await heard(alice, f"device={ALICE}")
    for after in ("-1", "x", "1" * 30, "²"):
        assert (await bob.get(f"{path}/signals?after={after}")).status == 422
    assert await say(alice, f"{path}/signals", b"{" * 100_000) == 422
    assert await say(alice, f"{path}/signals", b"v=0", "text/plain") == 422
    assert await say(alice, f"{path}/signals", {**said, "device": BOB}) == 404
    assert await say(alice, f"{path}/signals", said, origin="https://elsewhere.example") == 403
    assert await say(alice, f"{path}/device", {"device": "<b>"}) == 422
    assert await say(alice, "/calls/12345/signals", said) == 404
    assert await say(alice, "/calls/nothing/signals", said) == 404
    assert (await alice.send("/calls", {"who": "bob"})).status == 422
    assert (await alice.send("/calls", {"who": str(one.account_id)})).status == 404
    assert (await alice.send(path, {"do": "dance"})).status == 422
    await alice.send(path, {"do": "hang_up"})
    assert await say(alice, f"{path}/signals", said) == 404
    assert '"state":"over"' in await heard(bob, f"device={BOB}")


async def test_whose_calls_one_takes_is_chosen_in_preferences(network: Network) -> None:
    _, other = await network.people("alice", "bob")
    alice, bob = await logged_in(network), await logged_in(network, "bob")
    page = await bob.get("/settings/preferences")
    assert 'value="mutuals" checked' in page.html
    assert "Hide my internet address" not in page.ok()  # there is no relay here
    chosen = {"visibility": "public", "media": "default", "calls": "members"}
    assert "Your choices are kept." in (await bob.submit("/settings/preferences", chosen)).ok()
    assert 'value="members" checked' in (await bob.get("/settings/preferences")).html
    bad = await bob.send("/settings/preferences", {**chosen, "calls": "everybody"})
    assert bad.status == 422
    asked = [alice.send("/calls", {"who": str(other.account_id)}) for _ in range(3)]
    answers: list[PageRead] = await asyncio.gather(*asked)
    assert len({one.location for one in answers}) == 1
