"""An older backup, lost files, another key: the public log goes on as it was shown, or stops and says why."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig.logs import MANIFEST, Logs, ballots

from parvis.domain.errors import Conflict
from parvis.domain.transparency import appending, keys, reconciling, succeeding
from parvis.infra.sealing import Sealing
from parvis.infra.storage import Storage
from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import Signer, Verifier


def folder(logs: Logs) -> Path:
    scratch = logs.storage.scratch
    assert scratch is not None
    return scratch / "log"


async def halted(logs: Logs) -> list[str]:
    return [row["halted"] for row in await succeeding.list_halted(logs.db)]


async def test_yesterdays_database_takes_up_what_was_published(logs: Logs) -> None:
    log = await logs.open()
    cast = ballots(0, 900)
    await logs.append(log, *cast[:300], is_shuffled=True)
    await logs.settle()
    await logs.append(
        log, *cast[300:320], cast[300], is_shuffled=True
    )  # waiting when it was backed up
    await logs.back_up()
    await logs.append(log, *cast[320:], is_shuffled=True)
    await logs.settle()
    shown, server = await logs.auditor.audit(log.path), await logs.auditor.audit("log")
    await logs.restore()
    later = ballots(900, 910)
    await logs.append(log, *later)
    await logs.settle()
    now = await logs.auditor.audit(log.path)
    assert now.entries[: len(shown.entries)] == shown.entries
    assert now.entries[len(shown.entries) :] == later  # nothing stands in it twice
    after = await logs.auditor.audit("log")
    assert after.begins_with(server.checkpoint)
    assert await logs.auditor.receipt(log.path, cast[899]) == now.checkpoint
    assert await halted(logs) == []


async def test_a_worker_may_die_while_it_takes_up(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = await logs.open()
    await logs.settle()
    await logs.back_up()
    await logs.append(log, *ballots(0, 600))
    await logs.settle()
    shown = await logs.auditor.audit(log.path)
    await logs.restore()
    real: Callable[..., Awaitable[Any]] = logs.db.run
    left = 3

    async def run(command: Any, *args: Any, **how: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionResetError("killed")
        return await real(command, *args, **how)

    monkeypatch.setattr(logs.db, "run", run)
    with pytest.raises(ConnectionResetError):
        await logs.settle()
    monkeypatch.undo()
    logs.sequencer = type(logs.sequencer)(logs.db, logs.storage)
    await logs.append(log, b"after")
    await logs.settle()
    now = await logs.auditor.audit(log.path)
    assert now.entries == [*shown.entries, b"after"]


async def test_lost_and_older_files_are_written_again(logs: Logs, tmp_path: Path) -> None:
    log = await logs.open()
    await logs.append(log, *ballots(0, 300))
    await logs.settle()
    shutil.copytree(folder(logs), tmp_path / "older")
    await logs.append(log, *ballots(300, 700))
    await logs.settle()
    shown = await logs.auditor.audit(log.path)
    for older in (tmp_path / "older", None):
        shutil.rmtree(folder(logs))
        if older is not None:
            shutil.copytree(older, folder(logs))
        logs.sequencer = type(logs.sequencer)(logs.db, logs.storage)
        await logs.append(log, b"more")
        await logs.settle()
        now = await logs.auditor.audit(log.path)
        assert now.begins_with(shown.checkpoint)
        shown = now
    assert now.entries[-2:] == [b"more", b"more"]


def planted(name: str, logs: Logs, path: str) -> None:
    """Something is wrong with the files that are ahead of the database."""
    at = folder(logs).parent / path
    note = notes.parse((at / "checkpoint").read_bytes())
    checkpoint = notes.parse_checkpoint(note.text)
    number, rest = divmod(checkpoint.size, merkle.TILE_WIDTH)
    last = at / merkle.entries_path(number, rest)
    entries = merkle.unbundle(last.read_bytes())
    if name == "an entry altered":
        last.write_bytes(merkle.bundle([*entries[:-1], b"planted"]))
    elif name == "an entry dropped":
        last.write_bytes(merkle.bundle(entries[:-1]))
    elif name == "a file cut off":
        last.write_bytes(last.read_bytes()[:-1])
    elif name == "a file missing":
        last.unlink()
    elif name == "a stranger's key":
        stranger = Signer(checkpoint.origin, bytes(32))
        (at / "checkpoint").write_bytes(notes.sign(note.text, [stranger]).encode())
    elif name == "no checkpoint":
        (at / "checkpoint").write_bytes(b"\x00")


WRONG = {
    "an entry altered": "does not go on from",
    "an entry dropped": "does not go on from",
    "a file cut off": "missing or broken",
    "a file missing": "missing or broken",
    "a stranger's key": "not by a key",
    "no checkpoint": "not by a key",
}


@pytest.mark.parametrize("name", WRONG)
async def test_files_that_contradict_stop_one_log_alone(logs: Logs, name: str) -> None:
    log, other = await logs.open(1), await logs.open(2)
    await logs.settle()
    await logs.back_up()
    await logs.append(log, *ballots(0, 5))
    await logs.settle()
    planted(name, logs, log.path)
    await logs.restore()
    await logs.append(log, b"waits")
    await logs.append(other, b"goes on")
    await logs.settle()
    (why,) = await halted(logs)
    assert WRONG[name] in why
    assert (await logs.auditor.audit(other.path)).entries == [MANIFEST, b"goes on"]
    assert (await logs.auditor.checkpoint(log.path))[0].size == 1
    # The owner decides: a successor, which says what it follows, and takes what waited.
    (row,) = await succeeding.list_halted(logs.db)
    origin = await logs.db.run(succeeding.succeed, row)
    with pytest.raises(Conflict):
        await logs.db.run(succeeding.succeed, row)
    assert origin.startswith(f"{log.origin}/next/2-")
    await logs.append(log, b"later")  # by the poll's own number of its log
    await logs.db.fetch(  # its statement began before the successor was there, and committed after
        "insert into log_pending (log_id, is_shuffled, entry) values ($1, false, 'late')", log.id
    )
    await logs.settle()
    found = await logs.auditor.audit(f"{log.path}/next/2")
    told = msgspec.json.decode(found.entries[0])
    assert (told["type"], told["of"], told["size"]) == ("successor", log.origin, 1)
    assert found.entries[1:] == [b"waits", b"later", b"late"]
    current = await appending.find_log(logs.db, log.id)
    assert current is not None
    assert (current.origin, current.secret) == (origin, log.secret)


async def test_logs_go_on_from_where_they_were_shown(logs: Logs) -> None:
    """Whatever they were doing when the server log was stopped: over, placed and not shown, begun later."""
    over, placed, quiet = await logs.open(1), await logs.open(2), await logs.open(3)
    await logs.settle()
    shown = {log.path: await logs.auditor.audit(log.path) for log in (over, placed, quiet)}
    await logs.append(placed, b"placed")
    assert await logs.die_after(1) == "placed"
    await logs.append(over, b"waits")
    await logs.db.run(appending.close_log, over.id, b"the last")
    await logs.append(placed, b"behind it")
    server = await logs.db.fetchval("select id from logs where kind = 'server'")
    await logs.db.run(reconciling.halt, server, "an older backup")
    later = await logs.open(4)
    await logs.append(later, b"first")
    await logs.settle()
    assert (await logs.auditor.get(f"{later.path}/checkpoint")).status == 404
    (row,) = await succeeding.list_halted(logs.db)
    await logs.db.run(succeeding.succeed, row)
    await logs.settle()
    assert await halted(logs) == []
    assert (await logs.auditor.audit(placed.path)).entries == [
        MANIFEST,
        b"placed",
    ]  # as it would be
    for log, entries in (
        (over, [b"waits", b"the last"]),
        (placed, [b"behind it"]),
        (later, [b"first"]),
    ):
        found = await logs.auditor.audit(f"{log.path}/next/2")
        assert found.entries[1:] == entries
    assert (await logs.auditor.audit(over.path)).note == shown[over.path].note
    with pytest.raises(Conflict):
        await logs.append(over, b"too late")
    assert (await logs.auditor.audit(quiet.path)).note == shown[quiet.path].note
    assert (
        await logs.auditor.get(f"{quiet.path}/next/2/checkpoint")
    ).status == 404  # nothing waits
    await logs.db.run(appending.close_log, placed.id, b"the end")
    with pytest.raises(Conflict):
        await logs.db.run(appending.close_log, placed.id, b"the end")
    await logs.settle()
    assert (await logs.auditor.audit(f"{placed.path}/next/2")).entries[-1] == b"the end"
    # What had its place in a stopped log and was not shown goes on before what waits.
    await logs.append(quiet, b"one")
    await logs.settle()
    await logs.append(quiet, b"two")
    assert await logs.die_after(1) == "placed"
    await logs.append(quiet, b"three")
    await logs.db.fetch(
        "update logs set halted = 'so it is' where starts_with(path, $1)", f"{quiet.path}/next/2-"
    )
    (row,) = await succeeding.list_halted(logs.db)
    await logs.db.run(succeeding.succeed, row)
    await logs.settle()
    assert (await logs.auditor.audit(f"{quiet.path}/next/3")).entries[1:] == [b"two", b"three"]
    told = (await logs.auditor.audit("log/next/2")).entries
    for path in (quiet.path, f"{placed.path}/next/2"):
        assert any(path.encode() in one for one in told)


async def test_an_older_database_among_files_that_went_on_in_a_successor_stops(logs: Logs) -> None:
    log = await logs.open()
    await logs.settle()
    await logs.back_up()
    names: list[str] = []
    for _ in range(2):
        await logs.db.fetch("update logs set halted = 'so it is' where path = $1", log.path)
        (row,) = await succeeding.list_halted(logs.db)
        names.append(await logs.db.run(succeeding.succeed, row))
        await logs.settle()
        shown = await logs.auditor.get(f"{log.path}/next/2/checkpoint")
        assert shown.body.decode().partition("\n")[0] == names[-1]
        await logs.restore()
        await logs.append(log, b"waits")
        await logs.settle()
        (why,) = await halted(logs)
        assert "a successor that this database does not know" in why
    assert names[0] != names[1]


async def test_a_fork_of_the_server_log_stops_everything(logs: Logs) -> None:
    log = await logs.open()
    await logs.settle()
    await logs.back_up()
    await logs.append(log, *ballots(0, 5))
    await logs.settle()
    shown = await logs.auditor.audit("log")
    # Yesterday's database met yesterday's files, and went on: then today's files came back.
    today = folder(logs).rename(folder(logs).with_name("today"))
    await logs.restore()
    await logs.append(log, b"something else")
    await logs.settle()
    shutil.rmtree(folder(logs))
    today.rename(folder(logs))
    logs.sequencer = type(logs.sequencer)(logs.db, logs.storage)
    await logs.append(log, b"more")
    await logs.settle()
    (why,) = await halted(logs)
    assert "another root" in why
    assert (await logs.storage.get("log/checkpoint")) == shown.note
    assert await logs.db.run(succeeding.resume) == 1  # nothing was put right: it stops again
    await logs.settle()
    assert len(await halted(logs)) == 1
    for row in await succeeding.list_halted(logs.db):
        await logs.db.run(succeeding.succeed, row)
    logs.sequencer = type(logs.sequencer)(logs.db, logs.storage)
    await logs.settle()
    (why,) = await halted(logs)  # the poll's log has its own files to answer for
    for row in await succeeding.list_halted(logs.db):
        await logs.db.run(succeeding.succeed, row)
    await logs.settle()
    assert (await logs.auditor.audit("log/next/2")).entries[-1] is not None
    assert b"more" in (await logs.auditor.audit(f"{log.path}/next/2")).entries


async def test_a_key_made_at_once_ends_all_before_it(logs: Logs) -> None:
    """Also one that another key was to stand beside for a month: it may be the one that leaked."""
    await logs.settle()
    origin = f"{logs.network.app.addresses.domain}/log"
    await logs.db.run(keys.rotate, origin)
    await logs.db.run(keys.rotate, origin, alongside_s=0)
    ends = await logs.db.fetch(
        "select retires_at < now() + interval '2 minutes' as is_soon from log_keys"
        " where purpose = 'log' order by id"
    )
    assert [row["is_soon"] for row in ends] == [True, True, None]
    await logs.db.run(keys.rotate, origin)  # one that stays for a month keeps none of them longer
    soon = "select count(*) from log_keys where retires_at < now() + interval '2 minutes'"
    assert await logs.db.fetchval(soon) == 2


async def test_another_key_signs_beside_the_old_one(logs: Logs) -> None:
    log = await logs.open()
    await logs.settle()
    origin = f"{logs.network.app.addresses.domain}/log"
    (old,) = await keys.verifiers(logs.db, origin)
    new = await logs.db.run(keys.rotate, origin, alongside_s=0)
    logs.db.kept(keys.LogKeys).__init__(logs.db)
    await logs.append(log, b"one")
    await logs.settle()
    found = await logs.auditor.audit("log")
    note = notes.parse(found.note)
    for one in (old, new):
        one.check(note)
    told = [msgspec.json.decode(one) for one in found.entries]
    assert {"type": "key", "key": str(new)} in told
    await logs.db.fetch("update log_keys set retires_at = now() where retires_at is not null")
    logs.db.kept(keys.LogKeys).__init__(logs.db)
    await logs.append(log, b"two")
    logs.sequencer = type(logs.sequencer)(logs.db, Storage(None, folder(logs).parent))
    await logs.settle()
    note = notes.parse(await logs.auditor.fetch("log/checkpoint"))
    new.check(note)
    with pytest.raises(notes.NoteInvalid):
        old.check(note)
    lines = (await logs.auditor.fetch("log/keys")).decode().splitlines()
    assert lines[:2] == [str(new), str(old)]
    assert Verifier.parse(lines[2]).name == f"{origin}/witness"


async def test_without_the_key_of_its_folder_nothing_is_signed(logs: Logs, tmp_path: Path) -> None:
    log = await logs.open()
    await logs.settle()
    sealing = logs.db.kept(Sealing)
    folder = sealing.folder
    for at in (tmp_path / "another", folder):
        sealing.__init__(logs.db)
        sealing.folder = at
        logs.db.kept(keys.LogKeys).__init__(logs.db)
        await logs.append(log, b"one")
        if at == folder:
            break
        with pytest.raises(Conflict):
            await appending.promise(logs.db, log.origin, b"one")
        await logs.settle()
        assert (await logs.auditor.get(f"{log.path}/checkpoint")).status == 200
        size = await logs.db.fetchval("select published_size from logs where id = $1", log.id)
        assert size == 1
    await logs.settle()
    assert len((await logs.auditor.audit(log.path)).entries) == 3
