"""A throwaway network full of the demonstration's people, for the scripts that look at pages."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = os.environ.get("PARVIS_TEST_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--hide-scrollbars")
PATIENCE_S = 120.0


class Demonstration:
    """Serve it with `with`; afterwards nothing of it is left."""

    def __init__(self, port: int, *, accounts: int = 60) -> None:
        self.base = f"http://localhost:{port}"
        self.port = port
        self.accounts = accounts
        self.folder = Path(tempfile.mkdtemp(prefix="parvis-pages-"))
        self.folder.chmod(0o755)
        self.name = ""  # of somebody to look around as, and everybody's password
        self.password = ""
        self._env = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "PARVIS_DATA": str(self.folder / "data"),
            "PARVIS_RATE_LIMITS": "off",
        }
        self.process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "parvis", "serve", "--port", str(self.port)],
            env=self._env,
            stdout=(self.folder / "said").open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            self._wait()
            said = self.run("demo", "--accounts", str(self.accounts))
            self.name = re.search(r"Look around as:\s+@?(\w+)", said)[1]  # type: ignore[index]
            self.password = re.search(r"Password of all:\s+(\S+)", said)[1]  # type: ignore[index]
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *words: str) -> str:
        """What a command says."""
        return subprocess.run(
            [sys.executable, "-m", "parvis", *words],
            env=self._env,
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    def below(self) -> list[int]:
        """Every process of the network, the supervisor first."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.base}/health", timeout=5):  # noqa: S310 - ours
                    return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise SystemExit((self.folder / "said").read_text())
