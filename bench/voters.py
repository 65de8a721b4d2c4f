"""What benches of many voters share: a network for a while, accounts with tokens, what each process spent."""

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from measure import BASE, Served

PYTHON = [sys.executable, "-P", "-m", "parvis"]
RESTING_S = 0.05  # of CPU in a second: what a network does that nobody uses
TICKS = os.sysconf("SC_CLK_TCK")
VOTERS = """
with made as (
  insert into accounts (id, username, skeleton, uri, url)
  select next_id(), 'voter' || n, 'voter' || n, $1 || '/users/voter' || n, $1 || '/@voter' || n
  from generate_series($2::int, $3::int) n returning id, username
), known as (
  insert into users (id, account_id, email, confirmed_at, approved_at)
  select next_id(), id, username || '@example.test', now(), now() from made returning id, email
)
insert into access_tokens (token_sha256, app_id, user_id, scopes)
select sha256(('voter-' || substr(split_part(email, '@', 1), 6))::bytea), $4, id, array['read', 'write']
from known
"""
APP = """
insert into apps (client_id, client_secret_sha256, name, redirect_uris, scopes)
values ('bench', '', 'bench', '{}', array['read', 'write']) returning id
"""


def cpu_s(served: Served) -> dict[str, float]:
    """CPU seconds so far, by what the processes are; of children that ended too."""
    spent: dict[str, float] = {}
    for pid in served.below():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        except OSError:
            continue
        kind = next((one for one in ("web_child", "worker_child") if one in command), "postgres")
        if kind == "postgres" and "[local]" not in command:
            kind = "postgres, beside"  # the checkpointer, the writers, autovacuum
        if pid == served.below()[0]:
            kind = "supervisor"
        spent[kind] = spent.get(kind, 0.0) + sum(map(int, fields[11:15])) / TICKS
    return spent


async def rest(served: Served) -> None:
    """Wait until the network has started whole and does nothing. The first answer comes from its first web
    process; the others start after it, and their start is no part of what is measured.
    """
    before = 0.0
    while (now := cpu_s(served)) and sum(now.values()) - before > RESTING_S:
        before = sum(now.values())
        await asyncio.sleep(1)


def disk_bytes(folder: Path) -> int:
    """What the files of a folder take."""
    found = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # PostgreSQL works there
            found += file.stat().st_blocks * 512
    return found


async def enrol(connection: Any, voters: int) -> None:
    """Accounts with tokens; the first asks the poll."""
    app_id = await connection.fetchval(APP)
    step = 10_000
    for first in range(0, voters + 1, step):
        await connection.execute(VOTERS, BASE, first, min(first + step - 1, voters), app_id)
    await connection.execute("vacuum analyze")
    await connection.execute("checkpoint")


def measure(
    parser: argparse.ArgumentParser,
    run: Callable[[Served, Any, Path], Coroutine[Any, Any, dict[str, Any]]],
    wrong: str,
) -> None:
    """Found a network, print what `run` found there; `wrong` is said when that is not exact."""
    parser.add_argument("--out", type=Path)
    said = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="parvis-voters-"))
    folder.chmod(0o755)
    served = Served(folder, PYTHON)
    try:
        served.start()
        figures = asyncio.run(run(served, said, folder))
        served.stop()
    finally:
        if served.process is not None and served.process.poll() is None:
            served.kill_everything()
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(figures, indent=1))
    if said.out is not None:
        said.out.write_text(json.dumps(figures, indent=1) + "\n")
    if not figures["is_exact"]:
        raise SystemExit(wrong)
