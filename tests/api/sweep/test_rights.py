"""Who loses the right to see a status loses it at once, though every cache is warm."""

from typing import Any

from tests.api.sweep.sweep import Sweep, none_of
from tests.api.sweep.world import AUDIENCES, World


async def test_rights_end_at_once(world: World) -> None:
    """One story: each step takes something away, and is followed by a look without a pause."""
    sweep = Sweep(world)
    alice, bob, carol = (world.people[n] for n in ("the author", "a follower", "the mentioned"))
    await sweep.look(("the author", "a follower", "the mentioned", "a moderator"))
    none_of(sweep.faults)

    (await bob.post(f"/api/v1/accounts/{alice.id}/unfollow")).ok()
    world.became["a follower"] = "a stranger"
    world.handed_over = None  # a report shows what its reporter may see
    await sweep.look(("a follower", "a moderator"))
    await sweep.touch(("a follower",))
    none_of(sweep.faults)

    (await alice.post(f"/api/v1/accounts/{carol.id}/block")).ok()
    world.became["the mentioned"] = "the blocked"
    await sweep.look(("the mentioned",))
    await sweep.touch(("the mentioned",))
    none_of(sweep.faults)

    for audience in ("private", "direct"):
        for id_ in world.statuses[audience]:
            (await alice.delete(f"/api/v1/statuses/{id_}", {"delete_media": True})).ok()
        world.gone.add(audience)
    await sweep.look(("a follower", "the mentioned", "a moderator"))
    none_of(sweep.faults)
    await world.network.settle()  # her own files are taken away by the worker
    await sweep.look(("the author",))
    none_of(sweep.faults)

    mona = world.people["a moderator"]
    suspended: dict[str, Any] = {"type": "suspend", "text": "for the test"}
    (await mona.post(f"/api/v1/admin/accounts/{alice.id}/action", suspended)).ok()
    world.gone |= set(AUDIENCES)
    await sweep.look(world.viewers)
    none_of(sweep.faults)
    await world.network.settle()
    await sweep.look(("the author", "a stranger"))
    none_of(sweep.faults)
