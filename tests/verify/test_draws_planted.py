"""Draws checked from their public log alone; faults planted in it are named."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.rig import beacons
from tests.rig.draws import Hall, crowd, open_hall
from tests.rig.network import Network
from tests.rig.planting import Owner

from parvis.domain.draws import answering, entering, showing
from parvis_verify.command import main

Said = dict[str, Any]


@pytest.fixture
def verify(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, dict[str, set[str]]]]:
    def run(*arguments: object) -> tuple[int, dict[str, set[str]]]:
        code = main([*map(str, arguments), "--json", "--language", "en"])
        found = json.loads(capsys.readouterr().out)["findings"]
        weights = ("holds", "told", "wrong", "unchecked")
        return code, {w: {one["code"] for one in found if one["weight"] == w} for w in weights}

    return run


async def drawn(hall: Hall) -> str:
    """A series of two drawings with somebody who left, declined and was replaced; the path of its log."""
    (alice,) = await hall.network.people("alice")
    people = await crowd(hall.network, 9)
    id_ = await hall.announce(alice, every="day", drawings=2, winners=2, reserves=2)
    await hall.enter(id_, *people)
    await hall.db.run(entering.leave, people[0].account_id, id_)
    await hall.freeze(id_)
    await hall.draw(id_, 1)
    winner = next(one for one in await showing.list_winners(hall.db, id_) if one.place == 0)
    assert winner.account_id is not None
    await hall.db.run(answering.answer, winner.account_id, id_, 1, "decline")
    await hall.freeze(id_)
    await hall.draw(id_, 2)
    await hall.logs.settle()
    return f"log/draws/{id_}"


async def test_a_draw_is_checked_from_its_log_and_what_was_planted_is_named(
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    verify: Callable[..., tuple[int, dict[str, set[str]]]],
    tmp_path: Path,
) -> None:
    hall = await open_hall(network, monkeypatch)
    path = await drawn(hall)
    code, found = await asyncio.to_thread(verify, f"{network.base}/{path}")
    assert (code, found["wrong"], found["unchecked"]) == (0, set(), set()), found
    assert {"draws-hold", "beacon-holds"} <= found["holds"]
    assert {"chain-unknown"} <= found["told"]  # the tests' own chain
    right = (await hall.logs.auditor.audit(path)).entries
    said = [msgspec.json.decode(one) for one in right]

    def at(kind: str, nth: int = 0) -> int:
        return [place for place, one in enumerate(said) if one["type"] == kind][nth]

    def changed(kind: str, nth: int = 0, **how: Any) -> list[bytes]:
        other = list(right)
        other[at(kind, nth)] = msgspec.json.encode({**said[at(kind, nth)], **how}, order="sorted")
        return other

    def without(place: int) -> list[bytes]:
        return right[:place] + right[place + 1 :]

    def also(place: int, before: int) -> list[bytes]:
        return [*right[:before], right[place], *right[before:]]

    told: Said = said[at("drawn")]
    source: Said = said[at("drawing")]["draw"]["sources"][0]
    later = {**told["beacon"], "round": source["round"] + 1}
    forged = json.loads(beacons.sign(source["round"], beacons.OTHER))
    stranger = "ab" * 16
    moved = msgspec.json.encode({**said[at("drawing")]["draw"], "frozen_at": 0}, order="sorted")
    planted: dict[str, tuple[list[bytes], str]] = {
        "a winner": (changed("drawn", winners=[stranger, told["winners"][1]]), "winners-wrong"),
        "their order": (changed("drawn", winners=told["winners"][::-1]), "winners-wrong"),
        "one too many": (changed("drawn", winners=[*told["winners"], stranger]), "winners-wrong"),
        "a reserve": (changed("drawn", reserves=told["reserves"][::-1]), "reserves-wrong"),
        "who may not again": (changed("drawn", 1, left_out=0), "left-out-wrong"),
        "somebody let in": (
            [*right[: at("freeze")], right[at("entry")].replace(
                said[at("entry")]["entrant"].encode(), stranger.encode()
            ), *right[at("freeze") :]], "list-wrong",
        ),
        "somebody dropped": (without(at("entry", 1)), "list-wrong"),
        "twice": (also(at("entry", 1), at("freeze")), "entered-twice"),
        "another root": (changed("frozen", root="00" * 32), "list-wrong"),
        "frozen late": (changed("frozen", at=said[at("frozen")]["at"] + 86_400), "round-early"),
        "another round": (changed("drawn", beacon=later), "beacon-wrong"),
        "another chain's": (changed("drawn", beacon=forged), "beacon-forged"),
        "the fallback": (changed("drawn", source=1), "beacon-wrong"),
        "fewer prizes": (changed("draw", winners=1), "terms-other"),
        "other terms": (changed("drawing", draw=json.loads(moved) | {"winners": 1}), "terms-other"),
        "another in reserve": (changed("called", entrant=told["reserves"][1]), "called-wrong"),
        "drawn twice": (also(at("drawn"), at("drawn")), "decided-twice"),
        "no freeze": (without(at("freeze")), "not-frozen"),
        "late": ([*right, msgspec.json.encode({"entrant": stranger, "type": "entry"})], "entered-late"),
        "something else": ([*right, b'{"type":"rain"}'], "entry-unknown"),
    }  # fmt: skip
    for name, (entries, code_wanted) in planted.items():
        code, found = verify(Owner(*entries).save(tmp_path / "planted.zip"))
        assert code == 1, name
        assert code_wanted in found["wrong"], (name, found["wrong"])
    code, found = verify(Owner(*right).save(tmp_path / "sound.zip"))
    assert (code, found["wrong"]) == (0, set())
