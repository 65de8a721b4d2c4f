"""Offers of WebRTC are text of strangers: what is taken from them, and in which words the rest is refused."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parvis.protocols import whip_offers
from parvis.protocols.whip_offers import OfferRefused

PRINT = ":".join(["AB"] * 32)
OFFER = f"""v=0
o=- 4611 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0
c=IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260223 10.0.0.5 22 typ host generation 0
a=candidate:2 1 udp 2122260223 192.168.1.9 40000 typ host
a=candidate:3 1 udp 1686052607 93.184.216.34 40000 typ srflx raddr 10.0.0.5 rport 22
a=candidate:4 1 udp 1686052607 93.184.216.34 22 typ srflx
a=candidate:5 1 udp 2122260223 abcdef.local 40000 typ host
a=candidate:6 1 tcp 2122260223 93.184.216.34 9 typ host tcptype active
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 {PRINT}
a=setup:actpass
a=mid:0
a=sendonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:0 PCMU/8000
""".replace("\n", "\r\n")


def changed(old: str, new: str) -> bytes:
    assert old in OFFER
    return OFFER.replace(old, new).encode()


def test_a_browsers_offer_is_written_anew_without_its_addresses() -> None:
    offer = whip_offers.read(OFFER.encode(), "in")
    written = whip_offers.write(offer, "in")
    assert "candidate" not in written
    assert "PCMU" not in written
    assert "a=ice-ufrag:abcd\r\n" in written
    assert offer.payload == 111
    assert whip_offers.read(written.encode(), "in") == offer


def test_where_addresses_are_needed_public_ones_alone_are_kept() -> None:
    offer = whip_offers.read(OFFER.encode(), "in", keeps_candidates=True)
    assert offer.candidates == ("candidate:3 1 udp 1686052607 93.184.216.34 40000 typ srflx",)
    many = changed(
        "a=mid:0",
        "\r\n".join(f"a=candidate:{n} 1 udp 9 9.9.9.9 {n} typ host" for n in range(2000, 2100)),
    )
    assert len(whip_offers.read(many, "in", keeps_candidates=True).candidates) == 6


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        (b"v=0\r\n" + b"a" * 1_000_000, 413, "at most"),
        (changed("opus/48000/2", "PCMA/8000"), 415, "Opus"),
        (
            changed("m=audio 9", "m=video 9"),
            422,
            "one sound",
        ),
        (
            changed("a=mid:0", "a=mid:0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel"),
            422,
            "no data",
        ),
        (changed("SAVPF 111 63", "SAVPF 63"), 415, "Opus"),
        (changed("a=sendonly", "a=recvonly"), 422, "sendonly"),
        (changed("a=rtcp-mux\r\n", ""), 422, "rtcp-mux"),
        (changed("a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=ice-pwd:short"), 422, "password"),
        (changed("sha-256", "sha-1"), 422, "SHA-256"),
        (changed("s=-", "s=-\r\na=ice-lite"), 422, "full ICE"),
        (changed("s=-", "s=-\r\n" + "a=x\r\n" * 700), 422, "fewer"),
        (b"\xff\xfe", 422, "UTF-8"),
        (b"hello", 422, "v=0"),
        (b"", 422, "v=0"),
    ],
)
def test_what_is_refused_and_how(body: bytes, status: int, words: str) -> None:
    with pytest.raises(OfferRefused, match=re.escape(words)) as refused:
        whip_offers.read(body, "in")
    assert refused.value.status == status


@given(st.binary(max_size=2_000), st.integers(0, len(OFFER)))
def test_noise_is_refused_or_understood_and_never_more(noise: bytes, at: int) -> None:
    for body in (noise, OFFER[:at].encode() + noise + OFFER[at:].encode()):
        try:
            offer = whip_offers.read(body, "in", keeps_candidates=True)
        except OfferRefused:
            continue
        written = whip_offers.write(offer, "in")
        assert written.isascii()
        assert written.count("\r\n") == len(written.split("\n")) - 1 == 16 + len(offer.candidates)
