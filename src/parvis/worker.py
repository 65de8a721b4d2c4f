"""The worker: hands events of the outbox to their handlers. For now it waits to be stopped."""

from parvis.infra import shutdown
from parvis.settings import Settings


async def run(_settings: Settings) -> None:
    await shutdown.stopping.wait()
