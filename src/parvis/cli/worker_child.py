"""One worker process: runs until told to stop, then gives what is under way a moment to end."""

import asyncio
import os
import signal
import sys

import uvloop

from parvis import worker
from parvis.infra import logs, shutdown
from parvis.settings import Settings, load

_CLOSING_S = 2.0  # less than the supervisor's patience


async def main(settings: Settings) -> None:
    logs.configure(settings.log_level)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, shutdown.stopping.set)
    running = asyncio.create_task(worker.run(settings))
    told = asyncio.create_task(shutdown.stopping.wait())
    await asyncio.wait({running, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    await asyncio.wait_for(running, _CLOSING_S)


if __name__ == "__main__":
    os.read(int(sys.argv[1]), 1)  # everything is imported; the database may still be recovering
    uvloop.run(main(load(os.environ)))
