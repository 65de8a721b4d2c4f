"""What the commands of the public log do, and the tables they show."""

import sys
from collections.abc import Awaitable, Callable

from rich.console import Console
from rich.table import Column, Table

from parvis.cli.opening import open_network
from parvis.domain.errors import Refused
from parvis.domain.network.settings import read
from parvis.domain.transparency import keys, succeeding, witnesses
from parvis.domain.transparency.serving import PublishedLogs
from parvis.infra.postgres import Db
from parvis.settings import Settings

NOT_YET = "The network has no log yet: start it once."


async def at_desk(settings: Settings, work: "Callable[[LogDesk], Awaitable[None]]") -> None:
    """Open the network for a command; what the domain refuses is said and ends it with code 1."""
    async with open_network(settings) as db:
        address = (await read(db)).public_url or settings.public_url
        try:
            await work(LogDesk(db, address))
        except Refused as refused:
            print(f"Refused: {refused}", file=sys.stderr)
            raise SystemExit(1) from None


class LogDesk:
    """One command's view of the logs. `address` is the network's public one."""

    def __init__(self, db: Db, address: str, console: Console | None = None) -> None:
        self.db = db
        self.address = address
        self.domain = address.partition("://")[2]
        self.console = console or Console(soft_wrap=True)

    async def show(self) -> None:
        current = await self.db.kept(PublishedLogs).find_server()
        if current is None:
            print(NOT_YET)
            return
        print(
            f"{current.origin}: {current.size} entries published, {current.cosigned_size} witnessed"
        )
        for key in await keys.verifiers(self.db, current.origin):
            print(f"  key {key}")
        halted = await succeeding.list_halted(self.db)
        for row in halted:
            print(f"STOPPED  {row['origin']}: {row['halted']}")
        if halted:
            print(
                "Nothing of it is signed, so that no one is shown two logs. Bring back the database or the"
                " files that go with what was published, then `parvis log resume`. If they are lost for"
                " good, `parvis log succeed` closes it and opens a successor that says so. A witness"
                " that says so proves nothing: if you know better, `parvis witness dismiss` it, then resume."
            )

    async def rotate_key(self, *, at_once: bool) -> None:
        current = await self.db.kept(PublishedLogs).find_server()
        if current is None:
            print(NOT_YET)
            return
        alongside_s = 0 if at_once else keys.ALONGSIDE_S
        key = await self.db.run(keys.rotate, current.origin, alongside_s=alongside_s)
        print(f"The log is signed by a new key: {key}")
        print(
            "Tell it to your witnesses and to whoever checks your log; the log itself says so too."
        )

    async def resume(self) -> None:
        count = await self.db.run(succeeding.resume)
        print(f"{count} compared again by the worker." if count else "No log is stopped.")

    async def succeed(self) -> None:
        halted = await succeeding.list_halted(self.db)
        for row in halted:
            origin = await self.db.run(succeeding.succeed, row)
            print(f"{row['origin']} is closed; {origin} follows it.")
            if row["kind"] == "server":
                print(
                    "Tell its key (parvis log show) to your witnesses: they have to follow it anew, and"
                )
                print("nothing is signed after a restart until one does. Tell it to auditors too.")
                print(
                    "Polls, petitions and draws go on in successors too, each with its next entry."
                )
        if not halted:
            print("No log is stopped.")

    async def list_witnesses(self) -> None:
        asked = Table(*_whole("Witness", "Asked at", "Cosigned", "Last answer", "Failure"))
        for row in await witnesses.list_asked(self.db):
            answered = row["answered_at"]
            asked.add_row(
                row["name"],
                row["address"],
                str(row["size"]),
                f"{answered:%Y-%m-%d %H:%M}" if answered else "never",
                row["failure"] or "",
            )
        followed = Table(*_whole("Log witnessed here", "Cosigned", "Last"))
        for row in await witnesses.list_followed(self.db):
            last = row["cosigned_at"]
            followed.add_row(
                row["origin"], str(row["size"]), f"{last:%Y-%m-%d %H:%M}" if last else "never"
            )
        self.console.print(asked, followed)
        signer = await keys.witness_signer(self.db, self.domain)
        if signer is None:
            print(NOT_YET)
            return
        print(f"As a witness:  {signer.verifier}  {self.address}/log/witness")

    async def ask(self, key: str, address: str) -> None:
        witness = await self.db.run(witnesses.add, key, address)
        print(f"{witness.name} is asked from now on.")

    async def dismiss(self, name: str) -> None:
        await self.db.run(witnesses.remove, name)
        print(f"{name} is asked no more.")

    async def follow(self, key: str) -> None:
        followed = await self.db.run(witnesses.follow, key)
        print(f"{followed.name} is witnessed here from now on.")

    async def unfollow(self, origin: str) -> None:
        await self.db.run(witnesses.unfollow, origin)
        print(f"{origin} is witnessed here no more.")


def _whole(*headers: str) -> list[Column]:
    """Columns that break what is too wide: an address or a failure is read, and copied, whole."""
    return [Column(header, overflow="fold") for header in headers]
