"""Secret ballots, draws and petitions: real ones hold, and what an owner writes into their logs is named."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig.draws import crowd, open_hall
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.petitions import started
from tests.rig.planting import Owner, members
from tests.rig.voters import SecretVoter, key_of
from tests.verify.conftest import Told

from parvis.domain.draws import entering
from parvis.domain.petitions import receipts, signing, tally
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.transparency import entries as said
from parvis.protocols import merkle_log as merkle

Change = Callable[[dict[str, Any]], object]


def planted(saved: Path, path: str, target: Path, type_: str, change: Change | None) -> Path:
    """The log as its owner might have signed it: the last entry of a type is another, or gone."""
    content = members(saved)
    entries = merkle.unbundle(content[f"{path}/entries/0"])
    place = max(at for at, one in enumerate(entries) if msgspec.json.decode(one)["type"] == type_)
    if change is None:
        del entries[place]
    else:
        one = msgspec.json.decode(entries[place])
        change(one)
        entries[place] = said.encode(one.pop("type"), **one)
    texts = json.loads(content[f"{path}/openings/0"])
    return Owner(*entries, texts=texts, sub=path).save(target)


async def saved(network: Network, path: str, target: Path, verify: Callable[..., Told]) -> Told:
    address = f"{network.base}/{path}"
    return await asyncio.to_thread(verify, address, "--save", target)


@pytest.mark.parametrize(
    "more", [{}, {"hide_totals": True, "kind": "multiple", "changeable": True}]
)
async def test_a_secret_ballot(
    network: Network, verify: Callable[..., Told], tmp_path: Path, more: dict[str, Any]
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, *people = await network.people("alice", "bob", "carol", "dave")
    poll = {"options": ["yes", "no", "maybe"], "expires_in": 3600, "secret": True, **more}
    made = await alice.publish("well?", poll=poll)
    poll_id = made["poll"]["id"]
    public = await key_of(network, poll_id)
    voters = [SecretVoter(network, poll_id, public) for _ in people]
    for voter, person in zip(voters, people, strict=True):
        (await voter.ask(person)).ok()
    for number, voter in enumerate(voters[:2]):
        # Turns are the voter's to number: one that leaves some out accuses nobody.
        turn = 1 + 4 * number if more else 1
        (await voter.cast(voter.ballot(number, turn=turn))).ok()
    await network.settle()
    await logs.settle()
    if more:  # somebody thinks better of it
        (await voters[0].cast(voters[0].ballot(1, 2, turn=3))).ok()
        await network.settle()
        await logs.settle()
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()
    await network.settle()
    await logs.settle()
    path, file = f"log/polls/{poll_id}", tmp_path / "saved.zip"
    sound = await saved(network, path, file, verify)
    assert (sound.code, sound.wrong, sound.codes("unchecked")) == (0, set(), set())
    assert {"tokens-hold", "totals-hold"} <= sound.codes("holds")
    votes = [one["votes"] for one in sound.json["result"]["options"]]
    assert votes == ([0, 2, 1] if more else [1, 1, 0])
    ballot = "sealed secret ballot" if more else "secret ballot"
    other = tmp_path / "other.zip"
    faults: list[tuple[str, Change | None, str]] = [
        (ballot, lambda one: one.update(prefix="A" * 43 + "="), "token-forged"),
        (ballot, lambda one: one.update(turn=one["turn"] + 3), "ballot-forged"),
        (ballot, None, "voters-wrong" if not more else "totals-wrong"),
        ("closed", lambda one: one.update(issued=9), "issued-wrong"),
    ]
    if not more:
        faults.append((ballot, lambda one: one.update(choices=[2]), "ballot-forged"))
    for type_, change, code in faults:
        found = verify(planted(file, path, other, type_, change))
        assert (code in found.wrong, found.code) == (True, 1), (type_, code, found.json)
    entries = merkle.unbundle(members(file)[f"{path}/entries/0"])
    few = [one for one in entries if b"issuance" not in one]
    found = verify(Owner(*few, sub=path).save(other))
    assert {"more-ballots-than-tokens", "issued-wrong"} <= found.wrong


async def test_a_series_of_draws(
    network: Network,
    verify: Callable[..., Told],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hall = await open_hall(network, monkeypatch)
    (alice,) = await network.people("alice")
    people = await crowd(network, 6)
    id_ = await hall.announce(alice, every="day", drawings=2, winners=2, reserves=2)
    await hall.enter(id_, *people[:4])
    await hall.db.run(entering.leave, people[3].account_id, id_)
    await hall.freeze(id_)
    await hall.enter(id_, *people[4:])
    await hall.draw(id_, 1)
    await hall.freeze(id_)
    await hall.draw(id_, 2)
    path, file = f"log/draws/{id_}", tmp_path / "saved.zip"
    sound = await saved(network, path, file, verify)
    assert (sound.code, sound.wrong, sound.codes("unchecked")) == (0, set(), set()), sound.json
    assert {"draws-hold", "beacon-holds"} <= sound.codes("holds")
    assert "chain-unknown" in sound.codes("told")  # its rounds are signed by these tests
    assert [one["entrants"] for one in sound.json["result"]["drawings"]] == [3, 5]
    other = tmp_path / "other.zip"

    def forge(one: dict[str, Any]) -> None:
        one["beacon"]["signature"] = "ab" * 48

    faults: tuple[tuple[str, Change | None, str], ...] = (
        ("drawn", lambda one: one["winners"].reverse(), "winners-wrong"),
        ("drawn", lambda one: one.update(reserves=["ab" * 16]), "reserves-wrong"),
        ("drawn", lambda one: one.update(left_out=5), "left-out-wrong"),
        ("drawn", forge, "beacon-forged"),
        ("drawn", lambda one: one["beacon"].update(round=1), "beacon-wrong"),
        ("drawn", lambda one: one.update(source=7), "beacon-wrong"),
        ("frozen", lambda one: one.update(entrants=4), "list-wrong"),
        ("frozen", lambda one: one.update(at=one["at"] + 86_400), "round-early"),
        ("frozen", None, "not-frozen"),
        ("entry", None, "list-wrong"),
        ("left", lambda one: one.update(entrant="ab" * 16), "left-unentered"),
        ("drawing", lambda one: one["draw"].update(winners=3), "terms-other"),
        ("draw", lambda one: one.update(winners=3), "terms-other"),
    )
    for type_, change, code in faults:
        found = verify(planted(file, path, other, type_, change))
        assert (code in found.wrong, found.code) == (True, 1), (type_, code, found.json)


async def test_a_real_petition(
    network: Network, verify: Callable[..., Told], tmp_path: Path
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, bob, carol = await network.people("alice", "bob", "carol")
    id_ = await started(network, alice, goal=3)
    for one in (bob, carol):
        signing_ = Signing(1, name=one.username)
        await network.db.run(signing.sign, Signer(one.account_id), id_, signing_)
    own = await receipts.find_own(network.db, id_, carol.account_id)
    assert own
    await network.db.run(signing.withdraw, own)
    await network.settle()
    await network.db.run(tally.close_own, alice.account_id, id_)
    await logs.settle()
    path, file = f"log/petitions/{id_}", tmp_path / "saved.zip"
    sound = await saved(network, path, file, verify)
    assert (sound.code, sound.wrong, sound.codes("unchecked")) == (0, set(), set()), sound.json
    result = sound.json["result"]
    assert (result["signatures"], result["withdrawn"], result["title"]) == (
        1,
        1,
        "Benches on the square",
    )
    other = tmp_path / "other.zip"
    found = verify(planted(file, path, other, "closed", lambda one: one.update(signatures=2)))
    assert found.wrong == {"petition-wrong"}


def signature(person: int, version: int = 1, place: int | None = 0) -> bytes:
    return said.encode(
        "signature",
        person=f"{person:032x}",
        version=version,
        day="2026-11-22",
        place=place,
        name=None,
    )


def person(type_: str, number: int, **more: str) -> bytes:
    return said.encode(type_, person=f"{number:032x}", **more)


def end(version: int, signatures: int, earlier: int, withdrawn: int, removed: int) -> bytes:
    counts = {
        "signatures": signatures,
        "earlier": earlier,
        "withdrawn": withdrawn,
        "removed": removed,
    }
    return said.encode("closed", why="its time was over", version=version, **counts)


BEGIN = said.encode(
    "petition", petition="3", version=1, title="00", text="00", addressee="00", author="00", goal=9,
    places=["Nantes", "Brest"], eligible={"verifier": "none"}, without_account=True, closes_at=None,
)  # fmt: skip
AGAIN = said.encode("version", version=2, title="00", text="00", goal=9)
REASON = {"reason": "not a person", "why": "00"}
SIGNED = [
    BEGIN, signature(1), signature(2), signature(3), said.encode("milestone", signatures=3),
    person("withdrawn", 2), signature(2, place=1), AGAIN, signature(1, 2), signature(4, 2),
    person("removed", 3, **REASON), person("withdrawn", 4), end(2, 1, 1, 1, 1),
    said.encode("answer", text="00"),
]  # fmt: skip
PETITIONS: dict[str, tuple[list[bytes], str | None]] = {
    "sound": (SIGNED, None),
    "twice": ([BEGIN, signature(1), signature(1), end(1, 1, 0, 0, 0)], "signed-twice"),
    "an earlier text": ([BEGIN, AGAIN, signature(1, 2), signature(1)], "signed-twice"),
    "a text to come": ([BEGIN, signature(1, 2)], "version-wrong"),
    "elsewhere": ([BEGIN, signature(1, place=2)], "place-wrong"),
    "removed again": (
        [BEGIN, signature(1), person("removed", 1, **REASON), signature(1)], "signed-removed",
    ),
    "nobody leaves": ([BEGIN, person("withdrawn", 1)], "not-signed"),
    "too early": ([BEGIN, signature(1), said.encode("milestone", signatures=2)], "milestone-wrong"),
    "more": ([BEGIN, signature(1), end(1, 2, 0, 0, 0)], "petition-wrong"),
    "late": ([BEGIN, end(1, 0, 0, 0, 0), signature(1)], "after-closed"),
    "two answers": ([*SIGNED, SIGNED[-1]], "answer-twice"),
    "another text": ([BEGIN, signature(1), BEGIN], "manifest-late"),
}  # fmt: skip


@pytest.mark.parametrize("name", PETITIONS)
def test_petitions_are_counted_by_person_and_version(
    name: str, verify: Callable[..., Told], tmp_path: Path
) -> None:
    entries, code = PETITIONS[name]
    found = verify(Owner(*entries, sub="log/petitions/3").save(tmp_path / "log.zip"))
    assert (found.code, found.wrong) == (
        0 if code is None else 1,
        set() if code is None else {code},
    )
    if code is None:
        result = found.json["result"]
        assert (result["signatures"], result["places"]) == (1, {"Nantes": 1, "Brest": 1})
