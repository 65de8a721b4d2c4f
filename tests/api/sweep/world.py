"""A world of secrets: a person, what she published to whom, and everyone who might look."""

import io
from typing import Any

import aiohttp
from PIL import Image
from tests.rig.network import Caller, Network, Person

VISIBILITIES = ("public", "unlisted", "private", "direct")


def secret(visibility: str) -> str:
    """The word that must not reach who may not see this visibility."""
    return f"zq{visibility}qz"


class World:
    """Alice published every visibility as text with a warning, as poll, as picture and as reply.

    Bob follows her; Carol is mentioned in all that is not public; Dave is a stranger; Eve is blocked;
    Mona moderates. Bob and Carol touched what they may see, so that it could leak through them.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.statuses: dict[str, list[str]] = {one: [] for one in VISIBILITIES}
        self.polls: dict[str, list[str]] = {one: [] for one in VISIBILITIES}
        self.media: dict[str, list[str]] = {one: [] for one in VISIBILITIES}
        self.viewers: dict[str, Caller] = {}
        self.alice: Person
        self.lists: list[str] = []
        self.notifications: list[str] = []
        self.conversations: list[str] = []
        self.reports: list[str] = []

    @property
    def people(self) -> dict[str, Person]:
        return {name: one for name, one in self.viewers.items() if isinstance(one, Person)}

    async def build(self) -> None:
        network = self.network
        alice, bob, carol, dave, eve = await network.people("alice", "bob", "carol", "dave", "eve")
        mona = await network.person(
            "mona", role="moderator", scopes=("read", "write", "admin:read")
        )
        self.alice = alice
        self.viewers = {
            "nobody": network.anyone,
            "an application": Caller(network, await network.token(None)),
            "the author": alice,
            "a follower": bob,
            "the mentioned": carol,
            "a stranger": dave,
            "the blocked": eve,
            "a moderator": mona,
        }
        await bob.follow(alice)
        await eve.follow(alice)
        (await alice.post(f"/api/v1/accounts/{eve.id}/block")).ok()
        for visibility in VISIBILITIES:
            await self._publish(visibility)
        await network.settle()
        for visibility in VISIBILITIES:
            for name in ("a follower", "the mentioned", "the author"):
                if self.may_see(name, visibility):
                    await self._touch(self.people[name], visibility)
        await self._arrange()
        await network.settle()
        await self._collect()

    def may_see(self, viewer: str, visibility: str) -> bool:
        """The rule in words, written a second time on purpose."""
        if viewer == "the blocked":
            return False
        if visibility in ("public", "unlisted") or viewer == "the author":
            return True
        if viewer == "the mentioned":
            return True
        return viewer == "a follower" and visibility == "private"

    async def _publish(self, visibility: str) -> None:
        alice, word = self.alice, secret(visibility)
        mention = "" if visibility in ("public", "unlisted") else "@carol "
        picture = io.BytesIO()
        Image.new("RGB", (40, 30), "teal").save(picture, "PNG")
        form = aiohttp.FormData()
        form.add_field("file", picture.getvalue(), filename="a.png", content_type="image/png")
        form.add_field("description", f"picture {word}")
        uploaded = (await alice.post("/api/v2/media", data=form)).ok()
        await self.network.settle()
        said: dict[str, Any] = {"visibility": visibility, "language": "en"}
        text = await alice.publish(f"{mention}text {word} #tag{word}", spoiler_text=word, **said)
        asked = await alice.publish(
            f"{mention}question",
            poll={"options": [f"yes {word}", f"no {word}"], "expires_in": 3600},
            **said,
        )
        shown = await alice.publish(f"{mention}seen", media_ids=[uploaded["id"]], **said)
        reply = await alice.publish(f"{mention}reply {word}", in_reply_to_id=text["id"], **said)
        self.statuses[visibility] = [one["id"] for one in (text, asked, shown, reply)]
        self.polls[visibility] = [asked["poll"]["id"]]
        self.media[visibility] = [uploaded["id"]]
        edited = {"status": f"{mention}text {word} edited #tag{word}", "spoiler_text": word}
        (await alice.put(f"/api/v1/statuses/{text['id']}", edited)).ok()

    async def _touch(self, person: Person, visibility: str) -> None:
        for id_ in self.statuses[visibility]:
            (await person.post(f"/api/v1/statuses/{id_}/favourite")).ok()
            (await person.post(f"/api/v1/statuses/{id_}/bookmark")).ok()
        if person is not self.alice:
            choice = {"choices": [0]}
            (await person.post(f"/api/v1/polls/{self.polls[visibility][0]}/votes", choice)).ok()
        if visibility in ("public", "unlisted") or (
            person is self.alice and visibility == "private"
        ):
            for id_ in self.statuses[visibility]:
                (await person.post(f"/api/v1/statuses/{id_}/reblog")).ok()

    async def _arrange(self) -> None:
        alice = self.alice
        for visibility in ("public", "private"):
            (await alice.post(f"/api/v1/statuses/{self.statuses[visibility][0]}/pin")).ok()
        for name, person in self.people.items():
            if name not in ("the author", "the blocked"):
                made = (await person.post("/api/v1/lists", {"title": "a list"})).ok()
                self.lists.append(made["id"])
                if name == "a follower":
                    path = f"/api/v1/lists/{made['id']}/accounts"
                    (await person.post(path, {"account_ids": [alice.id]})).ok()
        bob = self.people["a follower"]
        report = {"account_id": alice.id, "status_ids": self.statuses["public"], "comment": "look"}
        self.reports.append((await bob.post("/api/v1/reports", report)).ok()["id"])

    async def _collect(self) -> None:
        db = self.network.db
        self.notifications = [
            str(row["id"]) for row in await db.fetch("select id from notifications")
        ]
        rows = await db.fetch("select id from account_conversations")
        self.conversations = [str(row["id"]) for row in rows]

    def of_all(self, by_visibility: dict[str, list[str]]) -> list[str]:
        return [id_ for visibility in VISIBILITIES for id_ in by_visibility[visibility]]
