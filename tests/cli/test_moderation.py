"""The commands of moderation, on a database where a network runs."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.rig.network import Network, serve

from parvis.domain.moderation.reports import ReportDraft, report

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def running(dsn: str, tmp_path: Path) -> Any:
    async with serve(dsn, tmp_path) as network:
        yield network, tmp_path


async def parvis(
    network: Network, data: Path, *arguments: str, code: int = 0, **environment: str
) -> str:
    """Run a command in a process of its own and answer what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        "parvis",
        *arguments,
        "--data",
        str(data),
        env={
            "PATH": os.defpath,
            "PYTHONPATH": str(ROOT / "src"),
            "DATABASE_URL": network.dsn,
            "COLUMNS": "200",
            "HOME": str(data.parent),
            **environment,
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == code, said
    return said


@pytest.mark.slow
async def test_from_report_to_decision(running: Any) -> None:
    network, data = running
    alice, bob = await network.people("alice", "bob")
    assert "No open reports" in await parvis(network, data, "reports")
    insult = await bob.publish("[red]an insult[/red]")
    draft = ReportDraft(
        target_id=bob.account_id, status_ids=[int(insult["id"])], comment="look at this"
    )
    made = await network.db.run(report, alice.account_id, draft)
    listed = await parvis(network, data, "reports")
    assert all(word in listed for word in ("alice", "bob", "look at this", str(made.id)))
    # The next command names it, also in the narrowest terminal.
    assert str(made.id) in await parvis(network, data, "reports", COLUMNS="60")
    shown = await parvis(network, data, "report", "show", str(made.id))
    assert "[red]an insult[/red]" in shown
    refused = await parvis(network, data, "decide", "suspend", "bob", "--reason", " ", code=1)
    assert "Refused: " in refused
    said = await parvis(
        network, data, "decide", "suspend", "bob", "--reason", "insults", "--report", str(made.id)
    )
    assert "suspend bob" in said
    await network.settle()  # this network's slots are its own; the worker bumps them
    (await network.anyone.get(f"/api/v1/statuses/{insult['id']}")).refused(404)
    assert "No open reports" in await parvis(network, data, "reports")
    account = await parvis(network, data, "accounts", "show", "bob")
    assert all(word in account for word in ("suspended", "insults", "command line"))
    await parvis(network, data, "decide", "reinstate", "@bob", "--reason", "enough")
    await network.settle()
    (await network.anyone.get(f"/api/v1/statuses/{insult['id']}")).ok()


@pytest.mark.slow
async def test_newcomers_and_roles(running: Any) -> None:
    network, data = running
    await network.person("nora", is_approved=False, reason="I like it")
    assert "nora" in await parvis(network, data, "accounts", "list", "--state", "pending")
    await parvis(network, data, "accounts", "approve", "nora")
    assert "No accounts" in await parvis(network, data, "accounts", "list", "--state", "pending")
    assert "already approved" in await parvis(
        network, data, "accounts", "reject", "nora", "--reason", "late", code=1
    )
    assert "nora is moderator now" in await parvis(network, data, "role", "nora", "moderator")
    assert "There is no account" in await parvis(network, data, "role", "nobody", "admin", code=1)
    mistyped = data / "mistyped"  # founds nothing
    said = await parvis(network, mistyped, "accounts", "list", code=1, DATABASE_URL="")
    assert "There is no network in " in said
    assert not mistyped.exists()
