"""Secret ballots whose answer was lost, sent once more."""

import msgspec
from tests.rig.logs import Logs
from tests.rig.voters import SecretVoter, key_of

from parvis.domain.polls import casting, mixing
from parvis.domain.polls.casting import Boxes

POLL = {"options": ["yes", "no"], "expires_in": 3600, "secret": True}


async def test_a_ballot_sent_again_after_mixing_is_promised_as_it_stands_or_not_at_all(
    logs: Logs,
) -> None:
    """Who lost the answer sends the same again. Who signs the same choices anew would have the log's word
    for an entry that never comes, and could convict it.
    """
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    for how in ({}, {"hide_totals": True, "changeable": True}):
        made = await alice.publish("well?", poll=POLL | how)
        path = f"log/polls/{made['poll']['id']}"
        voter = SecretVoter(network, made["poll"]["id"], await key_of(network, made["poll"]["id"]))
        (await voter.ask(bob)).ok()
        ballot = voter.ballot(1)
        first = (await voter.cast(ballot)).ok()
        await network.db.run(mixing.mix, int(made["poll"]["id"]))
        on_its_way = (await voter.cast(ballot)).ok()
        assert "has voted already" in (await voter.cast(voter.ballot(1))).refused(422)
        await network.settle()
        await logs.settle()
        placed = (await voter.cast(ballot)).ok()
        assert first["entry"] == on_its_way["entry"] == placed["entry"]
        assert placed["promise"]
        assert first["entry"].encode() in (await logs.auditor.audit(path)).entries
        assert "has voted already" in (await voter.cast(voter.ballot(1))).refused(422)


async def test_one_proof_of_two_keys_has_two_hashes(logs: Logs) -> None:
    """To an ECDSA signature a second key can be found: two tokens may bring the same words."""
    network = logs.network
    (alice,) = await network.people("alice")
    made = await alice.publish("well?", poll=POLL | {"hide_totals": True})
    poll_id = made["poll"]["id"]
    voter = SecretVoter(network, poll_id, await key_of(network, poll_id))
    box = await network.db.kept(Boxes).find(int(poll_id))
    assert box is not None
    assert box.secret
    one = voter.ballot(1)
    both = [one, msgspec.structs.replace(one, key=bytes(65))]
    told = [casting._kept_as(each, box).opening() for each in both]  # noqa: SLF001 - no such key is made here
    assert told[0].text == told[1].text
    assert told[0].hashed != told[1].hashed
