"""The gate: who may not publish, whatever the door did not know yet."""

import pytest
from tests.rig.network import Network

from parvis.domain.accounts import gate
from parvis.domain.accounts.gate import Act
from parvis.domain.errors import Forbidden, TooMany
from parvis.infra.limits import Limit, Limits
from parvis.infra.postgres import Tx

TROUBLES = {
    "deleted": "update accounts set deleted_at = now() where id = $1",
    "suspended": "update accounts set suspended_at = now() where id = $1",
    "disabled": "update users set disabled_at = now() where account_id = $1",
    "unconfirmed": "update users set confirmed_at = null where account_id = $1",
    "unapproved": "update users set approved_at = null where account_id = $1",
}


async def enter(tx: Tx, account_id: int) -> None:
    await gate.gate(tx, Act(account_id, "publish"))


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_who_may_not_act_is_told_why(network: Network, trouble: str) -> None:
    alice = await network.person("alice")
    await alice.home()
    # As when a moderator decides between the door's look and the command: no slot was bumped.
    await network.db.fetch(TROUBLES[trouble], alice.account_id)
    with pytest.raises(Forbidden) as refused:
        await network.db.run(enter, alice.account_id)
    assert refused.value.reason == {"disabled": "suspended"}.get(trouble, trouble)
    words = (await alice.post("/api/v1/statuses", {"status": "hello"})).refused(403)
    assert words == str(refused.value)
    assert await network.db.fetchval("select count(*) from statuses") == 0


async def test_nobody_may_not_act(network: Network) -> None:
    with pytest.raises(Forbidden) as refused:
        await network.db.run(enter, 77)
    assert refused.value.reason == "deleted"


async def test_too_many_acts_are_refused(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    alice, bob = await network.people("alice", "bob")
    monkeypatch.setitem(gate.LIMITS, "publish", Limit(2, 3_600))
    network.db.limits = Limits(is_on=True)
    await alice.publish("one")
    await alice.publish("two")
    answer = await alice.post("/api/v1/statuses", {"status": "three"})
    answer.refused(429)
    assert int(answer.headers["retry-after"]) > 0
    await bob.publish("another's are not counted with them")
    with pytest.raises(TooMany):
        await network.db.run(enter, alice.account_id)
    assert await network.db.fetchval("select count(*) from statuses") == 3
