"""Petitions over the API: seen by who sees the message, signed once, with a receipt."""

from tests.rig.network import Network, SqlBudget
from tests.rig.petitions import DRAFT, started

from parvis.domain.petitions.starting import Rewriting, rewrite


async def test_petitions_are_read_signed_and_withdrawn(
    network: Network, sql_budget: SqlBudget
) -> None:
    alice, bob = await network.people("alice", "bob")
    id_ = await started(network, alice, days=5)
    api = f"/api/v1/petitions/{id_}"
    said = {"version": 1, "name": "Bob", "place": 1}
    (await network.anyone.post(f"{api}/sign", said)).refused(401)
    assert "place" in (await bob.post(f"{api}/sign", {**said, "place": -1})).refused(422)
    assert "long" in (await bob.post(f"{api}/sign", {**said, "name": "x" * 99})).refused(422)
    (await bob.post(f"{api}/sign", {**said, "version": 2})).refused(409)
    (await bob.post(f"{api}/sign", {"name": "Bob"})).refused(422)
    (await bob.get(f"{api}/receipt")).refused(404)
    receipt = (await bob.post(f"{api}/sign", said)).ok()
    assert receipt["name"] == "Bob"
    assert '"place":1' in receipt["entry"]
    assert "already" in (await bob.post(f"{api}/sign", said)).refused(422)
    assert (await bob.get(f"{api}/receipt")).ok()["entry"] == receipt["entry"]
    with sql_budget(4):
        shown = (await bob.get(api)).ok()
    assert (shown["signatures_count"], shown["signed_version"]) == (1, 1)
    assert shown["by_place"] == [{"title": "South", "signatures_count": 1}]
    listed = (await bob.get("/api/v1/petitions", which="mine")).ok()
    assert [(one["id"], one["signed_version"]) for one in listed] == [(str(id_), 1)]
    assert (await bob.post(f"{api}/withdraw")).ok()["state"] == "withdrawn"
    assert (await bob.post(f"{api}/withdraw")).refused(422)
    assert (await network.anyone.get(api)).ok()["signatures_count"] == 0
    page = f"{network.base}/petitions/{id_}"
    for title in ("Benches on the square", "Twelve benches"):
        (toot,) = (await bob.get(f"/api/v1/accounts/{alice.id}/statuses")).ok()
        card = toot["card"]
        assert (card["url"], card["title"], card["type"]) == (page, title, "link")
        assert card["description"].startswith("The city council · There is nowhere to sit. We ask")
        said_anew = Rewriting("Twelve benches", DRAFT.text, DRAFT.goal)
        await network.db.run(rewrite, alice.account_id, id_, said_anew)


async def test_who_may_not_see_the_message_does_not_see_the_petition(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    api = f"/api/v1/petitions/{await started(network, alice)}"
    (await alice.post(f"/api/v1/accounts/{bob.id}/block")).ok()
    (await bob.get(api)).refused(404)
    (await bob.post(f"{api}/sign", {"version": 1, "name": "Bob"})).refused(404)
    assert (await bob.get("/api/v1/petitions")).ok() == []
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    network.db.slots.bump_all()
    (await network.anyone.get(api)).refused(404)
    assert (await network.anyone.get("/api/v1/petitions")).ok() == []
