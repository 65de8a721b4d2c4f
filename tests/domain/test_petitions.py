"""Petitions in the public log: whoever reads the log counts what the page shows, and nobody signs twice."""

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from tests.rig.logs import Logs
from tests.rig.network import Network, Person, SqlBudget
from tests.rig.petitions import Recount, allow_strangers, opened, started, told

from parvis.domain.access.logins import digest
from parvis.domain.erasure import erase
from parvis.domain.errors import Conflict, Forbidden, Invalid, NotFound, Refused, TooMany
from parvis.domain.petitions import (
    answering,
    export,
    receipts,
    rolls,
    showing,
    signing,
    starting,
    strangers,
    tally,
)
from parvis.domain.petitions.signing import Signer, Signing
from parvis.domain.petitions.starting import Rewriting
from parvis.infra.limits import Limits
from parvis.protocols import tlog_proof
from parvis.protocols.paging import Page
from parvis_verify.command import main as verify

RACERS = 16


async def verified(address: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the auditor's program counts, which shares nothing with the server; it finds nothing wrong."""
    capsys.readouterr()
    code = await asyncio.to_thread(verify, [address, "--json", "--language", "en"])
    verdict = msgspec.json.decode(capsys.readouterr().out)
    wrong = [one for one in verdict["findings"] if one["weight"] == "wrong"]
    assert (code, wrong) == (0, []), wrong
    return verdict["result"]


async def sign(
    network: Network, who: Person, petition_id: int, version: int = 1, **said: object
) -> int:
    signing_ = Signing(version, **{"name": who.username, **said})
    return await network.db.run(signing.sign, Signer(who.account_id), petition_id, signing_)


async def test_signatures_are_logged_counted_withdrawn_removed_and_closed(
    logs: Logs, sql_budget: SqlBudget, capsys: pytest.CaptureFixture[str]
) -> None:
    network, db = logs.network, logs.network.db
    alice, bob, carol, dave = await network.people("alice", "bob", "carol", "dave")
    id_ = await started(network, alice, goal=3)
    await sign(network, bob, id_, place=1)
    with sql_budget(2):
        await sign(network, carol, id_, shown="initials", name="Carol Anne van Dam")
    await sign(network, dave, id_, shown="hidden")
    with pytest.raises(Refused, match="already"):
        await sign(network, bob, id_)
    with pytest.raises(Invalid):
        await sign(network, alice, id_, place=2)
    removed = await sign(network, alice, id_, name="A rude word")
    await db.run(signing.remove, id_, removed, "abusive", "It is rude.")
    with pytest.raises(Forbidden):
        await sign(network, alice, id_)
    petition = await showing.find(db, 0, id_)
    before = await showing.count(db, petition)
    await network.settle()  # the worker counts: nothing changes for who looks
    assert await showing.count(db, petition) == before
    assert (before.signatures, before.earlier) == (3, 0)
    assert before.places == [(-1, 2), (1, 1)]
    names = await showing.list_signatures(db, id_, Page(20))
    assert [one.name for one in names] == ["C. A. V. D.", "bob"]

    assert (
        await db.run(starting.rewrite, alice.account_id, id_, Rewriting("Twenty", "More.", 5)) == 2
    )
    with pytest.raises(Conflict):
        await sign(network, bob, id_, version=1)
    await sign(network, bob, id_, version=2, name="Bob")
    own: Any = await receipts.find_own(db, id_, carol.account_id)
    with sql_budget(1):
        await db.run(signing.withdraw, own)
    with pytest.raises(Refused):
        await db.run(signing.withdraw, own)
    tallied = await showing.count(db, await showing.find(db, 0, id_))
    assert (tallied.signatures, tallied.earlier) == (1, 1)
    await db.run(tally.close_own, alice.account_id, id_)
    with pytest.raises(Refused, match="over"):
        await sign(network, carol, id_, version=2)
    entries = await told(logs, id_)
    recount = Recount(entries)
    assert recount.last
    assert recount.last["why"] == "closed by its author"
    assert (recount.signatures, recount.earlier, recount.milestones) == (1, 1, [3])
    assert await opened(logs, id_, entries[0]["title"]) == "Benches on the square"
    assert await opened(logs, id_, next(e for e in entries if e["type"] == "removed")["why"])
    named = [e["name"] for e in entries if e["type"] == "signature"]
    assert [one and await opened(logs, id_, one) for one in named] == [
        None,
        None,
        None,
        None,
        "Bob",
    ]
    assert await db.fetchval("select key from petitions") is None
    counted = await verified(f"{network.base}/log/petitions/{id_}", capsys)
    assert (counted["signatures"], counted["earlier"], counted["withdrawn"]) == (1, 1, 1)


async def test_receipts_are_promised_and_proved(logs: Logs) -> None:
    network = logs.network
    alice, bob = await network.people("alice", "bob")
    id_ = await started(network, alice)
    await sign(network, bob, id_)
    own = await receipts.find_own(network.db, id_, bob.account_id)
    promised = await receipts.receipt(network.db, own)
    assert promised.promise
    assert promised.proof is None
    await told(logs, id_)
    proved = await receipts.receipt(network.db, own)
    verifier = (await logs.auditor.keys(proved.path))[0]
    assert proved.proof
    assert tlog_proof.check(tlog_proof.parse(proved.proof), proved.entry, verifier).size == 2
    await network.db.run(tally.close_own, alice.account_id, id_)
    late = await receipts.find_own(network.db, id_, bob.account_id)
    with pytest.raises(Refused, match="over"):
        await network.db.run(signing.withdraw, late)
    with pytest.raises(NotFound):
        await receipts.receipt(
            network.db, await receipts.find_own(network.db, id_, alice.account_id)
        )


async def test_a_petition_older_than_the_server_log_is_told_there(
    network: Network, capsys: pytest.CaptureFixture[str]
) -> None:
    """As on a network that was filled before it ran: it would be called changed otherwise."""
    alice, bob = await network.people("alice", "bob")
    id_ = await started(network, alice)
    await sign(network, bob, id_)
    logs = Logs(network)
    await logs.start()
    await told(logs, id_)
    result = await verified(f"{network.base}/log/petitions/{id_}", capsys)
    assert result["signatures"] == 1


async def test_one_person_signs_once_by_race_and_after_being_erased(logs: Logs) -> None:
    """The same person sixteen times at once; then they leave, and come back with the same address."""
    network, db = logs.network, logs.network.db
    alice, bob, *others = await network.people("alice", "bob", "carol", "dave")
    id_ = await started(network, alice)

    async def attempt(who: Person) -> None:
        with suppress(Refused):
            await sign(network, who, id_)

    await asyncio.gather(*(attempt(bob) for _ in range(RACERS)), *(attempt(one) for one in others))
    assert Recount(await told(logs, id_)).signatures == 3
    await db.fetch("update accounts set deleted_at = now() where id = $1", bob.account_id)
    await erase.erase(network.app.means, {"account_id": bob.account_id})
    with pytest.raises(Forbidden):
        await sign(network, bob, id_)
    await db.fetch(
        "update users set email = 'bob@example.org' where account_id = $1", others[0].account_id
    )
    again = Signer(others[0].account_id)
    petition_signing = Signing(1, name="bob again")
    with pytest.raises(Refused, match="already"):
        await db.run(signing.sign, again, id_, petition_signing)
    entries = await told(logs, id_)
    assert Recount(entries).signatures == 3
    texts = [await opened(logs, id_, e["name"]) for e in entries if e["type"] == "signature"]
    assert sorted(texts, key=str) == [None, "carol", "dave"]
    erased = await db.fetch(
        "select account_id, name from petition_signatures where account_id is null"
    )
    assert [tuple(row) for row in erased] == [(None, None)]


async def test_nothing_comes_after_the_last_count(logs: Logs) -> None:
    network, db = logs.network, logs.network.db
    alice, *people = await network.people("alice", *(f"p{n}" for n in range(RACERS)))
    id_ = await started(network, alice)

    async def attempt(who: Person, number: int) -> None:
        await asyncio.sleep(number % 4 * 0.004)
        with suppress(Refused):
            await sign(network, who, id_)

    async def close() -> None:
        await asyncio.sleep(0.008)
        with suppress(Refused):
            await db.run(tally.close_own, alice.account_id, id_)

    await asyncio.gather(*(attempt(one, n) for n, one in enumerate(people)), close(), close())
    with pytest.raises(NotFound):
        await db.run(tally.close_own, alice.account_id, id_)
    recount = Recount(await told(logs, id_))
    assert recount.last
    kept = await db.fetchval("select count(*) from petition_signatures")
    assert recount.last["signatures"] == kept


async def test_answered_once_by_the_addressee_and_closed_with_its_message(logs: Logs) -> None:
    network, db = logs.network, logs.network.db
    alice, bob = await network.people("alice", "bob")
    by_account = await started(network, alice, addressee_id=bob.account_id)
    by_link = await started(network, alice)
    with pytest.raises(Conflict):
        await db.run(lambda tx: answering.answer(tx, by_link, "No.", account_id=bob.account_id))
    secret = await db.run(answering.make_link, alice.account_id, by_link)
    assert await answering.find_by_link(db, secret) == by_link
    with pytest.raises(NotFound):
        await answering.find_by_link(db, "forged")
    await db.run(lambda tx: answering.answer(tx, by_link, "Yes.", secret=secret))
    with pytest.raises(Conflict):
        await db.run(lambda tx: answering.answer(tx, by_link, "No.", secret=secret))
    await db.run(lambda tx: answering.answer(tx, by_account, "In May.", account_id=bob.account_id))
    status_id = await db.fetchval("select status_id from petitions where id = $1", by_link)
    (await alice.delete(f"/api/v1/statuses/{status_id}")).ok()
    entries = await told(logs, by_link)
    assert [one["type"] for one in entries] == ["petition", "answer", "closed"]
    assert entries[-1]["why"] == "its message was deleted"
    with pytest.raises(NotFound):
        await showing.find(db, alice.account_id, by_link)


async def test_a_roll_is_kept_whole_or_not_at_all(network: Network) -> None:
    db = network.db
    alice, bob = await network.people("alice", "bob")
    said = rolls.Roll("Voters", "Your voter’s number")
    bad = b"A 1\nA 2\n\n\xff\xfe\nA 3\n" + b"x" * 300 + b"\nA\x01 4\nA 5\na 2"
    with pytest.raises(rolls.RollRefused) as refused:
        await rolls.load(db, said, [bad[:9], bad[9:40], bad[40:]])
    assert [(one.line, one.why) for one in refused.value.lines] == [
        (3, "blank"),
        (4, "not UTF-8"),
        (6, "too long"),
        (7, "control characters"),
        (9, "stands twice"),
    ]
    with pytest.raises(rolls.RollRefused) as refused:
        await rolls.load(db, said, [b"Ab 1\nC\nab  1\nAB 1\n"])
    assert [(o.line, o.why, o.first) for o in refused.value.lines] == [
        (3, "stands twice", 1),
        (4, "stands twice", 1),
    ]
    assert await db.fetchval("select count(*) from petition_roll_pages") == 0
    assert await rolls.load(db, said, [b"\xef\xbb\xbfA 1\r\nA 2\r\n\xc3\x89mile 3"]) == 3
    with pytest.raises(Invalid):
        await rolls.load(db, said, [b"A 1\n"])
    dumped = str(await db.fetch("select * from petition_rolls")) + str(
        await db.fetch("select * from petition_roll_pages")
    )
    assert "mile" not in dumped
    roll = (await rolls.list_rolls(db))[0]
    id_ = await started(network, alice, verifier="roll", roll_id=roll.id)
    with pytest.raises(Invalid):
        await sign(network, bob, id_, line="A 9")
    await sign(network, bob, id_, line=" é mile  3".replace(" é m", "Ém").upper())
    with pytest.raises(Refused, match="already"):  # the same line, by another account
        await sign(network, alice, id_, line="émile 3")
    with pytest.raises(NotFound):
        await db.run(rolls.remove, "Voters")


async def test_strangers_only_where_it_is_allowed(network: Network) -> None:
    (alice,) = await network.people("alice")
    refusing = await started(network, alice, takes_strangers=True)  # the owner does not allow it
    await allow_strangers(network)
    stranger = Signer(None, "eve@example.org", address="192.0.2.7")
    with pytest.raises(Forbidden):
        await network.db.run(signing.sign, stranger, refusing, Signing(1, name="Eve"))


async def test_letters_and_tries_are_few(network: Network) -> None:
    """To one address, however it is written; and lines of a list that somebody guesses."""
    db = network.db
    (alice,) = await network.people("alice")
    await allow_strangers(network)
    await rolls.load(db, rolls.Roll("Voters", "Your number"), [b"A 1\n"])
    roll = (await rolls.list_rolls(db))[0]
    by_letter = await started(network, alice, takes_strangers=True)
    by_list = await started(network, alice, verifier="roll", roll_id=roll.id)
    db.limits = Limits(is_on=True)
    for number in range(3):
        eve = Signer(None, f"Eve+{number}@example.org", address="192.0.2.7")
        await db.run(strangers.ask, eve, by_letter, Signing(1, name="Eve"), "en")
    with pytest.raises(TooMany):
        await db.run(strangers.ask, eve, by_letter, Signing(1, name="Eve"), "en")
    for number in range(20):
        with pytest.raises(Invalid):
            await sign(network, alice, by_list, line=f"B {number}")
    with pytest.raises(TooMany):
        await sign(network, alice, by_list, line="A 1")


async def test_of_a_name_only_what_will_be_shown_waits_for_the_letter(network: Network) -> None:
    db = network.db
    alice = await network.person("alice")
    await allow_strangers(network)
    id_ = await started(network, alice, takes_strangers=True)
    for shown in ("hidden", "initials", "public"):
        ada = Signer(None, f"{shown}@example.org")
        said = Signing(1, name="Ada  Lovelace", shown=shown)
        await db.run(strangers.ask, ada, id_, said, "en")
    kept = await db.fetch("select shown, name from petition_requests order by shown")
    assert [row["name"] for row in kept] == ["", "A. L.", "Ada Lovelace"]
    secret = "of a letter"
    await db.fetch("update petition_requests set link = $1 where name = 'A. L.'", digest(secret))
    await db.run(strangers.confirm, secret)
    assert await db.fetchval("select name from petition_signatures") == "A. L."


@pytest.mark.slow
async def test_many_who_signed_are_asked_again_each_once(network: Network) -> None:
    """More than are asked in one part; by letter and on their pages, whatever apps they read with."""
    db, many = network.db, tally.ASKED_AT_ONCE + 3
    alice, bob = await network.people("alice", "bob")
    id_ = await started(network, alice)
    await sign(network, bob, id_)
    for table, key, names in (
        ("accounts", "id", "'username', 'm' || n, 'skeleton', 'm' || n, 'uri', n"),
        ("users", "account_id", "'id', n, 'account_id', n, 'email', n || '@example.org'"),
    ):
        await db.fetch(
            f"insert into {table} select (jsonb_populate_record(t, jsonb_build_object('id', n, {names}))).*"
            f" from {table} t, generate_series(1, {many}) n where t.{key} = {bob.account_id}"
        )
    await db.fetch(
        "insert into petition_signatures (petition_id, account_id, person, version, signed_on, shown)"
        f" select {id_}, n, decode(md5(n::text), 'hex'), 1, current_date, 'hidden'"
        f" from generate_series(1, {many}) n"
    )
    for title in ("Twenty", "Thirty"):  # another text, and yet another: told anew, not twice
        version = await db.run(
            starting.rewrite, alice.account_id, id_, Rewriting(title, "More.", 5)
        )
        await network.settle()
        told_ = await db.fetch("select account_id from notifications where kind = 'petition'")
        assert len({row["account_id"] for row in told_}) == len(told_) == many + 1
        sent = list((network.app.settings.data / "mail").glob("*.eml"))
        assert len(sent) == (many + 1) * (version - 1)
    (notice,) = (await bob.get("/api/v1/notifications")).ok()
    assert (notice["type"], notice["account"]["username"]) == ("petition", "alice")
    assert notice["status"]["content"]
    assert (await bob.get("/api/v1/notifications", exclude_types=["petition"])).ok() == []
    await sign(network, bob, id_, version=3)
    assert await showing.find_of_status(db, int(notice["status"]["id"])) == id_
    with pytest.raises(NotFound):
        await showing.find_of_status(db, 1)


async def test_an_export_is_made_a_few_times_an_hour(network: Network) -> None:
    (alice,) = await network.people("alice")
    petition = await showing.find(network.db, 0, await started(network, alice))
    network.db.limits = Limits()
    for _ in range(export.EXPORTS.count):
        export.take(network.db, petition)
    with pytest.raises(TooMany):
        export.take(network.db, petition)
