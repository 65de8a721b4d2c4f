"""A world of secrets: a person, what she published to whom, and everyone who might look."""

from typing import Any

import aiohttp
import msgspec
from tests.rig.network import Caller, Network, Person
from tests.rig.pictures import plain
from tests.rig.reader import Reader

# Each audience of a status: the visibility that makes it, and whether it mentions Carol.
AUDIENCES: dict[str, tuple[str, bool]] = {
    "public": ("public", False),
    "unlisted": ("unlisted", False),
    "private": ("private", True),
    "followers": ("private", False),
    "direct": ("direct", True),
    "oneself": ("direct", False),
}
OPEN = ("public", "unlisted")
HIDDEN = tuple(one for one in AUDIENCES if one not in OPEN)


def secret(audience: str) -> str:
    """The word that must not reach who does not belong to this audience."""
    return f"zq{audience}qz"


REPORTED = "followers"  # Bob handed these to the moderators
UNKNOWN_WORD = secret("unknown")
UNKNOWN_ID = "117000000000000001"


class Target(msgspec.Struct, frozen=True):
    """Something to aim at: of an audience, or of the one person whose own it is, or anybody's."""

    value: str
    audience: str | None = None
    owner: str | None = None
    unknown: str = UNKNOWN_ID  # what stands in its place for a thing that does not exist


class World:
    """Alice published to every audience: a text with a warning, a poll, a picture, an answer.

    Bob follows her; Carol is mentioned; Dave is a stranger; Eve is blocked; Mona moderates. Who may
    see them touched them, so that they could leak through that.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self.statuses: dict[str, list[str]] = {one: [] for one in AUDIENCES}
        self.polls: dict[str, str] = {}
        self.media: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.urls: dict[str, str] = {}
        self.viewers: dict[str, Caller] = {}
        self.cookies: dict[str, str] = {}
        self.pools: dict[str, list[Target]] = {}
        self.became: dict[str, str] = {}  # whose rights changed: whom they are like now
        self.gone: set[str] = set()  # audiences whose statuses are there no more
        self.handed_over: str | None = REPORTED
        self.everything = ""  # a token of Alice's for all that can be done
        self.alice: Person
        self.answering: str
        self.lists: dict[str, str] = {}

    @property
    def people(self) -> dict[str, Person]:
        return {name: one for name, one in self.viewers.items() if isinstance(one, Person)}

    async def build(self) -> None:
        network = self.network
        alice, bob, carol, dave, eve = await network.people("alice", "bob", "carol", "dave", "eve")
        scopes = ("read", "write", "profile", "admin:read", "admin:write")
        mona = await network.person("mona", role="moderator", scopes=scopes)
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
        await network.db.fetch("update accounts set is_indexable = true")
        await bob.follow(alice)
        await eve.follow(alice)
        (await alice.post(f"/api/v1/accounts/{eve.id}/block")).ok()
        for audience in AUDIENCES:
            await self._publish(audience)
        await network.settle()
        for audience in AUDIENCES:
            for name in ("a follower", "the mentioned", "the author"):
                if self.belongs(name, audience):
                    await self._touch(self.people[name], audience)
        await self._arrange()
        await network.settle()
        await self._collect()
        for name, person in self.people.items():
            self.cookies[name] = await self.session_of(person)

    async def session_of(self, person: Person) -> str:
        """The cookies of a browser where somebody logs in."""
        reader = Reader(self.network)
        await reader.log_in(person.username)
        return "; ".join(f"{key}={one}" for key, one in reader.cookies.items())

    def belongs(self, viewer: str, audience: str) -> bool:
        """The rule in words, written a second time on purpose."""
        visibility, mentions_carol = AUDIENCES[audience]
        viewer = self.became.get(viewer, viewer)
        if viewer == "the blocked" or audience in self.gone:
            return False
        if visibility in OPEN or viewer == "the author":
            return True
        if viewer == "the mentioned":
            return mentions_carol
        return viewer == "a follower" and visibility == "private"

    def may(self, viewer: str, target: Target) -> bool:
        if target.owner is not None:
            return viewer == target.owner and target.audience not in self.gone
        return target.audience is None or self.belongs(viewer, target.audience)

    async def _publish(self, audience: str) -> None:
        alice, word = self.alice, secret(audience)
        visibility, mentions_carol = AUDIENCES[audience]
        start = "@carol " if mentions_carol else ""
        uploaded = await self.upload(f"picture {word}")
        said: dict[str, Any] = {"visibility": visibility, "language": "en"}
        written = f"{start}text {word} #Tag{word.title()} #shared"
        text = await alice.publish(f"{start}first {word}", spoiler_text=word, **said)
        asked = await alice.publish(
            f"{start}question #shared",
            poll={"options": [f"yes {word}", f"no {word}"], "expires_in": 3600},
            **said,
        )
        shown = await alice.publish(f"{start}seen", media_ids=[uploaded["id"]], **said)
        if audience == "public":
            self.answering = text["id"]
        under = self.answering if audience in OPEN else text["id"]
        reply = await alice.publish(f"{start}answer {word}", in_reply_to_id=under, **said)
        beside = await alice.publish(f"{start}{word}", in_reply_to_id=self.answering, **said)
        self.statuses[audience] = [one["id"] for one in (text, asked, shown, reply, beside)]
        self.polls[audience] = asked["poll"]["id"]
        self.media[audience] = uploaded["id"]
        self.files[audience] = shown["media_attachments"][0]["url"]
        self.urls[audience] = text["url"]
        edited = {"status": written, "spoiler_text": word}
        (await alice.put(f"/api/v1/statuses/{text['id']}", edited)).ok()

    async def upload(self, description: str) -> dict[str, Any]:
        """A picture of Alice's, processed."""
        form = aiohttp.FormData()
        form.add_field("file", plain(40, 30, "PNG"), filename="a.png", content_type="image/png")
        form.add_field("description", description)
        uploaded = (await self.alice.post("/api/v2/media", data=form)).ok()
        await self.network.settle()
        return uploaded

    async def _touch(self, person: Person, audience: str) -> None:
        for id_ in self.statuses[audience]:
            (await person.post(f"/api/v1/statuses/{id_}/favourite")).ok()
            (await person.post(f"/api/v1/statuses/{id_}/bookmark")).ok()
        if person is not self.alice:
            choice = {"choices": [0]}
            (await person.post(f"/api/v1/polls/{self.polls[audience]}/votes", choice)).ok()
        own = person is self.alice and AUDIENCES[audience][0] == "private"
        if audience in OPEN or own:
            (await person.post(f"/api/v1/statuses/{self.statuses[audience][0]}/reblog")).ok()

    async def _arrange(self) -> None:
        alice, bob, carol = (
            self.people[one] for one in ("the author", "a follower", "the mentioned")
        )
        for audience in ("public", "private"):
            (await alice.post(f"/api/v1/statuses/{self.statuses[audience][0]}/pin")).ok()
        for tag in ("shared", "tagzqoneselfqz"):
            (await alice.post(f"/api/v1/tags/{tag}/follow")).ok()
        (await alice.post("/api/v1/tags/shared/feature")).ok()
        for name, person in self.people.items():
            if name not in ("the author", "the blocked"):
                made = (await person.post("/api/v1/lists", {"title": "a list"})).ok()
                self.lists[name] = made["id"]
        path = f"/api/v1/lists/{self.lists['a follower']}/accounts"
        (await bob.post(path, {"account_ids": [alice.id]})).ok()
        # Those who may see a status answer it where everybody can read them.
        await carol.publish("that is so", in_reply_to_id=self.statuses["direct"][0])
        await bob.publish("that is so", in_reply_to_id=self.statuses["followers"][0])
        for audience in ("public", REPORTED):
            told = {
                "account_id": alice.id,
                "status_ids": self.statuses[audience],
                "comment": "look",
            }
            (await bob.post("/api/v1/reports", told)).ok()

    async def _collect(self) -> None:
        """Everything routes can be aimed at."""
        owners = {person.account_id: name for name, person in self.people.items()}
        db = self.network.db
        notified = await db.fetch(
            "select distinct on (account_id, kind, status_id is null) id, account_id from notifications"
        )
        talks = await db.fetch("select id, account_id from account_conversations")
        reports = await db.fetch("select id from reports")
        of_each = list(AUDIENCES)
        self.pools = {
            "status": [Target(id_, one) for one in of_each for id_ in self.statuses[one]],
            "thread": [Target(self.statuses[one][n], one) for one in of_each for n in (0, 4)],
            "cursor": [Target(self.statuses[one][1]) for one in ("private", "oneself")],
            "poll": [Target(self.polls[one], one) for one in of_each],
            "media": [Target(self.media[one], one, owner="the author") for one in of_each],
            "word": [Target(secret(one), one, unknown=UNKNOWN_WORD) for one in of_each],
            "url": [
                Target(self.urls[one], one, unknown=f"{self.network.base}/@alice/{UNKNOWN_ID}")
                for one in of_each
            ],
            "account": [
                Target(self.people[one].id) for one in ("the author", "a follower", "the mentioned")
            ],
            "alice": [Target(self.alice.id)],
            "list": [Target(id_, owner=name) for name, id_ in self.lists.items()],
            "notification": [Target(str(n["id"]), owner=owners[n["account_id"]]) for n in notified],
            "conversation": [Target(str(t["id"]), owner=owners[t["account_id"]]) for t in talks],
            "report": [Target(str(row["id"]), owner="a moderator") for row in reports],
            "host": [Target(self.network.base.removeprefix("http://"))],
        }

    def ids_of(self, audience: str) -> list[str]:
        return [*self.statuses[audience], self.polls[audience], self.media[audience]]
