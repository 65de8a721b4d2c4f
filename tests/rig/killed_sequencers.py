"""A program: sequencers that are killed (SIGKILL), each in a process of its own, until one is left alone.

Arguments: the database, the folder of files, the log's id. Each appends some ballots first, and says how many
there are once they are committed.
"""

import asyncio
import os
import random
import signal
import sys
import time
from pathlib import Path

from tests.rig.logs import ballots

from parvis.domain.transparency import appending
from parvis.domain.transparency.sequencer import Sequencer
from parvis.infra.postgres import Db
from parvis.infra.sealing import Sealing
from parvis.infra.slots import Slots
from parvis.infra.storage import Storage

EACH = 61
AT_RANDOM = 12


async def work(number: int, log_id: int, told: int, dies_after: int | None) -> None:
    db = await Db.connect(sys.argv[1], Slots(), size=2)
    db.kept(Sealing).folder = Path(sys.argv[2]).parent
    said = ballots(number * EACH, (number + 1) * EACH)
    await db.run(appending.append, log_id, *said, is_shuffled=True)
    os.write(1, f"{number}\n".encode())
    os.write(told, b".")
    sequencer = Sequencer(db, Storage(None, Path(sys.argv[2])))
    step = 0
    while True:
        async for _ in sequencer.steps():
            step += 1
            if step == dies_after:
                os.kill(os.getpid(), signal.SIGKILL)
        if dies_after is not None:
            return


def main() -> None:
    log_id = int(sys.argv[3])
    hears, told = os.pipe()
    number, is_killed = 0, True
    while is_killed:  # after each step, until a round is over before
        number += 1
        child = os.fork()
        if child == 0:
            asyncio.run(work(number, log_id, told, number))
            os._exit(0)
        is_killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        os.read(hears, 1)
    for _ in range(AT_RANDOM):  # and anywhere
        number += 1
        child = os.fork()
        if child == 0:
            asyncio.run(work(number, log_id, told, None))
        os.read(hears, 1)
        time.sleep(random.uniform(0, 0.1))  # noqa: S311 - when to kill is no secret
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
