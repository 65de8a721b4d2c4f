"""Whole networks for tests: `serve` in a session of its own, and eyes on all its processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def get_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(what: Callable[[], object], patience_s: float = PATIENCE_S) -> None:
    deadline = time.monotonic() + patience_s
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {patience_s} s")
        time.sleep(0.01)


class Network:
    """One `parvis serve` on a data folder. `python` and `paths` for another interpreter."""

    def __init__(self, home: Path, *options: str, **environment: str) -> None:
        self.data = home / "data"
        self.notes = home / "said"
        self.port = get_free_port()
        self.options = options
        self.environment = environment
        self.python = [sys.executable]
        self.paths = [str(ROOT / "src")]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, wait: bool = True) -> "Network":
        arguments = ["serve", "--data", str(self.data), "--port", str(self.port), *self.options]
        own = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(self.paths)}
        with self.notes.open("w") as notes:
            self.process = subprocess.Popen(  # noqa: S603 - ours
                [*self.python, "-P", "-m", "parvis", *arguments],
                env=own | self.environment,
                stdout=notes,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if wait:
            try:
                wait_until(lambda: "Ctrl-C" in self.said() or self.poll() is not None)
            except AssertionError as late:
                raise AssertionError(f"it has not started; it said: {self.said()!r}") from late
            assert self.poll() is None, self.said()
        return self

    def said(self) -> str:
        return self.notes.read_text()

    def poll(self) -> int | None:
        assert self.process is not None
        return self.process.poll()

    def end(self, number: signal.Signals = signal.SIGINT, patience_s: float = PATIENCE_S) -> int:
        """Signal the supervisor, and wait until it has ended."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(patience_s)

    @property
    def url(self) -> str:
        """A page that asks the database."""
        return f"http://127.0.0.1:{self.port}/api/v1/timelines/public"

    def get(self, patience_s: float = 30) -> int:
        with urllib.request.urlopen(self.url, timeout=patience_s) as answer:  # noqa: S310 - ours
            return int(answer.status)

    def answers(self) -> bool:
        try:
            return self.get() == 200
        except (OSError, urllib.error.URLError):
            return False

    def dsn(self) -> str:
        holder = json.loads((self.data / "lock").read_text())
        return str(holder["environment"]["DATABASE_URL"])

    def postmaster(self) -> int:
        """Its process, or 0 while there is none."""
        try:
            return int((self.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        except (FileNotFoundError, IndexError):
            return 0

    def pids(self, part: str = "") -> list[int]:
        """Every process below the supervisor whose command line holds `part`."""
        assert self.process is not None
        return [pid for pid in list_below(self.process.pid) if part in get_command(pid)]

    def kill_everything(self) -> None:
        """As a power cut would: everything at once, nobody warned."""
        assert self.process is not None
        for pid in [self.process.pid, *self.pids()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()


def list_below(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parent = int(stat.rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(entry.name))
    found = list(children.get(pid, []))
    for child in found:  # grows while it is read: the whole tree
        found += children.get(child, [])
    return found


def get_command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_alive(pid: int) -> bool:
    """Not gone, and not a zombie that nobody has reaped yet."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
