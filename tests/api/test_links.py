"""Links of a page that link back are verified, as apps see it."""

from collections.abc import AsyncIterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.rig.https_server import HttpsServer, respond
from tests.rig.network import Network, Person, serve

REWIND = "update jobs set run_at = now(), leased_until = null"
WEEK_LATER = "update account_links set due_at = now() - interval '1 s'"


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    async with serve(dsn, tmp_path, test_reachable=(ip_network("127.0.0.0/8"),)) as made:
        yield made


def links_back(person: Person, rel: str = "me") -> str:
    return f'<!doctype html><p>Mine: <a rel="{rel}" href="{person.network.base}/@{person.username}">here</a>'


async def say(person: Person, *values: str) -> None:
    fields = [{"name": f"Site {n}", "value": value} for n, value in enumerate(values)]
    (await person.patch("/api/v1/accounts/update_credentials", {"fields_attributes": fields})).ok()


async def verified(person: Person) -> list[bool]:
    shown = (await person.network.anyone.get(f"/api/v1/accounts/{person.id}")).ok()
    return [field["verified_at"] is not None for field in shown["fields"]]


async def test_link_that_links_back_is_verified(network: Network, site: HttpsServer) -> None:
    alice = await network.person("alice")
    mine = site.page("/mine", links_back(alice))
    await say(
        alice, mine, site.page("/other", "<a href='https://example.org'>no</a>"), "just words"
    )
    assert await verified(alice) == [False, False, False]
    await network.settle()
    assert await verified(alice) == [True, False, False]
    page = await network.anyone.get("/@alice?lang=en")
    assert b"Verified link" in page.body
    assert await network.db.fetchval("select count(*) from jobs") == 0


async def test_saving_again_looks_again(network: Network, site: HttpsServer) -> None:
    """Whoever writes the line first and the link on their site afterwards need not wait for a week."""
    alice = await network.person("alice")
    mine = site.page("/mine", "nothing yet")
    await say(alice, mine)
    await network.settle()
    site.page("/mine", links_back(alice))
    await say(alice, mine)
    await network.settle()
    assert await verified(alice) == [True]
    await say(alice, mine)
    await network.settle()
    assert len(site.asked) == 2  # what is proven is looked at weekly


@pytest.mark.parametrize(
    ("html", "is_mine"),
    [
        ('<link rel="me" href="{me}">', True),
        ('<a rel="noopener ME nofollow" href="{me}/">x</a>', True),
        ("<A REL=me HREF={me}>x", True),
        ('<base href="{root}/"><a rel=me href="@alice">x</a>', True),
        ('<a rel="me" href="{root}/users/alice">x</a>', True),
        ('<a rel="me" href="{me}?x=1#top">x</a>', True),
        ('<a href="{me}">x</a>', False),
        ('<a rel="meme" href="{me}">x</a>', False),
        ('<a rel="me" href="{me}2">x</a>', False),
        ('<a rel="me" href="https://evil.example/{me}">x</a>', False),
        ('<!-- <a rel="me" href="{me}">x</a> -->', False),
        ("<script>'<a rel=me href={me}>x</a>'</script>", False),
        ('<textarea><a rel="me" href="{me}">x</a></textarea>', False),
        ("", False),
        ("\0\ud7ff<<<<a rel=", False),
    ],
)
async def test_what_links_back(
    network: Network, site: HttpsServer, html: str, *, is_mine: bool
) -> None:
    alice = await network.person("alice")
    html = html.format(me=f"{network.base}/@alice", root=network.base)
    await say(alice, site.page("/mine", html))
    await network.settle()
    assert await verified(alice) == [is_mine]


async def test_page_of_another_kind_says_nothing(network: Network, site: HttpsServer) -> None:
    alice = await network.person("alice")
    plain = site.page("/plain", links_back(alice), "text/plain")
    site.answers["/gone"] = respond(410, links_back(alice).encode())
    site.answers["/odd"] = respond(200, links_back(alice).encode(), "text/html; charset=klingon")
    await say(alice, plain, site.base + "/gone", site.base + "/odd")
    await network.settle()
    assert await verified(alice) == [False, False, True]


async def test_proof_stays_with_the_line_and_ends_with_it(
    network: Network, site: HttpsServer
) -> None:
    alice = await network.person("alice")
    mine = site.page("/mine", links_back(alice))
    await say(alice, mine)
    await network.settle()
    await say(alice, "words", mine)
    assert await verified(alice) == [False, True]
    await network.settle()
    assert len(site.asked) == 1  # not asked again: nothing changed
    await say(alice, "words", mine + "#elsewhere")
    assert await verified(alice) == [False, False]
    await say(alice)
    assert await network.db.fetchval("select count(*) from account_links") == 0


async def test_looked_at_again_each_week(network: Network, site: HttpsServer) -> None:
    alice = await network.person("alice")
    mine = site.page("/mine", links_back(alice))
    await say(alice, mine)
    await network.settle()
    site.page("/mine", "no more")
    await network.db.fetch("insert into jobs (kind, payload) values ('verify_due_links', '{}')")
    await network.settle()
    assert await verified(alice) == [True]  # the week is not over
    await network.db.fetch(WEEK_LATER)
    await network.db.fetch("insert into jobs (kind, payload) values ('verify_due_links', '{}')")
    await network.settle()
    assert await verified(alice) == [False]
    site.page("/mine", links_back(alice))
    await network.db.fetch(WEEK_LATER)
    await network.db.fetch("insert into jobs (kind, payload) values ('verify_due_links', '{}')")
    await network.settle()
    assert await verified(alice) == [True]


async def test_server_that_is_down_is_asked_again_and_given_up(
    network: Network, site: HttpsServer
) -> None:
    alice = await network.person("alice")
    mine = site.page("/mine", links_back(alice))
    await say(alice, mine)
    await network.settle()
    site.answers["/mine"] = respond(503, b"")
    await network.db.fetch(WEEK_LATER)
    await network.db.fetch("insert into jobs (kind, payload) values ('verify_due_links', '{}')")
    await network.settle()
    assert await verified(alice) == [True]  # it may be back soon
    (job,) = await network.db.fetch("select attempts, failure from jobs")
    assert (job["attempts"], "503" in job["failure"]) == (1, True)
    for _ in range(9):
        await network.db.fetch(REWIND)
        await network.settle()
    assert await verified(alice) == [False]


async def test_inside_addresses_are_never_asked(
    dsn: str, tmp_path: Path, site: HttpsServer
) -> None:
    async with serve(dsn, tmp_path) as network:
        alice = await network.person("alice")
        await say(alice, site.page("/mine", links_back(alice)), "https://localhost/")
        await network.settle()
        assert await verified(alice) == [False, False]
        assert site.asked == []
        assert await network.db.fetchval("select count(*) from jobs") == 0


async def test_account_gone_meanwhile(network: Network, site: HttpsServer) -> None:
    alice = await network.person("alice")
    await say(alice, site.page("/mine", links_back(alice)))
    await network.db.fetch("update accounts set suspended_at = now()")
    await network.settle()
    assert site.asked == []


async def test_lines_that_are_no_links_cost_nothing(network: Network) -> None:
    alice = await network.person("alice")
    odd: list[Any] = ["http://example.org", "see https://example.org", "https://", "https://a@b/"]
    await say(alice, *odd)
    assert await network.db.fetchval("select count(*) from account_links") == 0
    assert await network.db.fetchval("select count(*) from jobs") == 0
