"""People who have to do with each other, so that every page about people has something to show."""

from tests.rig.network import Person


async def pages_about(anouk: Person, bob: Person, carol: Person) -> dict[str, str]:
    """Anouk's pages about people, by name."""
    network = anouk.network
    dan, eve = await network.people("dan", "eve")
    for one in (bob, carol, dan):
        said = {"discoverable": True, "note": "I keep the lamps lit at night, and paint by day."}
        (await one.patch("/api/v1/accounts/update_credentials", said)).ok()
    for one, other in ((anouk, bob), (anouk, carol), (bob, anouk), (bob, dan), (carol, dan)):
        await one.follow(other)
    (await anouk.patch("/api/v1/accounts/update_credentials", {"locked": True})).ok()
    await dan.follow(anouk)
    made = await anouk.publish("The harbour lights are on #harbour")
    for one in (bob, carol, dan, eve):
        (await one.post(f"/api/v1/statuses/{made['id']}/favourite")).ok()
    await bob.publish("@anouk see you there", visibility="direct")
    (await anouk.post("/api/v1/tags/harbour/follow")).ok()
    kept = (await anouk.post("/api/v1/lists", {"title": "Harbour people"})).ok()
    chosen = {"account_ids": [bob.id]}
    (await anouk.post(f"/api/v1/lists/{kept['id']}/accounts", chosen)).ok()
    (await anouk.post(f"/api/v1/accounts/{bob.id}/note", {"comment": "Met at the assembly"})).ok()
    (await anouk.post(f"/api/v1/accounts/{eve.id}/mute", {"duration": 3_600})).ok()
    pedlar = await network.person("pedlar")
    (await anouk.post(f"/api/v1/accounts/{pedlar.id}/block")).ok()
    (await anouk.post("/api/v1/domain_blocks", {"domain": "noise.example"})).ok()
    return {
        "notifications": "/notifications",
        "mentions": "/notifications?kind=mentions",
        "polls": "/notifications?kind=polls",
        "conversations": "/conversations",
        "neighbour": "/@bob",
        "blocked": "/@pedlar",
        "followers": "/@anouk/followers",
        "following": "/@anouk/following",
        "familiar": "/@dan/familiar_followers",
        "lists of": "/@bob/lists",
        "requests": "/follow_requests",
        "mutes": "/mutes",
        "undone": f"/mutes?did=unmute&to={dan.id}",
        "blocks": "/blocks",
        "lists": "/lists",
        "list": f"/lists/{kept['id']}/edit?q=carol",
        "report of": f"/@carol/{(await carol.publish('rude'))['id']}/report",
        "reported": "/@carol/reported",
        "search": "/search",
        "found": "/search?q=harbour",
        "found people": "/search?q=bob&type=accounts",
        "nothing found": "/search?q=zzzz",
        "directory": "/directory",
        "followed tags": "/followed_tags",
    }
