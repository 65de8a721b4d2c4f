"""A beacon network of our own, that signs any round at once; and a clock that tests set."""

import hashlib
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from py_arkworks_bls12381 import G1Point, G2Point, Scalar
from tests.rig.https_server import HttpsServer

from parvis.domain.draws import (
    answering,
    beacons,
    chains,
    drawing,
    entering,
    erase,
    freezing,
    plan,
    publication,
    working,
)
from parvis.infra import clock
from parvis.protocols.drand import Chain
from parvis.web.pages.draws import draws, starting

# What imported the clock by name: they read this one's moment too.
READERS = (
    *(answering, beacons, drawing, entering, erase, freezing, plan, publication, working),
    *(draws, starting),
)
_SECRET = Scalar(271_828_182_845)
_HASH = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"
PERIOD_S = 3


def sign(number: int, secret: Scalar = _SECRET) -> bytes:
    """A round as a relay writes it."""
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    signature = (G1Point.hash_to_curve(message, _HASH) * secret).to_compressed_bytes()
    return msgspec.json.encode(
        {
            "round": number,
            "signature": signature.hex(),
            "randomness": hashlib.sha256(signature).hexdigest(),
        }
    )


def chain(secret: Scalar = _SECRET, name: str = "test", genesis: int = 1_700_000_000) -> Chain:
    key = (G2Point() * secret).to_compressed_bytes()
    return Chain(key, PERIOD_S, genesis, bytes(32), "bls-unchained-g1-rfc9380", name)


OTHER = Scalar(314_159_265)  # signs the second chain, which is the fallback


def use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draws name these chains."""
    monkeypatch.setattr(chains, "FIRST", [chain(), chain(OTHER, "older", 1_600_000_000)])


class Clock:
    """The wall clock of draws, standing still until a test moves it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = datetime.now(UTC).replace(microsecond=0)
        monkeypatch.setattr(clock, "now", lambda: self.moment)
        for module in READERS:
            monkeypatch.setattr(module, "now", lambda: self.moment)

    def go(self, **how: float) -> None:
        self.moment += timedelta(**how)

    def go_to(self, moment: datetime) -> None:
        self.moment = moment


def relay(site: HttpsServer, which: Chain, number: int, content: bytes) -> None:
    """Have a round to be fetched from somebody's server."""
    site.page(f"/{which.hash.hex()}/public/{number}", content.decode(), "application/json")
