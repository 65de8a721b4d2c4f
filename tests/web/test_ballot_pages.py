"""The page of a secret ballot, without a browser: who sees it, what it says, what its script is given."""

import base64
import html

import msgspec
from tests.rig.network import Network
from tests.rig.reader import Reader, logged_in
from tests.rig.voters import SecretVoter, key_of

POLL = {"options": ["yes", "no"], "expires_in": 3600, "secret": True}


async def test_the_page_gives_one_token_and_says_what_is_secret(network: Network) -> None:
    alice, bob, _ = await network.people("alice", "bob", "carol")
    made = await alice.publish("Shall we?", poll=POLL, visibility="private")
    await bob.follow(alice)
    poll_id = made["poll"]["id"]
    path = f"/polls/{poll_id}/ballot"
    stranger = await logged_in(network, "carol")
    assert (await stranger.get(path)).status == 404
    visitor = Reader(network)
    assert (await visitor.get(path)).status == 303
    reader = await logged_in(network, "bob")
    page = await reader.get(path)
    for words in (
        "Secret ballots need JavaScript",
        "0 voters have a token",
        "selling their token",
        "Shall we?",
    ):
        assert words in page.ok()
    voter = SecretVoter(network, poll_id, await key_of(network, poll_id))
    assert base64.b64encode(voter.public.encode()).decode() in html.unescape(page.html)
    fields = {"blinded": base64.b64encode(voter.blinded.message).decode()}
    answers = [await reader.send(f"/polls/{poll_id}/token", fields) for _ in range(2)]
    (signature,) = {msgspec.json.decode(one.html)["signature"] for one in answers}
    assert len(base64.b64decode(signature)) == 256
    other = {"blinded": base64.b64encode(b"\1" * 256).decode()}
    refused = await reader.send(f"/polls/{poll_id}/token", other)
    assert refused.status == 409
    assert "another browser or app" in refused.text
    for wrong in ("é", "AAAA"):
        assert (await reader.send(f"/polls/{poll_id}/token", {"blinded": wrong})).status == 422
    assert "data-issued" in (await reader.get(path)).html
    result = (await reader.get(f"/polls/{poll_id}")).ok()
    assert "1 voter has a token · 0 ballots counted" in result
    for place in (f"/polls/{poll_id}", f"/@alice/{made['id']}"):
        assert (
            "The count moves when the ballots of 20 voters are in" in (await reader.get(place)).ok()
        )
    part = (await reader.get(path, **{"x-fragment": "1"})).html
    assert ("1 voter has a token" in part, "<h1" in part) == (True, False)
    own = await (await logged_in(network, "alice")).get(path)
    assert "you do not vote in it" in own.text
    assert "data-ballot" not in own.html
    ruled = await alice.publish("And here?", poll=POLL | {"rules": {"email_domain": "a.example"}})
    barred = await reader.get(f"/polls/{ruled['poll']['id']}/ballot")
    assert "only accounts with a confirmed e-mail address" in barred.text
    assert "data-ballot" not in barred.html
