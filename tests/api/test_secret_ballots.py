"""Secret ballots over HTTP: one token an account, ballots that nobody is joined with, and a log of both."""

import asyncio
import base64
import hashlib
from datetime import datetime
from typing import Any

import msgspec
import pytest
from tests.rig.logs import Logs
from tests.rig.network import Answer, Network
from tests.rig.voters import SecretVoter, key_of

from parvis.domain.polls import mixing, tally
from parvis.infra.postgres import Db
from parvis.protocols import blind_rsa, secret_ballots
from parvis.protocols.blind_rsa import PublicKey
from parvis.protocols.merkle_log import leaf_hash
from parvis.protocols.secret_ballots import Signed

SENDER = {"User-Agent": "a browser like no other", "X-Forwarded-For": "203.0.113.77"}
POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600, "secret": True}
SEALED = {"hide_totals": True, "kind": "multiple", "changeable": True}


async def settle(logs: Logs) -> None:
    await logs.network.settle()
    await logs.settle()


async def told(logs: Logs, path: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(one) for one in (await logs.auditor.audit(path)).entries]


async def end(network: Network) -> None:
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()


def signed_of(entry: dict[str, Any], said: dict[str, Any]) -> Signed:
    """A ballot out of the log, as an auditor reads it."""
    names = ("key", "prefix", "signature", "turn")
    raw = {name: entry[name] for name in names} | {
        name: said[name] for name in ("choices", "proof")
    }
    return msgspec.convert(raw, Signed)


async def test_a_secret_ballot_from_its_manifest_to_its_last_entry(logs: Logs) -> None:
    network = logs.network
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    made = await alice.publish("well?", poll=POLL)
    poll, api = made["poll"], f"/api/v1/polls/{made['poll']['id']}"
    assert poll["secret"] is True
    await settle(logs)
    path = f"log/polls/{poll['id']}"
    (manifest,) = await told(logs, path)
    public = PublicKey.parse(base64.b64decode(manifest["token_key"]))
    assert manifest["ballots"] == "secret"
    # Ordinary apps are told where to vote.
    assert f"{network.base}/polls/{poll['id']}/ballot" in (
        await bob.post(f"{api}/votes", {"choices": [1]})
    ).refused(422)
    voters = [SecretVoter(network, poll["id"], public) for _ in range(3)]
    people = (bob, carol, dave)
    for voter, person in zip(voters, people, strict=True):
        answer = await voter.ask(person)
        assert answer.ok() == (await voter.ask(person)).ok()  # a retry is the same
    cast = [(await one.cast(one.ballot(n % 2))).ok() for n, one in enumerate(voters)]
    again = (await voters[0].cast(voters[0].ballot(0))).ok()  # its answer was lost
    assert again["entry"] == cast[0]["entry"]
    assert cast[0]["promise"]
    assert (await bob.get(api)).ok()["voters_count"] == 0  # not mixed yet
    await settle(logs)
    assert [one["votes_count"] for one in (await bob.get(api)).ok()["options"]] == [2, 1, 0]
    await end(network)
    await settle(logs)
    entries = await told(logs, path)
    assert entries[-1] == {
        "type": "closed", "why": "its time was over", "tallies": [2, 1, 0], "voters": 3, "issued": 3,
    }  # fmt: skip
    issued = [one["voter"] for one in entries if one["type"] == "issuance"]
    ballots = [one for one in entries if one["type"] == "secret ballot"]
    assert (len(issued), len(set(issued)), len(ballots)) == (3, 3, 3)
    for one in ballots:
        secret_ballots.check(public, secret_ballots.name_of(public), signed_of(one, one))
    assert {one["entry"] for one in cast} == {
        entry.decode()
        for entry in (await logs.auditor.audit(path)).entries
        if b"secret ballot" in entry
    }
    assert await network.db.fetchval("select private from ballot_keys") is None
    assert "ended" in (await voters[1].cast(voters[1].ballot(0))).refused(422)
    assert "ended" in (await SecretVoter(network, poll["id"], public).ask(bob)).refused(422)


async def test_who_gets_no_token(logs: Logs) -> None:
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    made = await alice.publish("well?", poll=POLL, visibility="private")
    plain = await alice.publish("well?", poll={**POLL, "secret": False})
    poll_id = made["poll"]["id"]
    public = await key_of(network, poll_id)
    voter = SecretVoter(network, poll_id, public)
    assert (await voter.ask(bob)).refused(404)  # may not see it
    await bob.follow(alice)
    assert "own polls" in (await voter.ask(alice)).refused(422)
    assert "no secret ballot" in (
        await SecretVoter(network, plain["poll"]["id"], public).ask(bob)
    ).refused(422)
    for wrong in (
        b"",
        b"\0" * 256,
        b"\xff" * 256,
        b"\1" * 255,
        (public.n - 1).to_bytes(256, "big"),
    ):
        asked = {"blinded": base64.b64encode(wrong).decode()}
        assert "blinded" in (await bob.post(f"/api/v1/polls/{poll_id}/token", asked)).refused(422)
    assert "base64" in (await bob.post(f"/api/v1/polls/{poll_id}/token", {"blinded": "é"})).refused(
        422
    )
    assert await network.db.fetchval("select count(*) from ballot_tokens") == 0
    old = await alice.publish("well?", poll={**POLL, "rules": {"account_age_days": 30}})
    of_old = SecretVoter(network, old["poll"]["id"], await key_of(network, old["poll"]["id"]))
    assert "30 days old" in (await of_old.ask(bob)).refused(403)
    assert await network.db.fetchval("select count(*) from ballot_tokens") == 0
    # Two at once, of which one is first.
    others = [SecretVoter(network, poll_id, public) for _ in range(6)]
    answers = await asyncio.gather(*(one.ask(bob) for one in others))
    assert sorted(one.status for one in answers) == [200, *[409] * 5]
    assert await network.db.fetchval("select count(*) from ballot_tokens") == 1
    assert "your token" in (await voter.ask(bob)).refused(409)
    assert (await network.anyone.post(f"/api/v1/polls/{poll_id}/token", {})).refused(401)
    (await alice.delete(f"/api/v1/statuses/{made['id']}")).ok()
    first = next(one for one in others if one.signature)
    assert "ended" in (await first.cast(first.ballot(0))).refused(422)


async def test_ballots_that_are_refused(logs: Logs) -> None:
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    poll_ids = [(await alice.publish("well?", poll=POLL))["poll"]["id"] for _ in range(2)]
    one, other = [SecretVoter(network, id_, await key_of(network, id_)) for id_ in poll_ids]
    for voter in (one, other):
        (await voter.ask(bob)).ok()
    good = one.ballot(1)
    elsewhere = await one.cast(good, poll_id=poll_ids[1])
    assert "not given for this poll" in elsewhere.refused(422)
    assert elsewhere.json["reason"] == "forged_token"
    forged = msgspec.structs.replace(good, signature=bytes(256))
    assert "not given" in (await one.cast(forged)).refused(422)
    changed = msgspec.structs.replace(good, choices=[2])
    assert "not signed with its token" in (await one.cast(changed)).refused(422)
    for wrong in (b"\4" + bytes(64), b"\4" * 65, b"\4"):
        bad = msgspec.structs.replace(good, key=wrong)
        assert (await one.cast(bad)).refused(422)
    for choices, words in (
        ([], "blank"),
        ([1, 1], "twice"),
        ([7], "not exist"),
        ([0, 1], "one choice"),
    ):
        assert words in (await one.cast(one.ballot(*choices))).refused(422)
    assert "has voted" in (await one.cast(one.ballot(1, turn=2))).refused(422)  # not changeable
    assert "changed at most" in (await one.cast(one.ballot(1, turn=21))).refused(422)
    for body in (b"", b"[]", b"{}", b"\xff", b"{" * 3_000):
        path = f"/polls/{poll_ids[0]}/ballots"
        assert (await network.anyone.call("POST", path, data=body)).refused(400)
    assert (await network.anyone.call("POST", path, data=b"x" * 5_000)).refused(413)
    assert (await network.anyone.call("GET", path)).refused(405)
    for absent in ("1", "0", "x", "9" * 30):
        assert (await one.cast(good, poll_id=absent)).refused(404)
    # The box may not know who votes.
    for shown in ({"Cookie": "a=b"}, {"Authorization": "Bearer x"}):
        assert "without cookie" in (await one.cast(good, headers=shown)).refused(400)
    assert await network.db.fetchval("select count(*) from secret_ballots") == 0
    answers = await asyncio.gather(*(one.cast(one.ballot(n % 3)) for n in range(6)))
    used = [answer for answer in answers if answer.status != 200]
    assert {answer.status for answer in used} == {422}
    assert "has voted already" in used[0].json["error"]
    await settle(logs)
    assert "has voted" in (await one.cast(one.ballot((cast_for(answers) + 1) % 3))).refused(422)
    assert (
        await network.db.fetchval("select voters from polls where id = $1", int(poll_ids[0])) == 1
    )


def cast_for(answers: list[Answer]) -> int:
    """What was chosen by the one of them that was taken."""
    (taken,) = {answer.json["entry"] for answer in answers if answer.status == 200}
    return msgspec.json.decode(taken)["choices"][0]


async def test_hidden_and_changeable_ballots_stay_sealed_and_the_last_turn_counts(
    logs: Logs,
) -> None:
    network = logs.network
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("well?", poll={**POLL, **SEALED})
    poll_id = made["poll"]["id"]
    path, public = f"log/polls/{poll_id}", await key_of(network, poll_id)
    one, other = [SecretVoter(network, poll_id, public) for _ in range(2)]
    for voter, person in ((one, bob), (other, carol)):
        (await voter.ask(person)).ok()
    for ballot in (one.ballot(0, 1), one.ballot(2, turn=3), other.ballot(1)):
        (await one.cast(ballot)).ok()
    await settle(logs)
    (await one.cast(one.ballot(0, turn=2))).ok()  # came late: the third counts
    (await other.cast(other.ballot(0, 2, turn=2))).ok()
    await settle(logs)
    entries = await told(logs, path)
    sealed = [entry for entry in entries if entry["type"] == "sealed secret ballot"]
    assert entries[0]["ballots"] == "secret, sealed until closing"
    assert len(sealed) == 5
    assert not {"choices", "proof"} & set(sealed[0])
    where = f"{path}/openings/{sealed[0]['sha256']}"
    assert (await logs.auditor.get(where)).status == 404
    await end(network)
    await settle(logs)
    last = (await told(logs, path))[-1]
    assert (last["tallies"], last["voters"], last["issued"]) == ([1, 0, 2], 2, 2)
    for entry in sealed:
        opening = (await logs.auditor.get(f"{path}/openings/{entry['sha256']}")).ok()
        said = msgspec.json.decode(opening["text"])
        secret_ballots.check(public, secret_ballots.name_of(public), signed_of(entry, said))


async def test_no_ballot_and_no_token_comes_after_the_last_entry(logs: Logs) -> None:
    """Voters who cast and ask while the poll ends and two workers close it."""
    network = logs.network
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(16)))
    poll_id = (await alice.publish("well?", poll=POLL))["poll"]["id"]
    public = await key_of(network, poll_id)
    voters = [SecretVoter(network, poll_id, public) for _ in people]
    pairs = list(zip(voters, people, strict=True))
    await asyncio.gather(*(voter.ask(person) for voter, person in pairs[:12]))

    async def close() -> None:
        await asyncio.sleep(0.01)
        await end(network)
        for _ in range(20):
            await asyncio.gather(*(network.db.run(tally.close_due, int(poll_id)) for _ in range(2)))

    casting = [one.cast(one.ballot(n % 3)) for n, one in enumerate(voters[:12])]
    asking = [voter.ask(person) for voter, person in pairs[12:]]
    answers = (await asyncio.gather(close(), *casting, *asking))[1:]
    await settle(logs)
    entries = await told(logs, f"log/polls/{poll_id}")
    last, kinds = entries[-1], [one["type"] for one in entries]
    assert (kinds[-1], kinds.count("closed")) == ("closed", 1)
    taken = sum(answer.status == 200 for answer in answers[:12])
    assert kinds.count("secret ballot") == last["voters"] == taken
    assert kinds.count("issuance") == last["issued"] >= last["voters"]


async def test_nothing_that_is_kept_joins_a_voter_with_a_ballot(
    logs: Logs, capfd: pytest.CaptureFixture[str]
) -> None:
    """Everything that is kept or written after ballots, searched for what could join the two."""
    network = logs.network
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(8)))
    made = await alice.publish("well?", poll=POLL)
    poll_id = made["poll"]["id"]
    public = await key_of(network, poll_id)
    voters = [SecretVoter(network, poll_id, public) for _ in people]
    for voter, person in zip(voters, people, strict=True):
        (await voter.ask(person)).ok()
        (await voter.cast(voter.ballot(1), headers=SENDER)).ok()
    await settle(logs)
    db = network.db
    order = {hashlib.sha256(one.key).digest(): place for place, one in enumerate(voters)}
    # One transaction wrote them all: neither its number nor where they lie tells in which order they came.
    rows = await db.fetch("select xmin::text as xmin, token from secret_ballots order by ctid")
    assert len({row["xmin"] for row in rows}) == 1
    columns = await db.fetch(
        "select table_name, column_name, data_type from information_schema.columns"
        " where table_name in ('secret_ballots', 'ballot_tokens', 'ballot_keys')"
    )
    assert not [
        one for one in columns if "time" in one["data_type"] or one["column_name"] == "account_id"
    ]
    lies = [order[row["token"]] for row in rows]
    entries = await told(logs, f"log/polls/{poll_id}")
    stands = [
        order[hashlib.sha256(base64.b64decode(one["key"])).digest()]
        for one in entries
        if one["type"] == "secret ballot"
    ]
    assert sorted(lies) == sorted(stands) == list(range(8))
    assert lies != list(range(8)) or stands != list(range(8))  # by chance both: once in 10^9 runs
    # What the server was given when it signed, and what it gave, is nowhere in what came back.
    dump = await everything(db)
    for voter, person in zip(voters, people, strict=True):
        own = {row for row in dump if mentions(row, voter.key, voter.signature, voter.prefix)}
        assert own
        for row in own:
            assert not mentions(
                row, voter.blinded.message, hashlib.sha256(voter.blinded.message).digest()
            )
            assert str(person.account_id) not in row
            assert person.username not in row
    out, err = capfd.readouterr()
    assert not [one for one in (*SENDER.values(), poll_id) if one in out + err]
    assert not [row for row in dump if any(one in row for one in SENDER.values())]


async def test_ballots_wait_for_one_another_and_are_stirred_meanwhile(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One ballot alone in the log, after one token, would say whose it is."""
    monkeypatch.setattr(mixing, "TOGETHER", 3)
    monkeypatch.setattr(mixing, "STIRRED_WITHIN_S", (0.0, 0.0))
    network, mixer = logs.network, mixing.Mixer(logs.db)
    alice, *people = await network.people("alice", "bob", "carol", "dave")
    made = await alice.publish("well?", poll={**POLL, "changeable": True})
    poll_id, path = made["poll"]["id"], f"log/polls/{made['poll']['id']}"
    voters = [SecretVoter(network, poll_id, await key_of(network, poll_id)) for _ in people]
    for voter, person in zip(voters, people, strict=True):
        (await voter.ask(person)).ok()

    async def writers() -> set[str]:
        rows = await logs.db.fetch("select xmin::text as xmin from secret_ballots")
        return {row["xmin"] for row in rows}

    async def placed() -> int:
        await mixer.turn()
        await logs.settle()
        return [one["type"] for one in await told(logs, path)].count("secret ballot")

    cast = (await voters[0].cast(voters[0].ballot(1))).ok()
    # One who votes again and again is still one.
    for voter, turn in ((voters[0], 2), (voters[0], 3), (voters[1], 1)):
        (await voter.cast(voter.ballot(2, turn=turn))).ok()
    assert len(await writers()) == 4
    assert await placed() == 0
    assert len(stirred := await writers()) == 1
    assert (await voters[0].cast(voters[0].ballot(1))).ok()["entry"] == cast["entry"]
    assert await placed() == 0
    assert await writers() == stirred  # nothing came
    ends = datetime.fromisoformat(made["poll"]["expires_at"]).timestamp()
    assert int(cast["promise"].split(" by ")[1].split()[0]) >= ends
    leaf = leaf_hash(cast["entry"].encode()).hex().encode()
    proofs = f"/{path}/proofs"
    assert (await network.anyone.call("POST", proofs, data=leaf)).status == 404
    (await voters[2].cast(voters[2].ballot(0))).ok()
    assert await placed() == 5
    # Its proof, asked for without its hash in the address.
    proof = await network.anyone.call("POST", proofs, data=leaf)
    assert proof.body == (await logs.auditor.get(f"{path}/proofs/{leaf.decode()}.tlog-proof")).body
    for wrong in (b"", b"x" * 64, leaf + b"\n", leaf * 4):
        assert (await network.anyone.call("POST", proofs, data=wrong)).status == 400
    absent = f"/log/polls/{int(poll_id) + 1}/proofs"
    assert (await network.anyone.call("POST", absent, data=leaf)).status == 404


async def test_a_fault_of_ours_takes_nobody_s_token(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is refused forgets what they asked with; so nothing that passes may be told as a refusal."""
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    poll_id = (await alice.publish("well?", poll=POLL))["poll"]["id"]
    voter = SecretVoter(network, poll_id, await key_of(network, poll_id))
    right = blind_rsa.powmod_sec
    monkeypatch.setattr(blind_rsa, "powmod_sec", lambda x, y, m: right(x, y, m) + 1)
    assert (await voter.ask(bob)).status == 500
    monkeypatch.setattr(blind_rsa, "powmod_sec", right)
    (await voter.ask(bob)).ok()


async def everything(db: Db) -> list[str]:
    """Every row of every table, as text."""
    tables = await db.fetch(
        "select table_name from information_schema.tables where table_schema = 'public'"
    )
    found: list[str] = []
    for table in tables:
        name = table["table_name"]
        found += [
            f"{name} {row['t']}" for row in await db.fetch(f"select t::text as t from {name} t")
        ]
    return found


def mentions(row: str, *secrets: bytes) -> bool:
    """Whether a row holds one of these, however it is written."""
    forms = [form for one in secrets for form in (one.hex(), base64.b64encode(one).decode())]
    forms += [form.encode().hex() for form in forms]
    return any(form in row for form in forms)
