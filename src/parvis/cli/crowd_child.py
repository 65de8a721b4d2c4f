"""One process of synthetic listeners: its plan comes by standard input, what it heard by the other end."""

import gc
import resource
import signal
import sys

import msgspec

from parvis.live.rehearsing.crowd import Crowd, Plan
from parvis.live.rehearsing.heard import Heard

TOLD_S = 0.5  # how often it says how far it is


class Told(msgspec.Struct):
    """One line: how many are there, or at the end all that was heard, also all that was heard."""

    here: int
    heard: Heard | None = None


class Order(msgspec.Struct):
    """What is to be done: join, settle so long, count so long."""

    plan: Plan
    settles_s: float
    counts_s: float


def main() -> None:
    # Ctrl-C is for whoever started us, and ends us then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    crowd = Crowd(order.plan)
    _run(crowd, order.plan.joins_s + order.settles_s)
    crowd.count()
    _run(crowd, order.counts_s)
    _tell(Told(crowd.here, crowd.tell()))
    crowd.close()


def _run(crowd: Crowd, seconds: float) -> None:
    while seconds > 0:
        crowd.run_for(min(TOLD_S, seconds))
        seconds -= TOLD_S
        _tell(Told(crowd.here))


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
