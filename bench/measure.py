#!/usr/bin/env python3
"""Measure a throwaway network with the driver that measured the peers. See bench/README.md."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DRIVER = ROOT.parent / "shared" / "bench" / "mbench.py"
PORT = int(os.environ.get("BENCH_PORT", "8137"))
BASE = f"http://localhost:{PORT}"


class Served:
    """A network in a folder of its own."""

    def __init__(self, folder: Path, command: Sequence[str] = (str(ROOT / "parvis"),)) -> None:
        self.folder = folder
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it; seconds until the first answer."""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [*self.command, "serve", "--port", str(PORT), "--workers", "2"],
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "src"),
                "PARVIS_DATA": str(self.folder / "data"),
                "PARVIS_RATE_LIMITS": "off",
                "PARVIS_REGISTRATIONS": "open",
            },
            stdout=(self.folder / "said").open("ab"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while not answers():
            if self.process.poll() is not None:
                raise SystemExit((self.folder / "said").read_text())
            time.sleep(0.005)
        return time.perf_counter() - began

    def below(self) -> list[int]:
        """Every process of the network, the supervisor first."""
        assert self.process is not None
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def stop(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)

    def kill_everything(self) -> None:
        """As a power cut would."""
        for pid in self.below():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        assert self.process is not None
        self.process.wait()


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{BASE}/api/v1/instance", timeout=5) as answer:  # noqa: S310
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def drive(*arguments: str) -> None:
    subprocess.run([sys.executable, str(DRIVER), *arguments], check=True)


def measure(served: Served, state: Path, out: Path, *, is_quick: bool) -> None:
    users = ["--users", "1125", "--each", "30"]
    drive("seed", "--base", BASE, "--state", str(state), *users)
    assert served.process is not None
    rounds = ["--rounds", "1", "--secs", "4", "--posts", "60", "--burst", "200"] if is_quick else []
    pids = f"app={served.process.pid}"
    drive("all", "--base", BASE, "--state", str(state), "--pids", pids, "--out", str(out), *rounds)
    drive("table", str(out))


def restart(served: Served, state: Path, seconds: float) -> None:
    """Write for a while, kill everything at once, start again."""
    if not state.exists():
        drive("seed", "--base", BASE, "--state", str(state), "--users", "130", "--each", "1")
    users = json.loads(state.read_text())["users"]
    over = time.monotonic() + seconds
    acknowledged = [0] * 8

    def write(number: int) -> None:
        while time.monotonic() < over:
            body = json.dumps({"status": f"written {acknowledged[number]}"}).encode()
            request = urllib.request.Request(f"{BASE}/api/v1/statuses", body)  # noqa: S310
            request.add_header("Content-Type", "application/json")
            request.add_header("Authorization", f"Bearer {users[number]['token']}")
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                    acknowledged[number] += answer.status == 200
            except (OSError, urllib.error.URLError):
                return

    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    time.sleep(seconds)
    served.kill_everything()
    for writer in writers:
        writer.join()
    took = served.start()
    kept = sum(written(user["token"]) for user in users[:8])
    assert kept >= sum(acknowledged), f"{kept} kept of {sum(acknowledged)} acknowledged"
    print(
        f"{sum(acknowledged)} statuses acknowledged in {seconds:.0f} s; "
        f"the first answer after everything was killed: {took:.2f} s"
    )


def written(token: str) -> int:
    """How many statuses somebody has, as their network counts them."""
    request = urllib.request.Request(f"{BASE}/api/v1/accounts/verify_credentials")  # noqa: S310
    request.add_header("Authorization", f"Bearer {token}")
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
        return json.load(answer)["statuses_count"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--restart", action="store_true")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "results" / "parvis.json")
    said = parser.parse_args()
    if not DRIVER.exists():
        raise SystemExit("../shared/bench is absent: the driver lies beside the project")
    if not said.restart and shutil.which("wrk") is None:
        raise SystemExit("wrk is absent: apt-get install wrk")
    folder = Path(tempfile.mkdtemp(prefix="parvis-bench-"))
    folder.chmod(0o755)
    served = Served(folder)
    try:
        # A lock file that changed has its environment built first, which is no part of a start.
        subprocess.run([*served.command, "--version"], check=True, stdout=subprocess.DEVNULL)
        print(f"founded in {served.start():.2f} s")
        if said.restart:
            restart(served, folder / "state.json", said.seconds)
        else:
            measure(served, folder / "state.json", said.out, is_quick=said.quick)
        served.stop()
    finally:
        if served.process is not None and served.process.poll() is None:
            served.kill_everything()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
