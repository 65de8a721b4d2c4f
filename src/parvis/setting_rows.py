"""The rows of the settings: where each is read from, how, and the words of docs/settings.md."""

import os
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

import msgspec

from parvis import elsewhere


def _integer(low: int, high: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(text)

    return parse


def _choice(*choices: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in choices:
            raise ValueError(f"write one of: {', '.join(choices)}")
        return text

    return parse


def _part_ms(text: str) -> int:
    return int(_choice("500", "1000")(text))


def _switch(text: str) -> bool:
    if text.lower() in {"on", "yes", "true", "1"}:
        return True
    if text.lower() in {"off", "no", "false", "0"}:
        return False
    raise ValueError("write on or off")


def _folder(text: str) -> Path:
    return Path(text).expanduser().absolute()


def _file(text: str) -> Path:
    file = Path(text).expanduser().absolute()
    if not os.access(file, os.R_OK) or not file.is_file():
        raise ValueError("write the name of a file that can be read")
    return file


def _pg_bin(text: str) -> Path:
    folder = _folder(text)
    if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
        raise ValueError(
            "write the folder that holds the programs postgres and initdb,"
            " such as /usr/lib/postgresql/18/bin"
        )
    return folder


def _host(text: str) -> str:
    if any(letter.isspace() or letter in "/@" for letter in text) or text.count(":") == 1:
        raise ValueError("write an address or a name alone, such as 127.0.0.1, 0.0.0.0 or ::1")
    return text.strip("[]")


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(","))
    except ValueError as error:
        raise ValueError(
            f"write addresses or ranges with commas between, such as 10.0.0.0/8,::1 ({error})"
        ) from None


def _test_bus(text: str) -> str:
    kind, _, seconds = text.partition(":")
    if text != "cut" and not (kind == "delay" and seconds.isascii() and seconds.isdigit()):
        raise ValueError("write cut, or delay: and seconds")
    return text


class Row(msgspec.Struct, frozen=True):
    """One setting: where it is read from, how, and the words of docs/settings.md."""

    field: str
    variable: str
    parse: Callable[[str], Any]
    default: str  # in words
    meaning: str
    option: str | None = None
    is_secret: bool = False  # its value is never repeated in a message

    def explain(self, text: str, why: str) -> str:
        named = self.variable + (f" (or {self.option})" if self.option else "")
        value = "the value" if self.is_secret else repr(text)
        return f"{named}: {value} cannot be used; {why}."


ROWS = (
    Row(
        "data",
        "PARVIS_DATA",
        _folder,
        "`./data`; for root `/var/lib/parvis`",
        "The folder that holds everything the network keeps.",
        "--data",
    ),
    Row("host", "PARVIS_HOST", _host, "`127.0.0.1`", "The address to listen on.", "--host"),
    Row("port", "PARVIS_PORT", _integer(1, 65535), "`8000`", "The port to listen on.", "--port"),
    Row("workers", "PARVIS_WORKERS", _integer(1, 64), "`1`", "Web processes.", "--workers"),
    Row(
        "role",
        "PARVIS_ROLE",
        _choice("all", "web", "worker", "live", "edge"),
        "`all`",
        "Which processes to run; `web`, `worker` and `live` (what keeps rooms, without the rest of a worker)"
        " need `DATABASE_URL`; `edge`, a relay of live rooms, needs `PARVIS_ORIGIN` and nothing else.",
        "--role",
    ),
    Row(
        "origin",
        "PARVIS_ORIGIN",
        elsewhere.origin,
        "none",
        "The address that a relay of live rooms (`--role edge`) fetches from: the network, or another relay.",
        "--origin",
    ),
    Row(
        "edges",
        "PARVIS_EDGES",
        elsewhere.edges,
        "players come to the network itself",
        "Addresses of relays that pages tell players of, with commas between; each player takes one, and"
        " another when that goes away, the network itself last.",
    ),
    Row(
        "tls_certificate",
        "PARVIS_TLS_CERTIFICATE",
        _file,
        "plain HTTP",
        "For `--role edge`: the file of its certificate and those above it (PEM).",
    ),
    Row(
        "tls_key",
        "PARVIS_TLS_KEY",
        _file,
        "plain HTTP",
        "For `--role edge`: the file of that certificate's key.",
    ),
    Row(
        "ticket_key",
        "PARVIS_TICKET_KEY",
        elsewhere.ticket_key,
        "the file `keys/tickets` of the data folder",
        "The key of listening tickets, 32 bytes in base64: the same for every machine of a network and its"
        " relays.",
        is_secret=True,
    ),
    Row(
        "public_url",
        "PARVIS_PUBLIC_URL",
        elsewhere.public_url,
        "`http://localhost:` and the port",
        "The address people and other servers see; kept in the database at the first start.",
    ),
    Row(
        "allow_url_change",
        "PARVIS_ALLOW_URL_CHANGE",
        _switch,
        "`off`",
        "`on` replaces the stored public address, which breaks links that others hold.",
    ),
    Row(
        "registrations",
        "PARVIS_REGISTRATIONS",
        _choice("open", "approval", "closed"),
        "the network's own setting",
        "Who may join: `open`, `approval` or `closed`.",
    ),
    Row(
        "confirm_email",
        "PARVIS_CONFIRM_EMAIL",
        _switch,
        "the network's own setting",
        "Whether a new member confirms their address first.",
    ),
    Row(
        "rate_limits",
        "PARVIS_RATE_LIMITS",
        _switch,
        "`on`",
        "`off` lifts the limits on requests, for measurements.",
    ),
    Row(
        "trusted_proxies",
        "PARVIS_TRUSTED_PROXIES",
        _networks,
        "none",
        "Addresses whose X-Forwarded-For is believed, with commas between.",
    ),
    Row(
        "database_url",
        "DATABASE_URL",
        elsewhere.database_url,
        "the embedded PostgreSQL",
        "A PostgreSQL >= 15 to use in place of the embedded one.",
        is_secret=True,
    ),
    Row(
        "machines",
        "PARVIS_MACHINES",
        _choice("one", "many"),
        "`one`",
        "`many` when several machines run this network: nothing is then kept in memory.",
    ),
    Row(
        "pg_bin",
        "PARVIS_PG_BIN",
        _pg_bin,
        "the installed package's programs",
        "The folder of a system PostgreSQL's programs, for the embedded database.",
    ),
    Row(
        "stun_url",
        "PARVIS_STUN_URL",
        elsewhere.stun_url,
        "none",
        "The STUN server that tells speakers' browsers and rooms their public address:"
        " `stun:stun.example.org:3478`.",
    ),
    Row(
        "turn_url",
        "PARVIS_TURN_URL",
        elsewhere.turn_url,
        "none",
        "The TURN server that relays speakers' sound where nothing else gets through:"
        " `turn:turn.example.org:3478?transport=udp`; it needs the next setting.",
    ),
    Row(
        "turn_secret",
        "PARVIS_TURN_SECRET",
        elsewhere.turn_secret,
        "none",
        "The secret shared with that TURN server (coturn: `static-auth-secret`).",
        is_secret=True,
    ),
    Row(
        "part_ms",
        "PARVIS_PART_MS",
        _part_ms,
        "`1000`",
        "How long a part of a room's sound is, in ms: `1000`, or `500`, with which listeners hear half a"
        " second to a second sooner, and each asks twice as often. A room keeps the one it began with.",
    ),
    Row(
        "storage_url",
        "PARVIS_STORAGE_URL",
        elsewhere.storage_url,
        "files in `data/media`",
        "The S3-compatible bucket that keeps pictures:"
        " `s3://key:secret@host/bucket?region=…` (`s3+http://` on this machine).",
        is_secret=True,
    ),
    Row(
        "smtp_url",
        "PARVIS_SMTP_URL",
        elsewhere.smtp_url,
        "files in `data/mail`",
        "The server that sends mail.",
        is_secret=True,
    ),
    Row(
        "beacons",
        "PARVIS_BEACONS",
        elsewhere.relays,
        "relays of the League of Entropy",
        "Addresses of drand relays that draws ask for their round, with commas between; `none` where there is"
        " no network: then somebody brings the round as a file.",
    ),
    Row(
        "log_level",
        "PARVIS_LOG_LEVEL",
        _choice("debug", "info", "warning", "error"),
        "`info`",
        "What is worth a line in the log.",
    ),
    Row(
        "test_bus",
        "PARVIS_TEST_BUS",
        _test_bus,
        "none",
        "For tests: `cut` loses the wake-ups between processes, `delay:2` brings them 2 s late.",
    ),
    Row(
        "test_reachable",
        "PARVIS_TEST_REACHABLE",
        _networks,
        "none",
        "For tests: addresses that are asked though they are not the public internet's.",
    ),
    Row(
        "run",
        "PARVIS_RUN",
        _folder,
        "chosen at each start",
        "Sockets and shared memory; set by `serve` for its child processes.",
    ),
)
