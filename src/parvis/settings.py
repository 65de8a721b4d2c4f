"""The one settings object: typed, frozen, read once at start; only the roots import it."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

import msgspec

Role = Literal["all", "web", "worker"]
Registrations = Literal["open", "approval", "closed"]


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
    run: Path | None = None  # sockets and the generation slots; the supervisor fills it in
    smtp_url: str | None = None  # None: mail is written to data/mail as files
    log_level: Literal["debug", "info", "warning", "error"] = "info"
