"""What is kept in process is true: pages, verdicts and rows against changes that overtake loads."""

import asyncio
from typing import Any

import pytest
from tests.rig.network import Network, Person, SqlBudget

from parvis.domain.statuses.shelves import Q, Statuses
from parvis.domain.timelines.home import Homes
from parvis.infra.slots import Fact, slot_of
from parvis.protocols.paging import Page


async def five(author: Person) -> list[int]:
    return [int((await author.publish(f"number {n}"))["id"]) for n in range(5)]


async def test_a_kept_page_asks_nothing(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    ids, statuses = await five(alice), network.db.kept(Statuses)
    first = await statuses.show(bob.account_id, ids)
    with sql_budget(0):
        again = await statuses.show(bob.account_id, ids)
    assert [one.status.id for one in again] == [one.status.id for one in first] == ids


@pytest.mark.parametrize("change", ["favourite", "delete", "block", "rename", "edit"])
async def test_a_kept_page_notices(network: Network, change: str) -> None:  # noqa: C901 - five cases
    alice, bob = await network.people("alice", "bob")
    ids, statuses = await five(alice), network.db.kept(Statuses)
    await statuses.show(bob.account_id, ids)
    await statuses.show(bob.account_id, ids)
    path = f"/api/v1/statuses/{ids[0]}"
    if change == "favourite":
        (await bob.post(f"{path}/favourite")).ok()
    elif change == "delete":
        (await alice.delete(path)).ok()
    elif change == "block":
        (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    elif change == "rename":
        (await alice.patch("/api/v1/accounts/update_credentials", {"display_name": "Al"})).ok()
    else:
        (await alice.put(path, {"status": "otherwise"})).ok()
    shown = await statuses.show(bob.account_id, ids)
    match change:
        case "favourite":
            assert shown[0].counters.favourites == 1
            assert shown[0].verdict.is_favourited
        case "delete":
            assert [one.status.id for one in shown] == ids[1:]
        case "block":
            assert shown == []
        case "rename":
            assert {one.author.display_name for one in shown} == {"Al"}
        case _:
            assert "otherwise" in shown[0].status.content


class Overtaken:
    """Makes a change right after a load read its rows, before they are put on the shelf."""

    def __init__(self, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
        self.change: Any = None
        plain = network.db.fetchrow

        async def fetchrow(sql: str, *args: object) -> Any:
            row = await plain(sql, *args)
            if sql == Q.show and self.change is not None:
                change, self.change = self.change, None
                await change()
            return row

        monkeypatch.setattr(network.db, "fetchrow", fetchrow)


async def test_a_write_that_overtakes_a_load_is_seen_next(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, bob = await network.people("alice", "bob")
    ids, statuses = await five(alice), Statuses(network.db)
    overtaken = Overtaken(network, monkeypatch)

    async def delete() -> None:
        await network.db.fetch("update statuses set deleted_at = now() where id = $1", ids[0])
        network.db.slots.bump([slot_of(Fact.STATUS, ids[0])])

    overtaken.change = delete
    assert len(await statuses.show(bob.account_id, ids)) == 5
    assert len(await statuses.show(bob.account_id, ids)) == 4


async def test_an_author_met_while_changing_is_not_kept(
    network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The author's id is known only after loading: the era tells that something changed meanwhile."""
    alice, bob = await network.people("alice", "bob")
    ids = await five(alice)
    statuses = Statuses(network.db)
    statuses.accounts.rows.__init__(network.db.slots.values)  # nobody is known
    overtaken = Overtaken(network, monkeypatch)

    async def rename() -> None:
        sql = "update accounts set display_name = 'Al' where id = $1"
        await network.db.fetch(sql, alice.account_id)
        network.db.slots.bump([slot_of(Fact.ACCOUNT, alice.account_id)])

    overtaken.change = rename
    assert {one.author.display_name for one in await statuses.show(bob.account_id, ids)} == {""}
    assert {one.author.display_name for one in await statuses.show(bob.account_id, ids)} == {"Al"}


async def test_an_empty_home_is_not_kept(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    await bob.follow(alice)
    await network.db.fetch("update accounts set is_pulled = true where id = $1", alice.account_id)
    network.db.slots.bump([slot_of(Fact.ACCOUNT, alice.account_id)])
    homes = network.db.kept(Homes)
    assert await homes.ids(bob.account_id, Page(20)) == []
    made = await alice.publish("the first")
    assert await homes.ids(bob.account_id, Page(20)) == [int(made["id"])]


async def test_readers_and_writers_at_once_end_true(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    ids, statuses = await five(alice), network.db.kept(Statuses)

    async def read() -> None:
        for _ in range(40):
            await statuses.show(bob.account_id, ids)

    async def write() -> None:
        for _ in range(10):
            (await bob.post(f"/api/v1/statuses/{ids[0]}/favourite")).ok()
            (await bob.post(f"/api/v1/statuses/{ids[0]}/unfavourite")).ok()
        (await bob.post(f"/api/v1/statuses/{ids[0]}/favourite")).ok()

    await asyncio.gather(read(), write(), read())
    shown = await statuses.show(bob.account_id, ids)
    assert (shown[0].counters.favourites, shown[0].verdict.is_favourited) == (1, True)
