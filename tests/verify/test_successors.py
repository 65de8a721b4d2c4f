"""A log that was closed after an accident and the one that goes on from it: both are checked, counted as one,
and every break between them is named.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.planting import ORIGIN, SEED, SUB, Owner, altered, members, write
from tests.verify.conftest import Told

from parvis.domain.transparency import entries as said
from parvis.domain.transparency import succeeding
from parvis.protocols import merkle_log as merkle
from parvis.protocols import signed_note as notes
from parvis.protocols.signed_note import Checkpoint, Signer
from parvis_verify.sources import Saved

FIRST, NEXT = f"square.example/{SUB}", f"{SUB}/next/2"
MANIFEST = said.encode(
    "poll", poll="7", question="0" * 64, options=["1" * 64, "2" * 64], counting="one", ballots="plain",
    closes_at=None, eligible="everybody",
)  # fmt: skip


def ballot(voter: int, choice: int) -> bytes:
    return said.encode("ballot", voter=f"{voter:032x}", choices=[choice])


class Chain:
    """A poll of four voters: two before the accident, two after it."""

    def __init__(self) -> None:
        self.owner = Owner(MANIFEST, ballot(1, 0), ballot(2, 1))
        self.linked: dict[str, Any] = {
            "of": FIRST,
            "size": 3,
            "checkpoint": self.owner.sign(FIRST, self.owner.poll).decode(),
            "why": "the files are ahead",
        }
        self.later = [ballot(3, 0), ballot(4, 0)]
        self.last: dict[str, Any] = {"tallies": [3, 1], "voters": 4}
        self.is_told = True

    def save(self, path: Path, log: str = SUB) -> Path:
        """Both logs, and the server log over them, signed by whoever has the key."""
        begin = said.encode("successor", **self.linked)
        last = said.encode("closed", why="its time was over", **self.last)
        entries = [begin, *self.later, last]
        origin = f"square.example/{NEXT}"
        if self.is_told:
            first = merkle.leaf_hash(begin).hex()
            self.owner.server.append(said.encode("log", origin=origin, first=first))
        note = self.owner.sign(origin, entries)
        text = note.decode().partition("\n\n")[0] + "\n"
        self.owner.server.append(said.encode("checkpoint", checkpoint=text))
        more = {
            f"{NEXT}/checkpoint": note,
            f"{NEXT}/entries/0": merkle.bundle(entries),
            f"{NEXT}/leaves/0": b"".join(map(merkle.leaf_hash, entries)),
        }
        saved = self.owner.save(path, **more)
        about = members(saved)["about.json"].replace(SUB.encode(), log.encode())
        return write(path, members(saved) | {"about.json": about})


def test_both_are_checked_and_counted_as_one(verify: Callable[..., Told], tmp_path: Path) -> None:
    chain = Chain()
    for log in (SUB, NEXT):  # whichever is asked for
        found = verify(Chain().save(tmp_path / "sound.zip", log), "--key", chain.owner.key)
        assert (found.code, found.wrong) == (0, set()), found.json
        assert {"successor-holds", "totals-hold", "earlier-hold"} <= found.codes("holds")
        assert (found.json["result"]["voters"], found.json["result"]["is_closed"]) == (4, True)
        assert [one["votes"] for one in found.json["result"]["options"]] == [3, 1]
    # Who voted before the accident, and again behind it, is found, and where it stands is said.
    chain.later[0] = ballot(1, 0)
    found = verify(chain.save(tmp_path / "twice.zip"))
    assert {"voter-twice"} <= found.wrong
    # An entry altered behind the accident is named with its place there.
    saved = Chain().save(tmp_path / "sound.zip")

    def alter(entries: list[bytes]) -> None:
        entries[2] = b"nothing that belongs here"

    found = verify(altered(saved, tmp_path / "altered.zip", f"{NEXT}/entries/0", alter))
    named = {one["code"]: one for one in found.json["findings"]}
    assert (named["entry-altered"]["log"], named["entry-altered"]["entry"]) == (NEXT, 2)
    assert (named["entry-unknown"]["in_log"], named["entry-unknown"]["entry"]) == (NEXT, 2)
    assert named["entry-unknown"]["says"].endswith(f"({NEXT})")


async def test_a_real_poll_goes_on_in_a_successor(
    network: Network, verify: Callable[..., Told], tmp_path: Path
) -> None:
    """Hidden totals: the text of a ballot that waited lies beside the log that it was promised for."""
    logs = Logs(network)
    await logs.start()
    alice, *people = await network.people("alice", *(f"v{n}" for n in range(4)))
    poll = {"options": ["yes", "no"], "expires_in": 3600, "hide_totals": True}
    made = (await alice.publish("well?", poll=poll))["poll"]
    api, log = f"/api/v1/polls/{made['id']}/votes", f"log/polls/{made['id']}"
    await logs.settle()
    for number, one in enumerate(people):
        (await one.post(api, {"choices": [number % 2]})).ok()
        if number == 1:  # of two ballots one has its place, the other waits
            await network.db.fetch("update logs set halted = 'so it is' where path = $1", log)
            (row,) = await succeeding.list_halted(network.db)
            await network.db.run(succeeding.succeed, row)
        await logs.settle()
    await network.settle()
    await network.db.fetch("update polls set expires_at = now() - interval '1 s'")
    network.db.slots.bump_all()
    await network.settle()
    await logs.settle()
    saved = tmp_path / "saved.zip"
    address = f"{network.base}/{log}/next/2"
    for arguments in ((address, "--save", saved), (saved,), (f"{network.base}/{log}",)):
        found = await asyncio.to_thread(verify, *arguments)
        assert (found.code, found.wrong) == (0, set()), found.json["findings"]
        assert {"successor-holds", "totals-hold"} <= found.codes("holds")
        options = found.json["result"]["options"]
        assert [(one["text"], one["votes"]) for one in options] == [("yes", 2), ("no", 2)]


def other_checkpoint(seed: bytes = SEED) -> str:
    """One of three entries that were never this log."""
    entries = [MANIFEST, ballot(1, 1), ballot(2, 1)]
    root = merkle.root_of([merkle.leaf_hash(one) for one in entries])
    return notes.sign(Checkpoint(FIRST, 3, root).text(), [Signer(FIRST, seed)]).encode().decode()


def plant_another(chain: Chain) -> None:
    chain.linked["of"] = "square.example/log/polls/8"


def plant_forged(chain: Chain) -> None:
    chain.linked["checkpoint"] = other_checkpoint(bytes(32))


def plant_rewritten(chain: Chain) -> None:
    chain.linked["checkpoint"] = other_checkpoint()


def plant_size(chain: Chain) -> None:
    chain.linked["size"] = 2


def plant_dropped(chain: Chain) -> None:
    """Of three entries only two are gone on from."""
    chain.linked["size"] = 2
    chain.linked["checkpoint"] = chain.owner.sign(FIRST, chain.owner.poll[:2]).decode()


def plant_shorter(chain: Chain) -> None:
    """The first log has lost its last entry since."""
    del chain.owner.poll[2]


@pytest.mark.parametrize(
    ("plant", "code"),
    [
        (plant_another, "successor-other"),
        (plant_forged, "successor-forged"),
        (plant_size, "successor-forged"),
        (plant_rewritten, "forked"),
        (plant_dropped, "successor-drops"),
        (plant_shorter, "log-shorter"),
    ],
)
def test_every_break_is_named(
    verify: Callable[..., Told], tmp_path: Path, plant: Callable[[Chain], None], code: str
) -> None:
    chain = Chain()
    plant(chain)
    found = verify(chain.save(tmp_path / "broken.zip"))
    assert (found.code, code in found.wrong) == (1, True), found.json["findings"]


def test_a_successor_that_is_hidden_is_missed(verify: Callable[..., Told], tmp_path: Path) -> None:
    saved = members(Chain().save(tmp_path / "sound.zip"))
    rest = {name: one for name, one in saved.items() if not name.startswith(NEXT)}
    found = verify(write(tmp_path / "hidden.zip", rest))
    assert found.wrong == {"successor-missing"}
    about = rest["about.json"].replace(SUB.encode(), NEXT.encode())
    found = verify(write(tmp_path / "asked.zip", rest | {"about.json": about}))
    assert (found.code, found.codes("unchecked")) == (2, {"checkpoint-missing"})


def test_the_server_log_may_have_a_successor_too(
    verify: Callable[..., Told], tmp_path: Path
) -> None:
    owner = Owner(MANIFEST, ballot(1, 0))
    before = list(owner.server)
    linked = {
        "of": ORIGIN,
        "size": 2,
        "checkpoint": owner.sign(ORIGIN, before).decode(),
        "why": "x",
    }
    for name, code in (("sound", 0), ("broken", 1)):
        if code:
            linked["size"] = 1
        owner.server = [said.encode("successor", **linked)]
        owner.told()
        origin = f"{ORIGIN}/next/2"
        more = {
            "log/next/2/checkpoint": owner.sign(origin, owner.server),
            "log/next/2/entries/0": merkle.bundle(owner.server),
        }
        owner.server = before
        saved = members(owner.save(tmp_path / f"{name}.zip"))
        server = {
            "log/checkpoint": owner.sign(ORIGIN, before[:2]),
            "log/entries/0": merkle.bundle(before[:2]),
        }
        found = verify(write(tmp_path / f"{name}.zip", saved | server | more))
        assert (found.code, found.wrong) == (code, {"successor-forged"} if code else set()), name
        assert {"in-server-log", "manifest-holds"} <= found.codes("holds")


def test_a_server_that_answers_otherwise_the_second_time_is_found(
    verify: Callable[..., Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever came twice is looked for in a second pass: their ballots could be hidden from that one."""
    last = said.encode("closed", why="its time was over", tallies=[2, 0], voters=2)
    owner = Owner(MANIFEST, ballot(1, 0), ballot(1, 0), last)
    saved = owner.save(tmp_path / "twice.zip")
    assert "voter-twice" in verify(saved).wrong
    read, times = Saved.entries, 0

    def otherwise(self: Saved, log: str, block: int, size: int) -> bytes:
        nonlocal times
        content = read(self, log, block, size)
        times += log == SUB
        if log == SUB and times > 2:  # the bundle before the first pass, then that
            entries = merkle.unbundle(content)
            return merkle.bundle([entries[0], ballot(1, 0), ballot(2, 0), entries[3]])
        return content

    monkeypatch.setattr(Saved, "entries", otherwise)
    monkeypatch.setattr(Saved, "bundle", lambda self, log, _number, size: read(self, log, 0, size))
    times = 1
    assert "root-wrong" in verify(saved).wrong
