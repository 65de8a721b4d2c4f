"""The public log's page of the owner: what the commands `log` and `witness` do."""

import inspect
import re

from tests.rig.logs import Logs
from tests.rig.network import PASSWORD, Network
from tests.web.test_admin import inside

from parvis.domain.transparency import keys, succeeding, witnesses
from parvis.infra import outgoing, outgoing_http
from parvis.protocols import openid
from parvis.web import words

LOG = "/admin/log"
HOSTILE = "<img src=x onerror=alert(1)>"


async def test_the_owner_does_with_the_log_what_the_commands_do(network: Network) -> None:
    _, owner = await inside(network)
    assert "There is no log yet" in (await owner.get(LOG)).ok()
    refused = await owner.send(LOG, {"do": "rotate", "current": PASSWORD})
    assert refused.location == f"{LOG}?done=no_log"
    logs = Logs(network)
    await logs.start()
    await logs.settle()
    server = await network.db.fetchrow("select id, origin from logs where kind = 'server'")
    text = (await owner.get(LOG)).ok()
    (first,) = await keys.verifiers(network.db, server["origin"])
    assert str(first) in text
    assert " published · 0 entries witnessed" in text

    ours = await keys.witness_signer(network.db, "other.example")
    assert ours is not None
    asked = {
        "do": "ask",
        "witness": f" {ours.verifier}\n",
        "address": "https://other.example/log/witness",
    }
    for wrong, told in (
        ({"witness": HOSTILE}, "not a witness"),
        ({"witness": str(first)}, "not a witness"),
        ({"address": "http://other.example"}, "Write where it is asked"),
        ({"address": "https://"}, "Write where it is asked"),
        ({"address": "https://other.example/?a=" + "x" * 600}, "Write where it is asked"),
        ({"do": "follow", "log": str(ours.verifier)}, "not a log"),
        ({"do": "else"}, "cannot be accepted"),
    ):
        page = await owner.send(LOG, asked | wrong)
        assert told in page.refused(422), wrong
        assert HOSTILE not in page.html
    assert not await witnesses.list_asked(network.db)
    assert ours.verifier.name in (await owner.submit(LOG, asked)).ok()
    assert (await owner.send(LOG, {"do": "follow", "log": str(first)})).location
    text = (await owner.get(LOG)).ok()
    assert "has not answered yet" in text
    assert "has not asked yet" in text
    assert (await owner.send(LOG, {"do": "dismiss", "witness": ours.verifier.name})).location
    assert (await owner.send(LOG, {"do": "dismiss", "witness": ours.verifier.name})).status == 404
    assert (await owner.send(LOG, {"do": "unfollow", "log": first.name})).location
    assert not await witnesses.list_followed(network.db)

    page = await owner.send(LOG, {"do": "rotate", "current": "wrong"})
    assert "not your current password" in page.refused(422)
    for do in ("resume", "succeed"):
        assert (await owner.send(LOG, {"do": do})).location == f"{LOG}?done=goes_on"
    rotated = await owner.submit(LOG, {"do": "rotate", "at_once": "true", "current": PASSWORD})
    newest, before = await keys.verifiers(network.db, server["origin"])
    assert str(before) == str(first)
    assert str(newest) in rotated.ok()
    await network.db.fetch("update logs set halted = $1 where id = $2", HOSTILE, server["id"])
    stopped = await owner.get(LOG)
    assert "1 log waits for you" in stopped.ok()
    assert HOSTILE not in stopped.html
    _, admin = await inside(network, "ada", "admin")
    assert "Close it" not in (await admin.get(LOG)).ok()
    for do in ("rotate", "succeed"):
        assert (await admin.send(LOG, {"do": do, "current": PASSWORD})).status == 403
    assert len(await succeeding.list_halted(network.db)) == 1
    page = await owner.send(LOG, {"do": "succeed", "current": "wrong"})
    assert "not your current password" in page.refused(422)
    succeeded = await owner.submit(LOG, {"do": "succeed", "current": PASSWORD})
    assert "Closed, and succeeded" in succeeded.ok()
    assert f"{server['origin']}/next/2-" in succeeded.text


def test_each_reason_why_a_server_was_not_reached_has_words() -> None:
    source = inspect.getsource(outgoing) + inspect.getsource(outgoing_http)
    said = re.findall(r'(?:OutgoingRefused|Unreachable|_AddressRefused)\("([^"]+)"\)', source)
    # Of an issuer that was reached one reason is for people; the others are for programs.
    said += [
        one
        for one in re.findall(r'OpenIdInvalid\("([^"]+)"\)', inspect.getsource(openid))
        if " " in one
    ]
    assert set(said) == words.UNREACHED.keys()
