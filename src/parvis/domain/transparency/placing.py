"""Places in the database: taking what waits, writing it where it stands for good."""

from collections.abc import Sequence
from typing import Any

from parvis.domain.transparency import trees
from parvis.infra.postgres import Tx
from parvis.infra.sql import queries

Q = queries("parvis.domain.transparency")


async def place(tx: Tx, ids: list[int], most: int, *, is_server: bool) -> None:
    """Give the oldest entries that wait their places; none in logs that are stopped, or to be succeeded."""
    if not is_server and not await tx.fetch(Q.hold_server):
        return
    held = await tx.fetch(Q.hold_logs, ids)
    if not held:
        return
    taken = await tx.fetch(Q.take, [row["id"] for row in held], most // len(held))
    by_log: dict[int, list[Any]] = {row["id"]: [] for row in held}
    for row in taken:
        by_log[row["log_id"]].append(row)
    placed = trees.Placed()
    for row in held:
        trees.grow(placed, row, trees.in_order(by_log[row["id"]]))
    await keep(tx, placed)


async def keep(tx: Tx, placed: trees.Placed) -> None:
    """Write a batch with its places; refused when a log had another size than the batch was made for."""
    if not placed.logs:
        return
    await tx.execute(Q.place, *columns(placed.entries))
    if placed.nodes:
        await tx.execute(Q.add_nodes, *columns(placed.nodes))
    if await tx.fetchval(Q.grow, *columns(placed.logs)) != len(placed.logs):
        raise RuntimeError("a log grew while its entries got places")


def columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
