"""A speaker's WebRTC offer (SDP, RFC 8866; WHIP, RFC 9725): read, and written anew from what is understood.

The text comes from strangers. Nothing of it is handed on but a few values in strict shapes, so that whatever
reads the result reads what was written here. Addresses that an offer names are left out: a speaker's browser
speaks first and is answered where it speaks from, so that nobody can make the server knock at addresses of
their choice. Only where the server itself is reached through STUN or TURN are they needed; then public ones
alone are kept, and few.
"""

import re
from ipaddress import ip_address
from typing import Literal

import msgspec

from parvis.protocols.public_addresses import is_public

BYTES_MOST = 32_768  # a browser's offer of one sound has 2 to 5 thousand
LINES_MOST = 600
LINE_MOST = 1_000
CANDIDATES_MOST = 6
_PORT_LEAST = 1_024  # below it are services, not browsers
_PORT_MOST = 65_535

Way = Literal["in", "out"]  # of the sound: to us, or back

_OPUS = re.compile(r"rtpmap:(\d{1,3}) opus/48000(?:/2)?", re.IGNORECASE)
_UFRAG = re.compile(r"ice-ufrag:([A-Za-z0-9+/]{4,256})")  # RFC 8839 §5.4
_PASSWORD = re.compile(r"ice-pwd:([A-Za-z0-9+/]{22,256})")
_FINGERPRINT = re.compile(r"fingerprint:sha-256 ((?:[0-9A-F]{2}:){31}[0-9A-F]{2})", re.IGNORECASE)
_SETUP = re.compile(r"setup:(actpass|active|passive)")
_MID = re.compile(r"mid:([A-Za-z0-9_.-]{1,16})")
_MEDIA = re.compile(r"audio \d{1,5} UDP/TLS/RTP/SAVPF?((?: \d{1,3}){1,64})")
_CANDIDATE = re.compile(
    r"candidate:([A-Za-z0-9+/]{1,32}) 1 udp (\d{1,10}) ([0-9A-Fa-f.:]{2,45}) (\d{1,5})"
    r" typ (host|srflx|prflx|relay)(?: .*)?",
    re.IGNORECASE,
)
_WAYS: dict[Way, frozenset[str]] = {
    "in": frozenset({"sendonly", "sendrecv"}),
    "out": frozenset({"recvonly", "sendrecv"}),
}


class OfferRefused(Exception):
    """Why, and what to send instead; `status` as HTTP has it."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.status = status


class Offer(msgspec.Struct, frozen=True):
    """What is understood of one."""

    payload: int  # RTP's number for Opus
    ufrag: str
    password: str
    fingerprint: str
    setup: str
    mid: str
    candidates: tuple[str, ...]


def read(body: bytes, way: Way, *, keeps_candidates: bool = False) -> Offer:
    """Refused as OfferRefused: too long, not one sound, no Opus, another direction, no keys."""
    media, session = _lines(body)
    named = _MEDIA.fullmatch(media[0][2:])
    if named is None:
        raise OfferRefused("offer one sound over UDP/TLS/RTP/SAVPF, and nothing else")
    offered = set(named[1].split())
    attributes = [line[2:] for line in media if line.startswith("a=")]
    above = [line[2:] for line in session if line.startswith("a=")]
    if "ice-lite" in above:
        raise OfferRefused("offer full ICE: this server waits for the browser's first packet")
    if "rtcp-mux" not in attributes:
        raise OfferRefused("offer rtcp-mux: sound and its reports share one port here")
    _check_way(attributes, above, way)
    opus = [match[1] for line in attributes if (match := _OPUS.fullmatch(line))]
    payloads = [int(one) for one in opus if one in offered and int(one) < 128]  # noqa: PLR2004 - seven bits
    if not payloads:
        raise OfferRefused(
            "offer Opus at 48 kHz (opus/48000/2): it is the one codec taken here", 415
        )
    kept = _candidates(attributes) if keeps_candidates else ()
    return Offer(
        payloads[0],
        _one(_UFRAG, attributes, above, "an ICE user fragment (a=ice-ufrag)"),
        _one(_PASSWORD, attributes, above, "an ICE password (a=ice-pwd)"),
        _one(
            _FINGERPRINT, attributes, above, "a certificate's SHA-256 fingerprint (a=fingerprint)"
        ),
        _one(_SETUP, attributes, above, "a DTLS role (a=setup)"),
        _one(_MID, attributes, ["mid:0"], "an identification (a=mid)"),
        kept,
    )


def write(offer: Offer, way: Way) -> str:
    """The same as SDP of our own."""
    lines = [
        "v=0",
        "o=- 0 0 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        f"a=group:BUNDLE {offer.mid}",
        f"m=audio 9 UDP/TLS/RTP/SAVPF {offer.payload}",
        "c=IN IP4 0.0.0.0",
        f"a=mid:{offer.mid}",
        f"a=ice-ufrag:{offer.ufrag}",
        f"a=ice-pwd:{offer.password}",
        f"a=fingerprint:sha-256 {offer.fingerprint}",
        f"a=setup:{offer.setup}",
        "a=sendonly" if way == "in" else "a=recvonly",
        "a=rtcp-mux",
        f"a=rtpmap:{offer.payload} opus/48000/2",
        f"a=fmtp:{offer.payload} minptime=10;useinbandfec=1",
        *(f"a={one}" for one in offer.candidates),
    ]
    return "\r\n".join([*lines, ""])


def _lines(body: bytes) -> tuple[list[str], list[str]]:
    """The lines of the one medium, and those above it."""
    if len(body) > BYTES_MOST:
        raise OfferRefused(f"an offer has at most {BYTES_MOST} bytes", 413)
    try:
        lines = body.decode("utf-8").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError:
        raise OfferRefused("an offer is text in UTF-8") from None
    if len(lines) > LINES_MOST or any(len(line) > LINE_MOST for line in lines):
        raise OfferRefused("an offer of one sound has fewer and shorter lines")
    if lines[0] != "v=0":
        raise OfferRefused("an offer begins with v=0 (SDP, RFC 8866)")
    starts = [at for at, line in enumerate(lines) if line.startswith("m=")]
    if len(starts) != 1:
        raise OfferRefused("offer one sound (m=audio), and nothing else: no picture and no data")
    return lines[starts[0] :], lines[: starts[0]]


def _check_way(attributes: list[str], above: list[str], way: Way) -> None:
    ways = {"sendonly", "recvonly", "sendrecv", "inactive"}
    said = [one for one in (*attributes, *above) if one in ways]
    if (said[0] if said else "sendrecv") not in _WAYS[way]:
        wanted = "a sound that is sent" if way == "in" else "a sound that is received"
        raise OfferRefused(f"offer {wanted} (a={'sendonly' if way == 'in' else 'recvonly'})")


def _one(shape: re.Pattern[str], attributes: list[str], above: list[str], named: str) -> str:
    for line in (*attributes, *above):
        match = shape.fullmatch(line)
        if match is not None:
            return match[1]
    raise OfferRefused(f"the offer lacks {named}")


def _candidates(attributes: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for line in attributes:
        match = _CANDIDATE.fullmatch(line)
        if (
            match is None
            or not _PORT_LEAST <= int(match[4]) <= _PORT_MOST
            or not is_public(match[3])
        ):
            continue
        priority = min(int(match[2]), 2**31 - 1)
        kept.append(
            f"candidate:{match[1]} 1 udp {priority} {ip_address(match[3])} {match[4]} typ {match[5].lower()}"
        )
    return tuple(kept[:CANDIDATES_MOST])
