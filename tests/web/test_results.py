"""A poll's result page: counted, checkable, and honest about whom it speaks for."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.rig.network import Network, Person, SqlBudget
from tests.rig.reader import Reader, logged_in

from parvis.domain.polls import declaring, erase

ROOT = Path(__file__).parents[2]
POLL = {"options": ["Yes", "No"], "expires_in": 36_000}
ASKED = {
    "population": "people of Port-Vent",
    "size": "12 340",
    "source": "Census of 2021, table 3",
    "age": "18 to 39: 50\n40 and more: 50 %",
}
CROWD = """
with made as (
  insert into accounts (username, uri, url, is_bot, created_at)
  select $1 || n, 'https://x.example/' || $1 || n, '', $4, now() - $5::interval - n * $6::interval
  from generate_series(1, $2::int) n returning id
), cast_by as (
  insert into ballots (poll_id, account_id, choices, is_sequenced)
  select $3::bigint, id, $7::smallint[], true from made returning account_id
), added as (
  insert into poll_increments (poll_id, tallies, voters)
  select p.id, (
    select array_agg(case when o = 1 + ($7::smallint[])[1] then $2 else 0 end order by o)
    from generate_subscripts(p.options, 1) o
  ), $2 from polls p where p.id = $3
)
select account_id from cast_by
"""
DECLARED = "insert into declarations select $1, a, $3::smallint[] from unnest($2::bigint[]) a"


class Polled:
    """A poll, its author, and crowds that vote in it."""

    def __init__(self, author: Person, asked: dict[str, Any]) -> None:
        self.author, self.network = author, author.network
        self.id = int(asked["poll"]["id"])
        self.path = f"/polls/{self.id}"
        self.message = f"/@{author.username}/{asked['id']}"
        self._crowds = 0

    async def crowd(
        self,
        number: int,
        choice: int,
        answer: list[int] | None = None,
        *,
        is_bot: bool = False,
        made: tuple[timedelta, timedelta] = (timedelta(days=400), timedelta(hours=1)),
    ) -> None:
        """People who vote alike and say the same of themselves; `made` how long ago, and how far apart."""
        self._crowds += 1
        db, name = self.network.db, f"crowd{self.id}x{self._crowds}x"
        rows = await db.fetch(CROWD, name, number, self.id, is_bot, *made, [choice])
        if answer is not None:
            await db.fetch(DECLARED, self.id, [row["account_id"] for row in rows], answer)
        db.slots.bump_all()

    async def close(self) -> None:
        (await self.author.post(f"/api/v1/polls/{self.id}/close")).ok()
        await self.network.settle()
        self.network.db.slots.bump_all()


async def polled(network: Network, name: str = "alice", **more: Any) -> Polled:
    (author,) = await network.people(name)
    visibility = more.pop("visibility", "public")
    asked = await author.publish("Close the rue du Phare?", poll=POLL | more, visibility=visibility)
    return Polled(author, asked)


async def test_counts_first_and_the_way_to_check_them(
    network: Network, sql_budget: SqlBudget
) -> None:
    poll = await polled(network)
    (bob,) = await network.people("bob")
    await bob.post(f"/api/v1/polls/{poll.id}/votes", {"choices": [0]})
    await poll.crowd(2, 1)
    assert "When the ballots came" not in (await Reader(network).get(poll.path)).ok()  # of so few
    await poll.crowd(2, 0)
    reader = await logged_in(network, "bob")
    card = await reader.get(poll.message)
    assert f'href="{poll.path}"' in card.html
    with sql_budget(6):
        page = await reader.get(poll.path)
    for told in (
        "Close the rue du Phare?",
        "60%",
        "3 votes",
        "Still open",
        "So far",
        "Check it yourself",
    ):
        assert told in page.ok(), told
    assert f'href="{poll.path}/receipt"' in page.html
    assert f'href="/log/polls/{poll.id}/checkpoint"' in page.html
    assert f"parvis verify {network.base}/log/polls/{poll.id}" in page.html
    await network.settle()
    visitor = await Reader(network, "fr").get(poll.path)
    assert "60 %" in visitor.ok()
    assert "Quand les bulletins sont arrivés" in visitor.text  # counted by now, in parts of time
    assert "receipt" not in visitor.html
    counted = await Reader(network).get(f"{poll.path}?part=counted", **{"x-fragment": "1"})
    assert counted.html.lstrip().startswith('<section id="counted"')
    await poll.close()
    closed = await Reader(network).get(poll.path)
    assert "Its author ended it early; the log says so." in closed.ok()
    assert "data-counted" not in closed.html
    for gone in ("/polls/1", "/polls/x"):
        assert (await reader.get(gone)).refused(404)


async def test_hidden_totals_stay_hidden_and_few_stay_among_themselves(network: Network) -> None:
    poll = await polled(network, hide_totals=True, visibility="private")
    (bob,) = await network.people("bob")
    await bob.follow(poll.author)
    await poll.crowd(3, 1)
    stranger, follower = Reader(network), await logged_in(network, "bob")
    page = await follower.get(poll.path)
    assert "Results are shown when the poll ends" in page.ok()
    assert 'class="bar"' not in page.html  # an empty bar would say: nobody
    drawn = await follower.get(f"{poll.path}/picture.svg")
    assert drawn.headers["cache-control"] == "private, no-cache"
    for one in (page, drawn):
        assert "100%" not in one.html.replace('width="100%" height="100%"', "").replace(
            'height="100%"', ""
        )
    assert "Suppos" not in page.html  # nothing to suppose anything of
    for path in ("", "/picture.svg", "/asking"):
        assert (await stranger.get(poll.path + path)).status in {303, 404}
    assert (await follower.get(f"{poll.path}/asking")).refused(403)
    (eve,) = await network.people("eve")
    apart = await logged_in(network, eve.username)
    for path in ("", "/picture.svg", "/asking"):
        assert (await apart.get(poll.path + path)).refused(404)
    for path in ("/asking", "/declaration"):
        assert (await apart.send(poll.path + path, ASKED)).refused(404)
    await poll.close()
    assert "100%" in (await follower.get(poll.path)).ok()


async def test_ranks_rounds_and_those_who_may_vote(network: Network) -> None:
    poll = await polled(network, options=["Port", "Quay", "Pier"], kind="ranked")
    await poll.crowd(4, 0)
    await poll.crowd(3, 1)
    await poll.crowd(2, 2)
    await network.db.fetch("update ballots set choices = '{2,1,0}' where choices = '{2}'")
    await poll.close()
    page = await Reader(network).get(poll.path)
    assert "These are first choices." in page.ok()
    assert page.html.index("first choices") < page.html.index(
        'class="bar"'
    )  # said before they are seen
    assert "“Quay” won in 2 rounds." in page.text
    assert f'href="{poll.path}/rounds"' in page.html
    (bob, carol) = await network.people("bob", "carol")
    await bob.follow(carol)
    listed = (await bob.post("/api/v1/lists", {"title": "The crew"})).ok()
    told = {"account_ids": [carol.id]}
    (await bob.post(f"/api/v1/lists/{listed['id']}/accounts", told)).ok()
    asked = await bob.publish("Sail?", poll=POLL | {"rules": {"list_id": listed["id"]}})
    closed_list = Polled(bob, asked)
    (await carol.post(f"/api/v1/polls/{closed_list.id}/votes", {"choices": [1]})).ok()
    page = await Reader(network).get(closed_list.path)
    assert "May vote 1 Turnout 100%" in page.ok()
    assert "those who were on a list of the author’s when it opened" in page.text


async def test_of_a_secret_ballot_nothing_is_asked_nor_guessed(network: Network) -> None:
    poll = await polled(network, secret=True)
    author = await logged_in(network)
    assert (await author.send(f"{poll.path}/asking", ASKED)).refused(409)
    page = await author.get(poll.path)
    assert "under a key that nobody can link to a voter" in page.ok()
    assert "Ask about voters" not in page.text
    await poll.close()
    page = await author.get(poll.path)
    assert "The ballot was secret: nobody can say" in page.ok()
    assert "Signs of automation" not in page.text


async def test_voters_say_who_they_are_and_are_weighted_when_it_closes(network: Network) -> None:
    poll = await polled(network)
    (bob,) = await network.people("bob")
    author, voter = await logged_in(network), await logged_in(network, "bob")
    assert "Ask about voters" in (await author.get(poll.path)).ok()
    assert (await voter.send(f"{poll.path}/asking", ASKED)).refused(403)
    asked = await author.submit(f"{poll.path}/asking", ASKED)
    assert "Your voters are asked this from now on." in asked.ok()
    assert "50" in (await author.get(f"{poll.path}/asking")).html
    mark = {"mark": "0" * 16, "age": "1"}
    assert (await voter.send(f"{poll.path}/declaration", mark)).refused(403)  # who has not voted
    await bob.post(f"/api/v1/polls/{poll.id}/votes", {"choices": [0]})
    form = await voter.get(poll.path)
    assert "Nobody is shown what you say, not even the poll’s author." in form.ok()
    assert "Nobody is shown" not in (await author.get(poll.path)).text
    assert (await voter.send(f"{poll.path}/declaration", mark)).refused(409)  # of other questions
    mark["mark"] = form.hidden()["mark"]
    for wrong in ("", "2", "-1", "x", "9" * 30):
        assert (await voter.send(f"{poll.path}/declaration", mark | {"age": wrong})).refused(422)
    said = await voter.submit(f"{poll.path}/declaration", mark)
    assert "It is counted when the poll closes, and forgotten then." in said.ok()
    assert 'value="1" selected' in said.html
    assert "this can no longer be changed" in (await author.get(f"{poll.path}/asking")).ok()
    assert (await author.send(f"{poll.path}/asking", ASKED)).refused(409)
    gone = await voter.submit(f"{poll.path}/declaration", {"do": "withdraw"})
    assert "What you said of yourself is forgotten." in gone.ok()
    await voter.send(f"{poll.path}/declaration", mark)
    # 30 young ones of 40 say yes; 6 of 10 older ones, bob among them, say no: 60 % counted, 57.5 % weighted.
    await poll.crowd(30, 0, [0])
    await poll.crowd(10, 1, [0])
    await poll.crowd(3, 0, [1])
    await poll.crowd(6, 1, [1])
    await poll.crowd(10, 1)
    (gone,) = await network.people("gone")
    await gone.post(f"/api/v1/polls/{poll.id}/votes", {"choices": [1]})
    await (await logged_in(network, "gone")).send(f"{poll.path}/declaration", mark)
    await network.settle()
    assert await network.db.fetchval("select count(*) from declarations") == 51
    # Who leaves: their vote stays counted, what they said of themselves does not.
    await network.db.run(erase.erase, gone.account_id)
    assert (
        "Design effect" not in (await author.get(poll.path)).text
    )  # nothing weighted before the end
    await poll.close()
    page = await Reader(network).get(poll.path)
    for told in (
        "Weighted like the population",
        "people of Port-Vent",
        "Census of 2021, table 3",
        "55.7%",  # 34 of 61
        "57.5%",  # (75 % + 40 %) / 2
        "18%",  # 11 of 61 said nothing, or no longer do
        "1.56",  # 50 × (40 × 0.625² + 10 × 2.5²) / 50²
        "32 of 50",
    ):
        assert told in page.ok(), told
    assert page.text.index("Check it yourself") < page.text.index("57.5%")  # the count comes first
    left = await network.db.fetchval("select count(*) from declarations")
    assert left == 0
    await declaring.settle(
        network.app.means, {"poll_id": poll.id}
    )  # a job is done again after a crash
    assert "32 of 50" in (await Reader(network).get(poll.path)).ok()
    assert (await voter.send(f"{poll.path}/declaration", mark)).refused(409)
    assert "no margin of error" in page.text


async def test_nothing_weighted_is_shown_of_few(network: Network) -> None:
    few, small, empty, torn = [
        await polled(network, name) for name in ("alice", "bob", "carol", "dave")
    ]
    for one, name in ((few, "alice"), (small, "bob"), (empty, "carol"), (torn, "dave")):
        asked = ASKED | {"region": "Left: 30\nRight: 60\nIslands: 10"}
        sent = await (await logged_in(network, name)).send(f"{one.path}/asking", asked)
        assert sent.location
    await few.crowd(4, 0, [0, 0])
    await small.crowd(40, 0, [0, 0])
    await small.crowd(4, 1, [1, 1])
    for answer in ([0, 0], [1, 1], [1, 0]):
        await empty.crowd(20, answer[0], answer)
        await torn.crowd(
            20, answer[0], answer
        )  # half are young, but a third of all live where the young do
    await empty.crowd(20, 0, [0, 1])
    told = {
        few: "Fewer than 30 voters said who they are.",
        small: "Fewer than 5 voters belong to: 40 and more, Right.",
        empty: "Nobody speaks for: Islands.",
        torn: "No weights fit all these parts of the population at once",
    }
    for one, words in told.items():
        await one.close()
        page = await Reader(network).get(one.path)
        assert words in page.ok()
        assert ("Design effect" in page.text) == (one is empty)
    assert not await network.db.fetchval("select count(*) from declarations")


async def test_what_is_asked_is_looked_at_before_it_is_kept(network: Network) -> None:
    poll = await polled(network)
    author = await logged_in(network)
    wrong = {
        "Write a category, a colon": [
            {"age": "18 to 39"},
            {"age": "a: x\nb: 1"},
            {"age": "a: 0\nb: 1"},
        ],
        "Name 2 to 30 categories": [{"age": "all: 1"}, {"age": "a: 1\nA: 2"}],
        "Say whom these parts are of": [{"population": ""}],
        "Say where the figures are from": [{"source": " "}],
        "Write a number of people": [{"size": "many"}],
        "too many combinations": [
            {kind: "\n".join(f"c{n}: 1" for n in range(30)) for kind in ("age", "gender", "region")}
        ],
    }
    for words, fields in wrong.items():
        for one in fields:
            refused = await author.send(f"{poll.path}/asking", ASKED | one)
            assert words in refused.refused(422), one
            assert "Census" in refused.html or "source" in one  # what was typed is not lost
    assert not await network.db.fetchval("select count(*) from poll_margins")
    await author.send(f"{poll.path}/asking", ASKED)
    nothing = await author.submit(f"{poll.path}/asking", {**ASKED, "age": "", "gender": ""})
    assert "asked nothing about themselves" in nothing.ok()
    assert not await network.db.fetchval("select count(*) from poll_margins")
    await network.person("anouk", role="owner")
    owner = await logged_in(network, "anouk")
    assert "Your voters are asked this" in (await owner.submit(f"{poll.path}/asking", ASKED)).ok()
    # Of a message that is deleted, nobody will count what voters said.
    await poll.crowd(3, 0, [0])
    (await poll.author.delete(f"/api/v1/statuses/{poll.message.rpartition('/')[2]}")).ok()
    await network.settle()
    assert not await network.db.fetchval("select count(*) from declarations")
    assert (await owner.get(poll.path)).refused(404)


async def test_signs_of_automation_with_and_without(network: Network) -> None:
    poll = await polled(network)
    await network.db.fetch("update accounts set created_at = now() - interval '500 days'")
    await poll.crowd(20, 0)
    await poll.crowd(4, 1, is_bot=True)
    await poll.crowd(3, 1, made=(timedelta(days=2), timedelta(hours=3)))
    await poll.crowd(20, 1, made=(timedelta(days=90), timedelta(milliseconds=1)))
    await poll.close()
    page = await Reader(network).get(poll.path)
    assert "27 accounts of those that voted show a sign: 57.4%." in page.ok()
    assert "Yes 42.6% 100%" in page.text
    assert "made less than 7 days before the poll was asked" in page.text
    signs = await network.db.fetchrow(
        "select bots, fresh, bursts, suspects, tallies from poll_signs"
    )
    assert tuple(signs.values()) == (4, 3, 20, 27, [0, 27])
    young = await polled(network, "bob")
    await young.crowd(20, 0, made=(timedelta(days=2), timedelta(hours=1)))
    await young.crowd(3, 1, is_bot=True)
    await network.db.fetch("update accounts set created_at = now() where domain is null")
    await young.close()
    page = await Reader(network).get(young.path)
    assert "Too few accounts show such a sign" in page.ok()
    assert "Ages of accounts are not judged" in page.text


async def test_mengs_identity_with_the_readers_own_numbers(network: Network) -> None:
    poll = await polled(network)
    await poll.crowd(60, 0)
    await poll.crowd(40, 1)
    reader = Reader(network)
    assert "Say how many people the poll is to speak for." in (await reader.get(poll.path)).ok()
    asked = f"{poll.path}?population=10000&correlation=0.05"
    page = await reader.get(asked)
    # f / (1 - f) / ρ² = 1 / 99 / 0.0025 = 4.04
    for told in ("4 people", "36.1% to 79.9%", 'value="0.050"'):
        assert told in page.html or told in page.ok(), told
    part = await reader.get(f"{asked}&part=supposed", **{"x-fragment": "1"})
    assert part.html.strip().startswith('<div id="supposed"')
    assert "4 people" in part.text
    for odd in (
        "population=99",
        "population=0",
        f"population={'9' * 60}",
        "correlation=nan&population=-1",
    ):
        assert (await reader.get(f"{poll.path}?{odd}")).ok()
    assert (
        "larger than the number of voters" in (await reader.get(f"{poll.path}?population=99")).text
    )


def test_no_page_shows_a_margin_of_error() -> None:
    folders = [ROOT / "src" / "parvis" / "web"]
    texts = [
        path
        for one in folders
        for path in one.rglob("*")
        if path.suffix in {".html", ".py", ".js", ".po", ".svg"}
    ]
    assert len(texts) > 100
    assert not [
        path
        for path in texts
        if "±" in path.read_text("utf-8") or "&plusmn;" in path.read_text("utf-8")
    ]
