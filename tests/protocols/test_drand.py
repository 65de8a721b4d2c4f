"""drand: beacons of the public networks, the invalid one, and what a wrong chain or a forger may send."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import drand
from parvis.protocols.drand import DEFAULT, QUICKNET, Beacon, BeaconInvalid, Chain

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "drand" / "beacons.json"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_file(), reason="the published vectors (../shared/vectors/drand) are absent"
)
# Round 1000 of quicknet, as among the vectors: so that something is checked without them.
ROUND_1000 = Beacon(
    1000,
    bytes.fromhex(
        "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
        "e342b73a8dd2bacbe47e4b6b63ed5e39"
    ),
)
NEUTRAL = b"\xc0" + bytes(47)


def published() -> list[dict[str, Any]]:
    return json.loads(VECTORS.read_text()) if VECTORS.is_file() else []


@needs_vectors
@pytest.mark.parametrize("case", published(), ids=lambda case: f"{case['net']} {case['round']}")
def test_published_beacons(case: dict[str, Any]) -> None:
    key = bytes.fromhex(case["public_key"])
    chain = Chain(key, 30, 0, bytes(32), case["scheme"])
    names = ("round", "signature", "previous_signature", "randomness")
    beacon = drand.parse_beacon(json.dumps({n: case[n] for n in names if n in case}).encode())
    if not case["valid"]:
        with pytest.raises(BeaconInvalid, match="did not sign"):
            drand.check(beacon, chain, case["round"])
        return
    randomness = drand.check(beacon, chain, case["round"])
    assert randomness.hex() == case.get("randomness", randomness.hex())
    with pytest.raises(BeaconInvalid, match="not 5"):
        drand.check(beacon, chain, 5)
    renumbered = msgspec.structs.replace(beacon, round=case["round"] + 1)
    with pytest.raises(BeaconInvalid):
        drand.check(renumbered, chain, case["round"] + 1)


@needs_vectors
def test_there_is_a_beacon_of_each_scheme_and_one_that_is_invalid() -> None:
    cases = published()
    assert len({case["scheme"] for case in cases}) == 4
    assert sum(not case["valid"] for case in cases) == 1


def test_the_hash_of_a_chain_covers_all_that_names_it() -> None:
    assert QUICKNET.hash.hex() == "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
    assert DEFAULT.hash.hex() == "8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce"
    told = {
        "public_key": QUICKNET.public_key.hex(),
        "period": 3,
        "genesis_time": QUICKNET.genesis_at,
        "hash": QUICKNET.hash.hex(),
        "groupHash": QUICKNET.group_hash.hex(),
        "schemeID": QUICKNET.scheme,
        "metadata": {"beaconID": "quicknet"},
    }
    assert drand.parse_chain(json.dumps(told).encode()) == QUICKNET
    for change in (
        {"period": 4},
        {"genesis_time": 5},
        {"public_key": "00"},
        {"groupHash": "00"},
        {"metadata": {"beaconID": "fastnet"}},
        {"hash": DEFAULT.hash.hex()},
        {"period": 0},
        {"genesis_time": -1},
        {"schemeID": "bls-bn254-unchained-on-g1"},
    ):
        with pytest.raises(BeaconInvalid):
            drand.parse_chain(json.dumps(told | change).encode())


def test_rounds_and_their_times() -> None:
    assert QUICKNET.due_at(1) == QUICKNET.genesis_at
    for number in (1, 2, 1000):
        moment = QUICKNET.due_at(number)
        assert QUICKNET.first_from(moment) == number
        assert QUICKNET.first_from(moment + 1) == number + 1
        assert QUICKNET.first_from(moment - 1) == number
    assert QUICKNET.first_from(0) == 1


def test_a_beacon_of_another_chain_and_forged_points_are_refused() -> None:
    drand.check(ROUND_1000, QUICKNET, 1000)
    older = msgspec.structs.replace(QUICKNET, scheme="bls-unchained-on-g1")
    keyless = msgspec.structs.replace(QUICKNET, public_key=b"\xc0" + bytes(95))
    for beacon, chain, why in (
        (ROUND_1000, older, "did not sign"),
        (ROUND_1000, DEFAULT, "and it must"),
        (Beacon(1000, ROUND_1000.signature, bytes(96)), DEFAULT, "on G2 has"),
        (Beacon(1000, ROUND_1000.signature, bytes(5)), DEFAULT, "wrong length"),
        (Beacon(1000, ROUND_1000.signature, bytes(96)), QUICKNET, "only a chained"),
        (Beacon(1000, bytes(96)), QUICKNET, "on G1 has"),
        (Beacon(1000, NEUTRAL), QUICKNET, "may stand here"),
        (Beacon(1000, b"\xff" * 48), QUICKNET, "may stand here"),
        (Beacon(1000, NEUTRAL), keyless, "may stand here"),
    ):
        with pytest.raises(BeaconInvalid, match=why):
            drand.check(beacon, chain, 1000)
    with pytest.raises(BeaconInvalid, match="from 1"):
        drand.check(Beacon(0, ROUND_1000.signature), QUICKNET, 0)


@given(st.integers(0, 383))
def test_each_bit_of_a_signature_counts(bit: int) -> None:
    content = bytearray(ROUND_1000.signature)
    content[bit // 8] ^= 1 << bit % 8
    with pytest.raises(BeaconInvalid):
        drand.check(Beacon(1000, bytes(content)), QUICKNET, 1000)


JSON = st.fixed_dictionaries(
    {"round": st.integers() | st.text(max_size=3), "signature": st.text("0aF g", max_size=6)},
    optional={"previous_signature": st.text("0f", max_size=3), "randomness": st.none()},
)


@given(st.binary(max_size=60) | JSON.map(lambda told: json.dumps(told).encode()))
def test_anything_is_a_beacon_or_refused(content: bytes) -> None:
    for parse in (drand.parse_beacon, drand.parse_chain):
        with suppress(BeaconInvalid):
            assert isinstance(parse(content), (Beacon, Chain))


def test_lies_about_randomness_and_endless_texts_are_refused() -> None:
    told = {"round": 1000, "signature": ROUND_1000.signature.hex()}
    assert drand.parse_beacon(json.dumps(told).encode()) == ROUND_1000
    for content in (json.dumps(told | {"randomness": "00" * 32}).encode(), b" " * 5000):
        with pytest.raises(BeaconInvalid):
            drand.parse_beacon(content)
