"""What `parvis rehearse` does: shows that the relays are one's own, sends crowds, and judges what they heard.

The room is named by the key of the network's tickets and ends by itself (protocols/rehearsals.py); a relay
that does not bring the answer of somebody with that key is not asked a second time.
"""

import asyncio
import math
import os
import secrets
import socket
import sys
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec

from parvis import elsewhere
from parvis.cli.crowd_child import Order, Told
from parvis.cli.rehearsed import Rehearsed, judge
from parvis.infra.upstream import Said, Upstream, UpstreamAway
from parvis.live.rehearsing.crowd import Plan, Relay
from parvis.live.rehearsing.heard import Heard
from parvis.protocols import rehearsals, tickets
from parvis.protocols.tickets import HOLDER_BYTES, Lane, Ticket
from parvis.settings import Settings

LISTENERS_MOST = 200_000
SECONDS_MOST = 600
SETTLES_S = 4.0
BESIDE_S = 60  # that a rehearsal's room lasts longer than it
CROWD_MOST = 3_000  # listeners of one process
STATE_MOST = 1 << 16
ASKED_S = 10.0
_NOBODYS = "9" * 19  # a rehearsal that nobody can have made
_OK = 200
_NOT_FOUND = 404


class RehearsalRefused(Exception):
    """Nothing was loaded; the words say why."""


class Wish(msgspec.Struct, frozen=True):
    """What was typed."""

    edges: tuple[str, ...]
    listeners: int
    seconds: int
    joins_s: int
    is_anonymous: bool
    sources: tuple[str, ...]


async def rehearse(settings: Settings, wish: Wish) -> None:
    """End with a code that says whether it would hold."""
    try:
        code = await _rehearse(settings, wish)
    except RehearsalRefused as refused:
        print(f"Nothing was rehearsed: {refused}.", file=sys.stderr)
        raise SystemExit(1) from None
    raise SystemExit(code)


async def _rehearse(settings: Settings, wish: Wish) -> int:
    _check(wish)
    edges = tuple(_read(one) for one in wish.edges)
    key = await _key(settings, wish.edges[0])
    ends_s = int(time.time()) + wish.joins_s + wish.seconds + BESIDE_S
    room = rehearsals.name_room(key, ends_s)
    states = [await _show_own(edge, key, room) for edge in wish.edges]
    print(
        f"\n  {wish.listeners:,} listeners come to {', '.join(wish.edges)} within {wish.joins_s} s,"
        f" and listen for {wish.seconds} s. Ctrl-C ends it.\n",
        flush=True,
    )
    ticket = "" if wish.is_anonymous else _ticket(key, room, ends_s)
    relays = tuple([await _resolve(url) for url in edges])
    plan = Plan(
        relays,
        room,
        states[0]["epoch_ms"],
        states[0]["part_ms"],
        wish.listeners,
        ticket,
        wish.sources,
        wish.joins_s,
    )
    heard = await _send_crowds(plan, wish.seconds)
    told = Rehearsed(heard, wish.listeners, wish.joins_s, plan.part_ms, states[0]["bandwidth"])
    verdict = judge(told)
    for line in verdict.lines:
        print(f"  {line}" if line else "")
    return verdict.code


def _check(wish: Wish) -> None:
    if not wish.edges:
        raise RehearsalRefused("say which relay: parvis rehearse https://edge.example.org")
    for said, most, option in (
        (wish.listeners, LISTENERS_MOST, "--listeners"),
        (wish.seconds, SECONDS_MOST, "--for"),
        (wish.joins_s, SECONDS_MOST, "--joins"),
    ):
        if not 1 <= said <= most:
            raise RehearsalRefused(f"{option}: write a whole number from 1 to {most:,}")
    for source in wish.sources:
        try:
            family, kind, _, _, address = socket.getaddrinfo(
                source, 0, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )[0]
            with socket.socket(family, kind) as tried:
                tried.bind(address)
        except OSError:
            raise RehearsalRefused(f"--from: this machine has no address {source!r}") from None


async def _key(settings: Settings, edge: str) -> bytes:
    """That of the setting, or of the data folder, where the network makes it when first asked."""
    if settings.ticket_key is not None:
        return settings.ticket_key
    path = settings.data / "keys" / "tickets"
    try:
        if settings.data.is_dir() and not path.exists():
            await _ask(edge, _NOBODYS)
        return tickets.parse_key(path.read_text("ascii").strip())
    except (OSError, ValueError):
        raise RehearsalRefused(
            f"a rehearsal is for who has the network's key. Set PARVIS_TICKET_KEY, or name the data folder"
            f" (--data); there is none in {path}"
        ) from None


def _read(edge: str) -> SplitResult:
    try:
        return urlsplit(elsewhere.origin(edge))
    except ValueError:
        raise RehearsalRefused(
            f"{edge!r} is no address of a relay; write one such as https://edge.example.org"
        ) from None


async def _show_own(edge: str, key: bytes, room: str) -> dict[str, Any]:
    """The state of the rehearsal's room. Refused: the relay is not in front of a network with this key."""
    said = await _ask(edge, room)
    state = _state(said)
    if state is not None and secrets.compare_digest(
        str(state.get("rehearsal")), rehearsals.prove(key, room)
    ):
        return state | {"bandwidth": state["renditions"]["aac"]["bandwidth"]}
    if said.status in (_OK, _NOT_FOUND):
        raise RehearsalRefused(
            f"{edge} does not show that it relays a network with your key, and nobody loads a stranger's"
            " machines: PARVIS_TICKET_KEY (or the data folder) has to be that of the network behind it, and"
            " its clock right"
        )
    words = said.content[:80].decode("ascii", "replace")
    raise RehearsalRefused(f"{edge} answers, but not for its network: {said.status} {words}")


async def _ask(edge: str, room: str) -> Said:
    """The state of a room, asked once."""
    upstream = Upstream.at(elsewhere.origin(edge), STATE_MOST)
    try:
        return await upstream.get(f"/listen/{room}/state", {}, ASKED_S)
    except UpstreamAway as away:
        raise RehearsalRefused(f"{edge} cannot be reached ({away})") from None
    finally:
        upstream.close()


def _state(said: Said) -> dict[str, Any] | None:
    try:
        state: Any = msgspec.json.decode(said.content) if said.status == _OK else None
    except msgspec.DecodeError:
        return None
    return state if isinstance(state, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _ticket(key: bytes, room: str, ends_s: int) -> str:
    """One for all: what a relay does to check it is the same."""
    holder = secrets.token_bytes(HOLDER_BYTES)
    return tickets.issue(key, Ticket(int(room), holder, Lane.TICKETED, ends_s))


async def _resolve(url: SplitResult) -> Relay:
    host, is_tls = url.hostname or "", url.scheme == "https"
    port = url.port or (443 if is_tls else 80)
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        raise RehearsalRefused(f"{host} has no address") from None
    family, _, _, _, address = found[0]
    return Relay(str(address[0]), port, host, is_tls, family == socket.AF_INET6)


async def _send_crowds(plan: Plan, seconds: int) -> Heard:
    """As many processes as there are cores to run them, each with its part of the listeners."""
    count = max(1, min(os.cpu_count() or 1, math.ceil(plan.listeners / CROWD_MOST)))
    share, more = divmod(plan.listeners, count)
    here = [0] * count
    crowds = [
        _run_crowd(msgspec.structs.replace(plan, listeners=share + (at < more)), seconds, here, at)
        for at in range(count)
    ]
    showing = asyncio.create_task(_show(here, plan.listeners))
    try:
        all_heard = await asyncio.gather(*crowds)
    finally:
        showing.cancel()
        if sys.stderr.isatty():
            print(end="\r\033[K", file=sys.stderr, flush=True)
    whole = all_heard[0]
    for heard in all_heard[1:]:
        whole.add(heard)
    return whole


async def _run_crowd(plan: Plan, seconds: int, here: list[int], at: int) -> Heard:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-P", "-m", "parvis.cli.crowd_child"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=STATE_MOST << 8,
    )
    try:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(msgspec.json.encode(Order(plan, SETTLES_S, seconds)))
        process.stdin.close()
        async for line in process.stdout:
            told = msgspec.json.decode(line, type=Told)
            here[at] = told.here
            if told.heard is not None:
                return told.heard
        raise RehearsalRefused("a process of listeners ended before its time; its words are above")
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _show(here: list[int], listeners: int) -> None:
    """How many are there, on a terminal alone."""
    while sys.stderr.isatty():
        print(f"\r  {sum(here):,} of {listeners:,} listen ", end="", file=sys.stderr, flush=True)
        await asyncio.sleep(1)
