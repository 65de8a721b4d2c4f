"""Blind RSA: RFC 9474's published vector step by step, and what a server or a voter may send amiss."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import blind_rsa
from parvis.protocols.blind_rsa import BlindRsaInvalid, PrivateKey, PublicKey

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "rfc9474"
KEY = PrivateKey.generate()


def published() -> dict[str, Any]:
    cases = json.loads((VECTORS / "test_vectors_rfc9474.json").read_text())
    (case,) = [one for one in cases if one["name"] == "RSABSSA-SHA384-PSS-Randomized"]
    return case


@pytest.mark.skipif(
    not VECTORS.is_dir(), reason="the published vectors (../shared/vectors/rfc9474) are absent"
)
def test_the_published_vector_step_by_step() -> None:
    case = published()
    p, q, n, e, d, inverse = (int(case[name], 16) for name in ("p", "q", "n", "e", "d", "inv"))
    remainders = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, *remainders, rsa.RSAPublicNumbers(e, n))
    key = PrivateKey(numbers.private_key())
    prepared = bytes.fromhex(case["msg_prefix"] + case["msg"])
    assert prepared.hex() == case["input_msg"]
    salt = bytes.fromhex(case["salt"])
    blinded = blind_rsa.blind(key.public, prepared, salt=salt, inverse=inverse)
    assert blinded.message.hex() == case["blinded_msg"]
    blind_signature = key.blind_sign(blinded.message)
    assert blind_signature.hex() == case["blind_sig"]
    signature = blind_rsa.finalize(key.public, prepared, blind_signature, inverse)
    assert signature.hex() == case["sig"]


def test_a_vote_is_signed_unseen_and_a_retry_gives_the_same() -> None:
    public = PublicKey.parse(KEY.public.encode())
    assert PrivateKey.parse(KEY.encode()).public.encode() == public.encode()
    prepared = blind_rsa.prepare(b"option 2")
    assert prepared != blind_rsa.prepare(b"option 2")
    one, other = blind_rsa.blind(public, prepared), blind_rsa.blind(public, prepared)
    assert one.message != other.message
    signed = KEY.blind_sign(one.message)
    assert KEY.blind_sign(one.message) == signed
    signature = blind_rsa.finalize(public, prepared, signed, one.inverse)
    public.verify(prepared, signature)
    with pytest.raises(BlindRsaInvalid, match="did not sign"):
        public.verify(blind_rsa.prepare(b"option 2"), signature)
    with pytest.raises(BlindRsaInvalid, match="did not sign"):
        blind_rsa.finalize(public, prepared, signed, other.inverse)
    with pytest.raises(BlindRsaInvalid, match="did not sign"):
        PrivateKey.generate().public.verify(prepared, signature)


def test_a_fault_in_the_machine_gives_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    right = blind_rsa.powmod_sec
    monkeypatch.setattr(blind_rsa, "powmod_sec", lambda x, y, m: right(x, y, m) + 1)
    with pytest.raises(BlindRsaInvalid, match="withheld"):
        KEY.blind_sign(blind_rsa.blind(KEY.public, b"message").message)


@pytest.mark.parametrize(
    "number",
    [0, 1, KEY.public.n - 1, KEY.public.n, (1 << 2048) - 1],
    ids=["zero", "one", "largest", "modulus", "all bits"],  # the key is another in each process
)
def test_numbers_that_sign_themselves_or_are_too_great_are_refused(number: int) -> None:
    with pytest.raises(BlindRsaInvalid, match="no number"):
        KEY.blind_sign(number.to_bytes(256, "big"))


@given(st.binary(max_size=300).filter(lambda content: len(content) != KEY.public.size))
def test_what_has_another_size_is_refused_with_one_kind_of_error(content: bytes) -> None:
    for refuse in (
        lambda: KEY.blind_sign(content),
        lambda: KEY.public.verify(b"message", content),
        lambda: blind_rsa.finalize(KEY.public, b"message", content, 5),
        lambda: PublicKey.parse(content),
        lambda: PrivateKey.parse(content),
    ):
        with pytest.raises(BlindRsaInvalid):
            refuse()


@given(st.binary(min_size=256, max_size=256))
def test_a_made_up_signature_is_refused(content: bytes) -> None:
    with pytest.raises(BlindRsaInvalid, match="did not sign"):
        KEY.public.verify(b"message", content)


@given(st.data())
def test_a_damaged_key_is_another_key_or_none(draw: st.DataObject) -> None:
    content = bytearray(KEY.public.encode())
    at = draw.draw(st.integers(0, len(content) - 1))
    content[at] ^= draw.draw(st.integers(1, 255))
    with suppress(BlindRsaInvalid):
        assert PublicKey.parse(bytes(content)).n != KEY.public.n


@given(st.data())
def test_a_damaged_private_key_signs_as_before_or_is_none(draw: st.DataObject) -> None:
    content = bytearray(KEY.encode())
    at = draw.draw(st.integers(0, len(content) - 1))
    content[at] ^= draw.draw(st.integers(1, 255))
    blinded = b"\5".rjust(KEY.public.size, b"\0")
    with suppress(BlindRsaInvalid):  # the power itself is not read: what signs are its halves
        assert PrivateKey.parse(bytes(content)).blind_sign(blinded) == KEY.blind_sign(blinded)


def test_keys_of_other_kinds_and_sizes_are_refused() -> None:
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505 - that is the point
    for key in (short, rsa.generate_private_key(3, 2048), ec.generate_private_key(ec.SECP256R1())):
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(BlindRsaInvalid):
            PublicKey.parse(public)
        with pytest.raises(BlindRsaInvalid):
            PrivateKey.parse(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
    with pytest.raises(BlindRsaInvalid):
        PublicKey.parse(KEY.public.encode() + b"\x00")
    with pytest.raises(BlindRsaInvalid):
        PrivateKey.generate(1024)
