"""The public log through PostgreSQL, files and HTTP: whole, in order, and never forked whatever dies."""

import asyncio
import hashlib
from typing import Any

import asyncpg
import msgspec
import pytest
from tests.rig.auditor import checkpoint_told
from tests.rig.logs import MANIFEST, Logs, ballots
from tests.rig.network import Network

from parvis.domain.errors import Conflict
from parvis.domain.transparency import appending, keys, openings, placing, sequencer
from parvis.domain.transparency import entries as said
from parvis.domain.transparency.sequencer import Sequencer
from parvis.protocols import promises
from parvis.protocols.merkle_log import leaf_hash
from parvis.protocols.signed_note import Checkpoint


async def test_entries_get_receipts_and_the_server_log_tells_of_them(logs: Logs) -> None:
    log = await logs.open()
    cast = ballots(0, 300)
    await logs.append(log, *cast[:3])
    promise = await appending.promise(logs.db, log.origin, cast[0])
    verifier = (await keys.verifiers(logs.db, log.origin))[0]
    assert promises.open_promise(promise, verifier).leaf == leaf_hash(cast[0])
    missing = await logs.auditor.get(f"{log.path}/proofs/{leaf_hash(cast[0]).hex()}.tlog-proof")
    assert (missing.status, missing.headers["retry-after"]) == (404, "1")
    await logs.settle()
    first = await logs.auditor.audit(log.path)
    assert first.entries == [MANIFEST, *cast[:3]]  # nobody asked for shuffling
    narrow = await logs.auditor.get(f"{log.path}/tile/0/000.p/4")
    assert narrow.headers["cache-control"] == "public, max-age=31536000, immutable"
    packed = await logs.auditor.get(f"{log.path}/tile/entries/000.p/4")
    assert (packed.headers["content-encoding"], packed.headers["vary"]) == (
        "gzip",
        "accept-encoding",
    )
    await logs.append(log, *cast[3:], is_shuffled=True)
    await logs.settle()
    whole = await logs.auditor.audit(log.path)
    assert whole.begins_with(first.checkpoint)
    assert whole.entries[:4] == first.entries
    assert sorted(whole.entries[4:]) == sorted(cast[3:])
    assert whole.entries[4:] != cast[3:]
    # The narrow tile's file is gone, and is cut from the whole one.
    kept = await logs.storage.list_keys(f"{log.path}/tile")
    assert len(kept) == 5, kept
    assert (await logs.auditor.fetch(f"{log.path}/tile/0/000.p/4")) == narrow.body
    for entry in (MANIFEST, cast[0], cast[299]):
        assert (await logs.auditor.receipt(log.path, entry)).size == 301
    server = await logs.auditor.audit("log")
    told = [one for one in map(checkpoint_told, server.entries) if one is not None]
    assert told == [first.checkpoint, whole.checkpoint]
    types = [msgspec.json.decode(one)["type"] for one in server.entries]
    assert types == ["log", "log", "checkpoint", "checkpoint"]
    assert (await logs.auditor.get("log/checkpoint")).headers[
        "cache-control"
    ] == "public, max-age=1"


async def test_logs_that_were_begun_before_the_server_log_are_announced_in_it(
    network: Network,
) -> None:
    """A new network answers before its worker is there."""
    logs = Logs(network)
    log, few = await logs.open(1), await logs.open(2, is_public=False)
    await logs.start()
    await logs.start()
    await logs.settle()
    told = [msgspec.json.decode(one) for one in (await logs.auditor.audit("log")).entries]
    first = leaf_hash(MANIFEST).hex()
    assert told[1:3] == [
        {"type": "log", "origin": log.origin, "first": first},
        {"type": "sealed log", "first": first},
    ]
    assert few.origin not in str(told)
    assert [one["type"] for one in told].count("log") == 2


async def test_what_is_not_in_the_log_is_not_served(logs: Logs) -> None:
    log = await logs.open()
    await logs.append(log, *ballots(0, 9))
    await logs.settle()
    await logs.append(log, *ballots(9, 12))
    await logs.die_after(3)  # files are there already, no checkpoint says so
    assert await logs.storage.get(f"{log.path}/tile/0/000.p/13")
    for path in (
        *("tile/0/000.p/13", "tile/0/000", "tile/1/000.p/1", "tile/0/000.p/0", "tile/0/000.p/256"),
        *(
            "tile/00/000.p/9",
            "tile/0/x000/000.p/9",
            "tile/0/000.p/09",
            "tile/entries/000",
            "tile/64/000",
        ),
        *(
            "tile/../../../lock",
            "proofs/00.tlog-proof",
            f"openings/{'0' * 64}",
            "tile/9/000.p/1",
            "",
        ),
    ):
        answer = await logs.auditor.get(f"{log.path}/{path}")
        assert (answer.status, answer.headers["cache-control"]) == (404, "no-store"), path
    for path in ("log/polls/2/checkpoint", "log/polls/1x/checkpoint", "log/private/x/checkpoint"):
        assert (await logs.auditor.get(path)).status == 404
    assert (await logs.network.anyone.post("/log/checkpoint")).status == 405
    assert (await logs.network.anyone.get("/log/witness/add-checkpoint")).status == 405


async def test_a_log_for_few_lies_under_a_secret_path(logs: Logs) -> None:
    log = await logs.open(7, is_public=False)
    await logs.append(log, *ballots(0, 2))
    await logs.settle()
    assert len(log.path.removeprefix("log/private/")) == 43
    answer = await logs.auditor.get(f"{log.path}/tile/0/000.p/3")
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
    found = await logs.auditor.audit(log.path)
    server = await logs.auditor.audit("log")
    assert log.path.encode() not in b"".join(server.entries)
    sealed = hashlib.sha256(found.checkpoint.text().encode()).hexdigest()
    assert msgspec.json.decode(server.entries[-1]) == {
        "type": "sealed checkpoint",
        "sha256": sealed,
    }


async def test_closed_logs_take_nothing_more(logs: Logs, sql_budget: Any) -> None:
    log = await logs.open()
    with pytest.raises(Conflict):
        await logs.open()
    with sql_budget(1):
        await logs.append(log, b"one", b"two")
    for wrong in (b"", b"x" * 65_536):
        with pytest.raises(asyncpg.CheckViolationError):
            await logs.append(log, wrong)
    await logs.db.run(appending.close_log, log.id, b"last")
    for late in (appending.append, appending.close_log):
        with pytest.raises(Conflict, match="closed"):
            await logs.db.run(late, log.id, b"late")
    await logs.settle()
    assert (await logs.auditor.audit(log.path)).entries == [MANIFEST, b"one", b"two", b"last"]
    closed = await appending.find_log(logs.db, log.id)
    assert closed is not None
    assert (closed.is_closed, closed.secret) == (True, None)
    assert log.secret is not None
    assert said.pseudonym(log.secret, "7") != said.pseudonym(log.secret, "8")


async def test_words_are_erased_and_the_log_holds(logs: Logs) -> None:
    log = await logs.open()
    author = await logs.network.person("author")

    async def sign(tx: Any, text: str, **how: bool) -> bytes:
        sealed = await openings.seal(tx, log.id, author.account_id, text, **how)
        await appending.append(tx, log.id, sealed.hex().encode())
        return sealed

    shown = await logs.db.run(sign, "Signed by Zoë")
    held = await logs.db.run(sign, "held back", is_shown=False)
    await logs.settle()
    opening = (await logs.auditor.get(f"{log.path}/openings/{shown.hex()}")).ok()
    assert said.commitment(bytes.fromhex(opening["salt"]), opening["text"]) == shown
    assert (await logs.auditor.get(f"{log.path}/openings/{held.hex()}")).status == 404
    assert await logs.db.run(openings.show, log.id) == 1
    assert (await logs.auditor.get(f"{log.path}/openings/{held.hex()}")).status == 200
    before = await logs.auditor.audit(log.path)
    await logs.db.run(openings.erase, author.account_id)
    assert (await logs.auditor.get(f"{log.path}/openings/{shown.hex()}")).status == 410
    assert await logs.auditor.audit(log.path) == before
    rows = await logs.db.fetch("select to_jsonb(o)::text as row from log_openings o")
    assert not any("Zoë" in row["row"] or author.id in row["row"] for row in rows)


async def test_a_worker_may_die_between_any_two_steps(logs: Logs) -> None:
    log = await logs.open()
    cast = ballots(0, 2_000)
    seen: dict[str, list[Checkpoint]] = {log.path: [], "log": []}
    names: set[str] = set()
    at, count = 0, 0
    while True:
        await logs.append(log, *cast[at : at + 61], is_shuffled=True)
        at, count = at + 61, count + 1
        last = await logs.die_after(count)
        for path, checkpoints in seen.items():
            if (await logs.auditor.get(f"{path}/checkpoint")).status == 200:
                checkpoints.append((await logs.auditor.checkpoint(path))[0])
        if last is None:  # every step was the last once
            break
        names.add(last)
    assert names >= {
        "placed",
        "written in part",
        "written",
        "signed",
        "published as files",
        "published",
    }
    assert count > 12
    await logs.settle()
    for path, checkpoints in seen.items():
        found = await logs.auditor.audit(path)
        assert all(map(found.begins_with, checkpoints))
        sizes = [one.size for one in checkpoints]
        assert sizes == sorted(sizes)
        if path == log.path:
            assert sorted(found.entries) == sorted([MANIFEST, *cast[:at]])
    server = await logs.auditor.audit("log")
    told = [one for one in map(checkpoint_told, server.entries) if one is not None]
    assert [one.size for one in told] == sorted({one.size for one in told})


async def test_each_of_many_logs_has_its_turn(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "LOGS_AT_ONCE", 3)
    monkeypatch.setattr(sequencer, "BATCH", 6)
    polls = [await logs.open(number) for number in range(1, 9)]
    for log in polls:
        await logs.append(log, *ballots(log.id, log.id + 5))
    for _ in range(3):
        await logs.sequencer.run_once()
    sizes = await logs.db.fetch("select published_size from logs where kind = 'poll' order by id")
    assert [row["published_size"] for row in sizes] == [5, *[3] * 7]  # the first a second time
    await logs.settle()
    for log in polls:
        assert (await logs.auditor.audit(log.path)).entries == [
            MANIFEST,
            *ballots(log.id, log.id + 5),
        ]


async def test_a_long_queue_costs_what_is_in_it_whatever_statistics_say(logs: Logs) -> None:
    """Made of a queue just emptied, they made the planner join each row with all: 22 s for 10,000."""
    log = await logs.open()
    await logs.append(log, *ballots(0, 2_000))
    await logs.settle()
    await logs.db.fetch("analyze log_pending")
    await logs.append(log, *ballots(2_000, 4_000))
    asked = f"explain (analyze, buffers, format json) {placing.Q.take}"
    (plan,) = msgspec.json.decode(await logs.db.fetchval(asked, [log.id], 2_000))
    assert plan["Plan"]["Actual Rows"] == 2_000
    assert plan["Plan"]["Shared Hit Blocks"] < 20_000


async def test_two_sequencers_at_once_make_one_log(logs: Logs) -> None:
    polls = [await logs.open(number) for number in (1, 2, 3)]
    cast = ballots(0, 400)

    async def vote() -> None:
        for number, entry in enumerate(cast):
            await logs.append(polls[number % 3], entry, is_shuffled=True)

    async def sequence(sequencer: Sequencer) -> None:
        while not voting.done():
            await sequencer.run_once()
            await asyncio.sleep(0.005)

    voting = asyncio.create_task(vote())
    await asyncio.gather(voting, *(sequence(Sequencer(logs.db, logs.storage)) for _ in range(3)))
    await logs.settle()
    entries: list[bytes] = []
    for log in polls:
        entries += (await logs.auditor.audit(log.path)).entries[1:]
    assert sorted(entries) == sorted(cast)
    await logs.auditor.audit("log")
