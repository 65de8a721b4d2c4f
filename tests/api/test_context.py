"""The thread around a status over HTTP."""

from typing import Any

from tests.rig.network import Caller, Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in


async def reply(person: Person, to: dict[str, Any], text: str, **params: Any) -> dict[str, Any]:
    return await person.publish(text, in_reply_to_id=to["id"], **params)


async def context(caller: Caller, status: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Texts above and below."""
    answer = (await caller.get(f"/api/v1/statuses/{status['id']}/context")).ok()
    above, below = (
        [one["content"].removeprefix("<p>").removesuffix("</p>") for one in answer[part]]
        for part in ("ancestors", "descendants")
    )
    return above, below


async def test_order_is_the_threads(network: Network, sql_budget: SqlBudget) -> None:
    alice, bob = await network.people("alice", "bob")
    root = await alice.publish("root")
    one = await reply(bob, root, "1")
    two = await reply(bob, root, "2")
    await reply(alice, one, "1.1")
    deep = await reply(alice, two, "2.1")
    await reply(bob, deep, "2.1.1")
    await reply(bob, one, "1.2")
    await reply(alice, root, "0")  # the author's own continuation comes first
    assert await context(bob, root) == ([], ["0", "1", "1.2", "1.1", "2", "2.1", "2.1.1"])
    assert await context(network.anyone, deep) == (["root", "2"], ["2.1.1"])
    with sql_budget(1):
        await context(bob, root)


async def test_hidden_ones_leave_no_trace(network: Network) -> None:
    alice, bob, carol = await network.people("alice", "bob", "carol")
    root = await alice.publish("root")
    hidden = await reply(bob, root, "@alice quietly", visibility="direct")
    below = await reply(alice, hidden, "answer")
    gone = await reply(bob, root, "gone")
    await reply(alice, gone, "orphan")
    (await bob.delete(f"/api/v1/statuses/{gone['id']}")).ok()
    assert await context(carol, root) == ([], ["answer"])
    assert await context(carol, below) == (["root"], [])
    assert len((await context(alice, root))[1]) == 2
    assert (await carol.get(f"/api/v1/statuses/{hidden['id']}/context")).refused(404)
    await network.db.fetch(
        "insert into mutes (account_id, target_id) values ($1, $2)",
        carol.account_id,
        alice.account_id,
    )
    assert await context(carol, root) == ([], [])


async def test_nobody_gets_less_than_people(network: Network) -> None:
    alice = await network.person("alice")
    rows = await network.db.fetch(
        """
        with recursive chain (n) as (select 1 union all select n + 1 from chain where n < 70)
        insert into statuses (id, account_id, uri, visibility, in_reply_to_id,
                              in_reply_to_account_id)
        select n, $1, 'x:' || n, 'public'::visibility, nullif(n - 1, 0), case when n > 1 then $1::bigint end
        from chain
        union all
        select 1000 + n, $1, 'x:b' || n, 'public', 70, $1 from chain
        returning id
        """,
        alice.account_id,
    )
    assert len(rows) == 140

    async def counts(caller: Caller, id_: int) -> tuple[int, int]:
        above, below = await context(caller, {"id": id_})
        return len(above), len(below)

    assert await counts(network.anyone, 70) == (40, 60)
    assert await counts(alice, 70) == (69, 70)
    assert await counts(network.anyone, 1) == (0, 20)
    assert await counts(alice, 1) == (0, 139)

    # Pages say what they leave out, and lead there.
    reader = Reader(network)
    page = await reader.get("/@alice/70")
    assert "The thread begins further up" in page.ok()
    assert 'href="/@alice/30">The thread' in page.html
    assert '<link rel="next" href="/@alice/70?first=60">' in page.html
    assert page.html.count("<article") == 40 + 1 + 60
    rest = (await reader.get("/@alice/70?first=60")).html
    assert rest.count("<article") == 40 + 1 + 10
    assert 'rel="next"' not in rest
    assert "open the last of a branch" in (await reader.get("/@alice/1")).ok()
    for odd in ("x", "-1", "99999999999999999999", "1&first=2"):
        (await reader.get(f"/@alice/30?first={odd}")).ok()
    whole = await (await logged_in(network)).get("/@alice/70")
    for left_out in ("further up", 'rel="next"', "open the last of a branch"):
        assert left_out not in whole.html
    assert "70 answers" in whole.ok()


async def test_unknown_status_has_no_context(network: Network) -> None:
    for id_ in ("1", "nonsense", "99999999999999999999"):
        assert (await network.anyone.get(f"/api/v1/statuses/{id_}/context")).refused(404)
