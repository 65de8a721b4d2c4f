"""Faults planted in the log of a poll: the verifier names every one, and leaves a sound log in peace."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.planting import BLOCK, Owner, altered, members, write
from tests.verify.conftest import Told

from parvis.domain.transparency import entries as said
from parvis.domain.transparency import openings
from parvis_verify.command import main

POLL = {"options": ["yes", "no", "maybe"], "expires_in": 3600}


async def voted(network: Network, **how: Any) -> tuple[Logs, str]:
    """A poll with five voters, closed: its logs and its path."""
    logs = Logs(network)
    await logs.start()
    alice, *people = await network.people("alice", *(f"v{n}" for n in range(5)))
    made = await alice.publish("well?", poll={**POLL, **how})
    api = f"/api/v1/polls/{made['poll']['id']}"
    for number, one in enumerate(people):
        await logs.settle()  # a checkpoint between: the server log holds an older one
        (await one.post(f"{api}/votes", {"choices": [number % 2]})).ok()
    await network.settle()
    await logs.settle()
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()
    await network.settle()
    await logs.settle()
    return logs, f"log/polls/{made['poll']['id']}"


async def test_a_real_poll_is_saved_checked_and_altered(
    network: Network, verify: Callable[..., Told], tmp_path: Path
) -> None:
    logs, path = await voted(network)
    address, saved = f"{network.base}/{path}", tmp_path / "saved.zip"
    sound = await asyncio.to_thread(verify, address, "--save", saved)
    assert (sound.code, sound.wrong, sound.codes("unchecked")) == (0, set(), set())
    assert {"totals-hold", "root-holds", "earlier-hold", "manifest-holds", "in-server-log"} <= (
        sound.codes("holds")
    )
    assert {"key-published", "nobody-witnesses"} <= sound.codes("told")
    result = sound.json["result"]
    assert [(one["text"], one["votes"]) for one in result["options"]] == [
        ("yes", 3),
        ("no", 2),
        ("maybe", 0),
    ]
    key = (await logs.auditor.fetch("log/keys")).decode().splitlines()[0]
    offline = verify(saved, "--key", key)
    assert (offline.code, offline.json["result"]) == (0, result)

    def swapped(entries: list[bytes]) -> None:
        entries[2] = entries[2].replace(b"[0]", b"[2]").replace(b"[1]", b"[2]")

    faults: list[tuple[str, Callable[[list[bytes]], None], set[str], int]] = [
        ("altered", swapped, {"entry-altered"}, 2),
        ("dropped", lambda entries: entries.__delitem__(3), {"entry-dropped"}, 3),
        ("twice", lambda entries: entries.insert(5, entries[2]), {"entry-repeated"}, 2),
        (
            "added",
            lambda entries: entries.insert(4, said.encode("ballot", voter="ab" * 16, choices=[1])),
            {"entry-added"},
            4,
        ),
        (
            "manifest",
            lambda entries: entries.__setitem__(0, entries[0].replace(b'"one"', b'"several"')),
            {"entry-altered", "manifest-changed"},
            0,
        ),
    ]
    for name, alter, codes, place in faults:
        other = altered(saved, tmp_path / f"{name}.zip", f"{path}/entries/0", alter)
        found = verify(other, "--key", key)
        assert found.code == 1, name
        assert codes | {"root-wrong"} <= found.wrong, (name, found.wrong)
        named = [one for one in found.json["findings"] if one["code"] in codes and "log" in one]
        assert any(place in (one.get("entry"), one.get("before")) for one in named), (name, named)
    content = members(saved)
    signed = content[f"{path}/checkpoint"]
    size = len(content[f"{path}/leaves/0"]) // 32
    other = signed.replace(f"\n{size}\n".encode(), f"\n{size - 1}\n".encode(), 1)
    rewritten = write(tmp_path / "r.zip", content | {f"{path}/checkpoint": other})
    assert verify(rewritten).wrong == {"signature-wrong"}
    stranger = Owner(b"x").key
    assert verify(saved, "--key", stranger).wrong == {"origin-other"}


async def test_a_real_poll_with_hidden_totals_opens_its_ballots(
    network: Network, verify: Callable[..., Told], tmp_path: Path
) -> None:
    _, path = await voted(network, hide_totals=True, multiple=True)
    saved = tmp_path / "saved.zip"
    sound = await asyncio.to_thread(verify, f"{network.base}/{path}", "--save", saved)
    assert (sound.code, sound.wrong) == (0, set())
    assert [one["votes"] for one in sound.json["result"]["options"]] == [3, 2, 0]
    content = members(saved)
    name = f"{path}/openings/0"
    texts = json.loads(content[name])
    ballot = next(at for at, one in enumerate(texts) if one["text"] == "[0]")
    for change, codes, weight in (
        ({"text": "[1]"}, {"opening-wrong", "totals-wrong", "voters-wrong"}, "wrong"),
        (None, {"opening-missing", "totals-wrong", "voters-wrong"}, "wrong"),
        ({}, {"ballots-erased"}, "told"),
    ):
        mine = [dict(one) for one in texts]
        if change is None:
            del mine[ballot]
        elif change:
            mine[ballot] |= change
        else:
            mine[ballot] = {"sha256": mine[ballot]["sha256"]}
        other = write(tmp_path / "o.zip", content | {name: json.dumps(mine).encode()})
        found = verify(other)
        assert (found.codes(weight) & codes, found.code) == (codes, int(weight == "wrong"))
    question = next(one for one in texts if one["text"] == "well?")
    question["text"] = "ill?"
    other = write(tmp_path / "q.zip", content | {name: json.dumps(texts).encode()})
    assert verify(other).wrong == {"text-wrong"}


async def test_a_real_vote_that_was_changed_counts_once(
    network: Network, verify: Callable[..., Told]
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, bob, carol = await network.people("alice", "bob", "carol")
    made = await alice.publish("well?", poll={**POLL, "changeable": True})
    api = f"/api/v1/polls/{made['poll']['id']}/votes"
    for who, choice in ((bob, 0), (carol, 1), (bob, 2), (bob, 1)):
        (await who.post(api, {"choices": [choice]})).ok()
    await network.settle()
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()
    await network.settle()
    await logs.settle()
    sound = await asyncio.to_thread(verify, f"{network.base}/log/polls/{made['poll']['id']}")
    assert (sound.code, sound.wrong) == (0, set()), sound.json
    assert [one["votes"] for one in sound.json["result"]["options"]] == [0, 2, 0]


async def test_a_log_for_few_is_in_the_server_log_as_hashes(
    network: Network, verify: Callable[..., Told], tmp_path: Path
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    made = await alice.publish("well?", visibility="private", poll=POLL)
    api = f"/api/v1/polls/{made['poll']['id']}"
    (await bob.post(f"{api}/votes", {"choices": [1]})).ok()
    await logs.settle()
    address = (await bob.get(f"{api}/receipt")).ok()["log"]
    saved = tmp_path / "saved.zip"
    sound = await asyncio.to_thread(verify, address, "--save", saved)
    assert (sound.code, sound.wrong) == (0, set())
    assert {"manifest-holds", "in-server-log"} <= sound.codes("holds")
    assert {"still-open"} <= sound.codes("told")
    receipt, url = tmp_path / "mine.json", f"{api}/receipt"
    receipt.write_bytes((await bob.get(url)).body)
    found = await asyncio.to_thread(verify, receipt)
    assert (found.code, found.codes("holds") >= {"receipt-holds", "promise-kept"}) == (0, True)


async def test_sealed_choices_are_no_zeros_and_a_ranked_poll_names_its_winner(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = Logs(network)
    await logs.start()
    alice, *people = await network.people("alice", "bob", "carol", "dave")
    sealed = await alice.publish("well?", poll={**POLL, "hide_totals": True})
    ranked = await alice.publish("first?", poll={**POLL, "kind": "ranked"})
    for person, choices in zip(people, ([1], [1, 0], [0]), strict=True):
        for made, chosen in ((sealed, choices[:1]), (ranked, choices)):
            path = f"/api/v1/polls/{made['poll']['id']}/votes"
            (await person.post(path, {"choices": chosen})).ok()
    (await alice.post(f"/api/v1/polls/{ranked['poll']['id']}/close")).ok()
    await network.settle()
    await logs.settle()
    said: list[str] = []
    for made in (sealed, ranked):
        address = f"{network.base}/polls/{made['poll']['id']}"
        assert await asyncio.to_thread(main, [address, "--language", "en"]) == 0
        said.append(capsys.readouterr().out)
    assert "3 people have voted" in said[0]
    assert "sealed until the poll closes" in said[0]
    assert "  –  " in said[0]
    assert "  0  " not in said[0]
    options = ranked["poll"]["options"]
    assert f"answer 2 (“{options[1]['title']}”) wins in round 1, with 2 of the 3 ballots" in said[1]


def manifest(**more: Any) -> tuple[bytes, list[dict[str, str]]]:
    texts = [openings.sealed(one) for one in ("Tea?", "yes", "no", "perhaps")]
    entry = said.encode(
        "poll",
        poll="7",
        question=texts[0].hashed.hex(),
        options=[one.hashed.hex() for one in texts[1:]],
        **{"counting": "one", "ballots": "plain", "closes_at": None, "eligible": "everybody"}
        | more,
    )
    return entry, [
        {"sha256": one.hashed.hex(), "salt": one.salt.hex(), "text": one.text} for one in texts
    ]


def ballot(number: int, *choices: int) -> bytes:
    return said.encode("ballot", voter=f"{number:032x}", choices=list(choices))


def closed(*tallies: int, voters: int, **more: Any) -> bytes:
    return said.encode(
        "closed", why="its time was over", tallies=list(tallies), voters=voters, **more
    )


FIRST, TEXTS = manifest()
SOUND = [FIRST, ballot(1, 0), ballot(2, 1), ballot(3, 1), closed(1, 2, 0, voters=3)]


def owner(*poll: bytes) -> Owner:
    return Owner(*poll, texts=TEXTS)


CONTENTS: dict[str, tuple[list[bytes], set[str]]] = {
    "sound": (SOUND, set()),
    "a voter twice": (
        [FIRST, ballot(1, 0), ballot(1, 0), closed(2, 0, 0, voters=2)],
        {"voter-twice", "totals-wrong", "voters-wrong"},
    ),
    "an answer that is none": (
        [FIRST, ballot(1, 3), closed(0, 0, 0, voters=1)],
        {"choice-unknown", "voters-wrong"},
    ),
    "two answers for one": (
        [FIRST, ballot(1, 0, 1), closed(0, 0, 0, voters=0)],
        {"choices-too-many"},
    ),
    "an answer twice": ([FIRST, ballot(1, 1, 1), closed(0, 0, 0, voters=0)], {"choice-twice"}),
    "totals": ([*SOUND[:-1], closed(2, 1, 0, voters=3)], {"totals-wrong"}),
    "fewer totals": ([*SOUND[:-1], closed(1, 2, voters=3)], {"totals-many"}),
    "voters": ([*SOUND[:-1], closed(1, 2, 0, voters=4)], {"voters-wrong"}),
    "a vote after the end": ([*SOUND, ballot(4, 0)], {"after-closed"}),
    "another question": ([*SOUND[:2], manifest()[0], *SOUND[2:]], {"manifest-late"}),
    "no ballot": ([*SOUND[:2], b'{"type":"vote"}', *SOUND[2:]], {"entry-unknown"}),
    "spaces": ([FIRST, ballot(1, 0).replace(b":", b": "), SOUND[-1]], {"entry-unknown"}),
    "a change nobody may make": (
        [FIRST, ballot(1, 0).replace(b'"type"', b'"replaces":"' + b"0" * 64 + b'","type"')],
        {"replaces-nothing"},
    ),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_an_owner_who_signs_what_they_like_is_contradicted_by_the_entries(
    name: str, verify: Callable[..., Told], tmp_path: Path
) -> None:
    entries, wrong = CONTENTS[name]
    found = verify(owner(*entries).save(tmp_path / "log.zip"))
    assert (found.wrong >= wrong, found.code) == (True, int(bool(wrong))), found.json
    if not wrong:
        assert not found.wrong


def test_changed_votes_and_ranks_are_counted_as_the_manifest_says(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    first, texts = manifest(votes="changeable")
    one = ballot(1, 0)
    leaf = "".join(f"{byte:02x}" for byte in _leaf(one))
    changed = said.encode("ballot", voter=f"{1:032x}", choices=[2], replaces=leaf)
    # Entries that were placed together trade places: the later one may stand first.
    for pair in ((one, changed), (changed, one)):
        log = Owner(first, *pair, ballot(2, 1), closed(0, 1, 1, voters=2), texts=texts)
        found = verify(log.save(tmp_path / "changed.zip"))
        assert (found.code, found.wrong) == (0, set())
    log = Owner(first, one, ballot(1, 2), closed(0, 0, 1, voters=1), texts=texts)
    assert "voter-twice" in verify(log.save(tmp_path / "twice.zip")).wrong
    for listed, wrong_ones in ((2, set()), (1, {"more-voters-than-listed"})):
        first, texts = manifest(number=listed, rules=[{"rule": "list"}])
        log = Owner(first, one, ballot(2, 1), closed(1, 1, 0, voters=2), texts=texts)
        assert verify(log.save(tmp_path / "listed.zip")).wrong == wrong_ones
    first, texts = manifest(counting="ranked", ties="backwards-then-lot/v1")
    cast = [ballot(1, 0, 1), ballot(2, 1), ballot(3, 1, 0), ballot(4, 0), ballot(5, 2, 0)]
    right = closed(2, 2, 1, voters=5, winner=0, eliminated=[2])
    assert verify(Owner(first, *cast, right, texts=texts).save(tmp_path / "a.zip")).code == 0
    wrong = closed(2, 2, 1, voters=5, winner=1, eliminated=[0])
    found = verify(Owner(first, *cast, wrong, texts=texts).save(tmp_path / "b.zip"))
    assert found.wrong == {"winner-wrong", "rounds-wrong"}


def _leaf(entry: bytes) -> bytes:
    from parvis.protocols.merkle_log import leaf_hash  # noqa: PLC0415 - only here

    return leaf_hash(entry)


def test_a_history_written_anew_is_contradicted_by_what_was_signed_before(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    other = [FIRST, ballot(1, 2), *SOUND[2:-1], closed(0, 2, 1, voters=3)]
    kept = tmp_path / "kept"
    # The server log still has the checkpoint of another history: of the same size, and of a smaller one.
    for size, code in ((None, "forked"), (3, "rewritten")):
        log = owner(*SOUND)
        kept.write_bytes(log.told(size))
        log.poll = other
        assert verify(log.save(tmp_path / "log.zip")).wrong == {code}
        log.begin()  # the owner writes the server log anew too: only who kept a checkpoint knows
        assert verify(log.save(tmp_path / "log.zip")).wrong == set()
        assert verify(tmp_path / "log.zip", "--with", kept).wrong == {code}
    log = owner(*other[:-1])
    kept.write_bytes(owner(*SOUND).told())
    assert verify(log.save(tmp_path / "log.zip"), "--with", kept).wrong == {"log-shorter"}
    log = owner(manifest()[0], *SOUND[1:])
    log.server[1] = owner(*SOUND).server[1]
    assert verify(log.save(tmp_path / "log.zip")).wrong == {"manifest-changed"}
    content = members(owner(*SOUND).save(tmp_path / "log.zip"))
    content |= {f"log/{name}": one for name, one in _empty(owner(*SOUND)).items()}
    assert verify(write(tmp_path / "log.zip", content)).wrong == {"not-in-server-log"}


def _empty(log: Owner) -> dict[str, bytes]:
    """A server log that says nothing of the poll."""
    from parvis.protocols import merkle_log as merkle  # noqa: PLC0415 - only here

    entries = log.server[:1]
    return {
        "checkpoint": log.sign("square.example/log", entries),
        "entries/0": merkle.bundle(entries),
        "leaves/0": merkle.leaf_hash(entries[0]),
    }


def test_promises_and_receipts_beside_a_log(verify: Callable[..., Told], tmp_path: Path) -> None:
    log = owner(*SOUND)
    saved, kept = log.save(tmp_path / "log.zip"), tmp_path / "promise"
    kept.write_bytes(log.promise(ballot(2, 1), int(time.time()) - 120))
    found = verify(saved, "--with", kept)
    assert (found.code, "promise-kept" in found.codes("holds")) == (0, True)
    kept.write_bytes(log.promise(ballot(9, 1), int(time.time()) - 120))
    found = verify(saved, "--with", kept)
    assert (found.code, found.wrong) == (1, {"promise-broken"})
    kept.write_bytes(log.promise(ballot(9, 1), int(time.time()) + 600))
    assert verify(saved, "--with", kept).code == 0
    kept.write_bytes(kept.read_bytes().replace(b"by 1", b"by 2"))
    assert verify(saved, "--with", kept).wrong == {"promise-forged"}
    assert verify(kept, "--key", log.key).wrong == {"promise-forged"}
    other = Owner(*SOUND, sub="log/polls/8")  # of the same network, and of another poll
    for content in (other.told(), other.promise(ballot(2, 1), int(time.time()) - 120)):
        kept.write_bytes(content)
        found = verify(saved, "--with", kept)
        assert (found.code, found.codes("unchecked")) == (2, {"beside-other"})
        assert found.wrong == set()


def test_what_cannot_be_checked_is_no_verdict(
    verify: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("parvis_verify.sources.time.sleep", pauses.append)
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"hello")
    for target in (nothing, tmp_path / "missing", "http://127.0.0.1:9/log", "http://127.0.0.1:9/x"):
        found = verify(target)
        assert (found.code, found.wrong) == (2, set()), target
    # Who does not answer is asked again, ever later.
    assert pauses == [0, 1, 4, 9]


@pytest.mark.slow
def test_blocks_are_read_by_several_processes_and_a_voter_far_away_is_found(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    many = 4 * BLOCK + 300
    cast = [ballot(number, number % 2) for number in range(many)]
    half = many // 2
    log = owner(FIRST, *cast, closed(half, half, 0, voters=many))
    sound = verify(log.save(tmp_path / "log.zip"))
    assert (sound.code, sound.wrong) == (0, set())
    cast[250_000] = ballot(7, 0)
    log = owner(FIRST, *cast, closed(half, half, 0, voters=many))
    found = verify(log.save(tmp_path / "log.zip"))
    assert found.wrong == {"voter-twice", "totals-wrong", "voters-wrong"}
    twice = next(one for one in found.json["findings"] if one["code"] == "voter-twice")
    assert (twice["voter"], twice["entries"]) == (f"{7:032x}", [8, 250_001])
