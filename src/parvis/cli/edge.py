"""`serve --role edge`: relays of live rooms on one port, kept running; no database, no data folder."""

import asyncio
from contextlib import ExitStack, closing, suppress

from parvis.cli import children
from parvis.cli.children import Child
from parvis.cli.listening import listen
from parvis.cli.supervisor import Stop
from parvis.infra import system_user
from parvis.settings import Settings


async def serve(settings: Settings) -> None:
    """Run until a signal. Each process is a relay of its own and fetches for itself."""
    stop = Stop()
    user = children.choose_user(system_user.choose(settings.data))
    with ExitStack() as open_sockets:
        # The first is bound alone: a port that another program has is refused with its reason.
        with closing(listen(settings.host, settings.port)):
            pass
        relays: list[Child] = []
        for number in range(1, settings.workers + 1):
            listening = listen(settings.host, settings.port, is_one_of_many=True)
            open_sockets.enter_context(closing(listening))
            relay = Child(f"Relay {number}", ["parvis.cli.edge_child"], user, settings)
            relays.append(relay.with_fds(listening.fileno()))
        keepers = [asyncio.create_task(one.keep()) for one in relays]
        kind = "https" if settings.tls_certificate else "http"
        print(f"\n  Parvis relays {settings.origin}")
        print(f"  Listeners come to {kind}://{settings.host}:{settings.port}/listen/…")
        if settings.ticket_key is None:
            print("  PARVIS_TICKET_KEY is not set: open rooms alone, and no tickets.")
        print("  Ctrl-C stops it.\n", flush=True)
        await stop.asked.wait()
        for keeper in keepers:
            keeper.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*keepers, return_exceptions=True)
        for one in relays:
            one.ask_to_end()
        await asyncio.gather(*(one.end(stop.hurried) for one in relays))
