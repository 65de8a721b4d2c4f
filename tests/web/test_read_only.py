"""A network for reading: the owner's switch in an emergency, through every door."""

from tests.rig.network import PASSWORD, Caller, Network
from tests.rig.reader import Reader, logged_in

from parvis.app import trees
from parvis.web.routing import GOES_ON

SWITCH = "/admin/rooms"


async def test_nobody_changes_anything_but_those_who_look_after_it(network: Network) -> None:
    await network.person("anouk", role="owner")
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("Before", poll={"options": ["a", "b"], "expires_in": 600})
    owner, reader = await logged_in(network, "anouk"), await logged_in(network)
    assert "Switched." in (await owner.submit(SWITCH, {"do": "writing", "writing": "staff"})).ok()

    said = (await alice.post("/api/v1/statuses", {"status": "Now"})).refused(503)
    assert "for reading only" in said
    answer = await bob.post(f"/api/v1/polls/{made['poll']['id']}/votes", {"choices": [0]})
    assert answer.refused(503)
    assert answer.headers["retry-after"] == "60"
    app = Caller(network, await network.token(None))
    stranger = {"username": "new", "email": "new@example.org", "password": PASSWORD}
    stranger |= {"agreement": "true", "locale": "en"}
    assert (await app.post("/api/v1/accounts", stranger)).status == 503
    (await bob.get("/api/v1/timelines/home")).ok()

    page = await reader.send("/publish/send", {"text": "Some words that are long"})
    assert "For reading only" in page.refused(503)
    assert page.headers["retry-after"] == "60"
    acted = await reader.send(f"/statuses/{made['id']}", {"do": "favourite"})
    assert acted.status == 503
    assert "nobody can publish, vote or sign" in (await reader.get("/home")).ok()
    visitor = Reader(network)
    assert (await visitor.send("/auth/sign-up", {})).status == 503
    logs_in = await visitor.send("/auth/log-in", {"name": "bob", "password": PASSWORD})
    assert logs_in.status == 303
    assert (await visitor.send("/auth/log-out")).status == 303

    assert (await owner.send("/publish/send", {"text": "We are back soon"})).status == 303
    assert len(await alice.home()) == 1
    assert "Switched." in (await owner.submit(SWITCH, {"do": "writing"})).ok()
    (await alice.post("/api/v1/statuses", {"status": "Now"})).ok()
    assert "nobody can publish" not in (await reader.get("/home")).ok()
    assert (await owner.send(SWITCH, {"do": "writing", "writing": "robots"})).status == 422


def test_what_goes_on_is_there() -> None:
    _, pages = trees()
    assert all(pages.find(path) for path in GOES_ON)
