"""The process of one live room: it mixes, encodes and records, and answers on a Unix socket.

It has no database. The keeper of rooms (cli/rooms_child.py) starts it, says what is wanted, and starts
another one when it ends before it was told to.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

import uvloop
from aiohttp import web

from parvis.infra import logs, system_user
from parvis.infra.logs import get_logger
from parvis.live.sound.answers import BODY_MOST, Answers
from parvis.live.sound.recording import Recording, keep_part_ms
from parvis.live.sound.room import Room
from parvis.live.sound.sessions import Sessions
from parvis.settings import Settings, load

log = get_logger()

SAID_S = 0.5  # after the end: listeners who ask hear that it is over
_KEEP_ALIVE_S = 75.0


def parse(arguments: list[str]) -> argparse.Namespace:
    """What this process is started with."""
    parser = argparse.ArgumentParser(prog="room_child")
    parser.add_argument("--room", required=True)
    parser.add_argument("--socket", type=Path, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--part-ms", type=int, choices=(500, 1000), default=None)
    return parser.parse_args(arguments)


async def serve(settings: Settings, told: argparse.Namespace) -> None:
    """Until the room is over, or this process is told to stop."""
    logs.configure(settings.log_level)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await run(settings, told, stopping)


async def run(settings: Settings, told: argparse.Namespace, stopping: asyncio.Event) -> None:
    """The same, with another way to be told."""
    part_ms = keep_part_ms(told.folder, told.part_ms or settings.part_ms)
    recording = Recording(told.folder, part_ms)
    room = Room(told.room, part_ms, recording)
    app = web.Application(client_max_size=BODY_MOST)
    ice = settings.ice
    sessions = Sessions(room, ice)
    app.add_routes(Answers(room, sessions, ice).routes())
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=_KEEP_ALIVE_S, shutdown_timeout=SAID_S
    )
    await runner.setup()
    told.socket.unlink(missing_ok=True)
    await web.UnixSite(runner, str(told.socket)).start()
    sounding = asyncio.create_task(room.run())
    watching = asyncio.create_task(sessions.watch())
    waits = [sounding, watching, asyncio.create_task(stopping.wait())]
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for done in (sounding, watching):
        if done.done():
            done.result()  # what went wrong ends this process with a traceback: another is started
    await sessions.close_all()
    if sounding.done():
        await asyncio.sleep(SAID_S)
    for wait in waits:
        wait.cancel()
    await runner.cleanup()
    with suppress(OSError):
        told.socket.unlink()
    recording.close()


if __name__ == "__main__":
    gc.freeze()
    system_user.put_ahead(0)  # a voice waits for nobody's page
    uvloop.run(serve(load(os.environ), parse(sys.argv[1:])))
