"""Petitions as people use them, without scripts: started, signed with and without an account, answered."""

import csv
import io
import re
import zipfile
from typing import Any

import msgspec
from tests.rig.logs import Logs
from tests.rig.network import Network
from tests.rig.petitions import allow_strangers, started
from tests.rig.reader import Reader, logged_in
from tests.web.test_admin import inside
from tests.web.test_email_change import letters
from tests.web.test_heads import metas

from parvis.domain.petitions import rolls
from parvis.protocols import tlog_proof

NEW = "/petitions/new"
FIELDS = {
    "subject": "Benches on the square",
    "text": "There is nowhere to sit.\n\n<script>alert(1)</script> https://example.org",
    "addressee": "The council",
    "goal": "1 000",
    "places": "North\nSouth\n\nNorth",
    "verifier": "none",
    "lasts": "30",
}


async def fetch_zip(network: Network, reader: Reader, path: str) -> zipfile.ZipFile:
    told = {"cookie": "; ".join(f"{name}={value}" for name, value in reader.cookies.items())}
    answer = await network.anyone.call("GET", path, headers=told)
    assert answer.status == 200, answer.body[:500]
    assert "attachment" in answer.headers["content-disposition"]
    return zipfile.ZipFile(io.BytesIO(answer.body))


async def test_a_member_starts_one_and_others_sign_it_once(network: Network) -> None:
    _, bob = await network.people("alice", "bob")
    alice, reader = await logged_in(network), await logged_in(network, "bob")
    wrong = await alice.send(NEW, {**FIELDS, "subject": " ", "goal": "many"})
    assert "Write a number" in wrong.refused(422)
    bad = {"subject": "", "text": "", "addressee": " ", "goal": "0", "lasts": "x", "acct": "nobody"}
    several = await alice.send(NEW, {**FIELDS, **bad, "verifier": "email domain", "domains": "!"})
    several.refused(422)
    for field in (*bad, "domains"):
        assert f'<li><a href="#{field}">' in several.html, field
        assert f'id="{field}-said"' in several.html, field
    for field, value in (
        ("subject", "x" * 121),
        ("text", "x" * 20_001),
        ("lasts", "9999"),
        ("addressee", ""),
        ("acct", "nobody_at_all"),
        ("verifier", "roll:1"),
        ("verifier", "email domain"),
    ):
        (await alice.send(NEW, {**FIELDS, field: value})).refused(422)
    assert await network.db.fetchval("select count(*) from petitions") == 0
    path = (await alice.send(NEW, FIELDS)).location
    page = await alice.get(path)
    assert "announced to everybody" in page.ok()
    assert "<script>alert" not in page.html
    card = metas(await Reader(network).get(path))
    assert (card["og:type"], card["og:title"]) == (["article"], [f"{FIELDS['subject']} · Parvis"])
    assert card["og:description"][0].startswith(
        "To: The council · 0 of 1,000 signatures · There is nowhere to sit."
    )
    assert 'href="https://example.org"' in page.html
    await network.settle()
    home = (await bob.get("/api/v1/timelines/public")).ok()  # any app shows it
    assert path in home[0]["content"]
    told = re.search(
        r'class="called".*?</div>', (await reader.get("/public/local")).html, re.DOTALL
    )
    assert told  # pages say it once, as a card that leads there
    for said in ("To: The council", FIELDS["subject"], "0 signatures of 1,000", "Read and sign"):
        assert said in told[0], said
    assert 'class="body"' not in (await reader.get("/public/local")).html
    signing = {"version": "1", "signature": "Bob <b>Kahn</b>", "shown": "public", "place": "1"}
    assert "nowhere to sit" in (await reader.get(path)).ok()
    assert "Choose from the list" in (
        await reader.send(path + "/sign", {**signing, "place": "7"})
    ).refused(422)
    assert "Write your name" in (
        await reader.send(path + "/sign", {**signing, "signature": ""})
    ).refused(422)
    receipt = await reader.submit(path + "/sign", signing)
    assert "You have signed" in receipt.ok()
    again = await reader.submit(path + "/sign", signing)
    assert "once is what counts" in again.ok()
    assert "1 signature of 1,000" in again.text
    assert "Bob &lt;b&gt;Kahn" in again.html
    assert "South 1" in again.text
    await network.settle()
    assert "1 signature of 1,000" in (await reader.get("/public/local")).text
    (await Reader(network).send(path + "/sign", signing)).refused(403)  # strangers may not here
    assert "Signed" in (await reader.get("/petitions?which=mine")).ok()
    assert "Benches" in (await Reader(network, "fr").get("/petitions")).ok()
    assert (await Reader(network).get(path + "/receipt")).status == 303
    (await alice.get(path + "/receipt")).refused(404)


async def test_another_text_asks_again_and_closing_ends_it(network: Network) -> None:
    author, _ = await network.people("alice", "bob")
    alice, reader = await logged_in(network), await logged_in(network, "bob")
    path = f"/petitions/{await started(network, author)}"
    signing = {"version": "1", "signature": "Bob Kahn", "place": "1"}
    await reader.send(path + "/sign", signing)
    edit = {
        "subject": "Twenty benches",
        "text": "There is nowhere to sit.\n\nMany tire.",
        "goal": "50",
    }
    (await reader.send(path + "/edit", edit)).refused(404)  # not bob's
    assert "asked again" in (await alice.submit(path + "/edit", edit)).ok()
    again = await reader.send(path + "/sign", {**signing, "signature": "Bob K."})
    assert "has changed while you read it" in again.refused(422)  # of a text he has not read
    assert 'value="Bob K."' in again.html  # and nothing typed is lost
    changed = await reader.get(path)
    assert "text has changed since you signed" in changed.ok()
    aim = await alice.submit(path + "/edit", {**edit, "goal": "60"})
    assert "all signatures stay in force" in aim.ok()  # the same text is no version
    assert "of 60" in aim.text
    assert "Version 2" in aim.text
    differences = await reader.get(path + "/versions")
    assert "<ins>Twenty benches</ins>" in differences.html
    assert "<del>Benches on the square</del>" in differences.html
    await network.settle()
    sent = [text for to, text in letters(network.app.settings.data) if to == "bob@example.org"]
    assert path in sent[-1]
    notified = await reader.get("/notifications")
    assert "gave a petition that you signed another text" in notified.ok()
    found = re.search(r'href="(/petitions/of/\d+)"', notified.html)
    assert found
    assert (await reader.get(found[1])).location == path
    await reader.submit(path + "/sign", {**signing, "version": "2"})
    forgotten = await reader.submit(path + "/receipt", {"do": "forget"})
    assert "still counts" in forgotten.ok()
    assert "Kahn" not in (await reader.get(path)).html
    withdrawn = await reader.submit(path + "/receipt", {"do": "withdraw"})
    assert "counts no more" in withdrawn.ok()
    (await reader.send(path + "/receipt", {"do": "withdraw"})).refused(422)
    (await reader.send(path + "/own", {"do": "close"})).refused(404)
    assert "Nobody can sign any more" in (await alice.submit(path + "/own", {"do": "close"})).ok()
    (await reader.send(path + "/sign", {**signing, "version": "2"})).refused(422)
    square = (await reader.get("/public/local")).text
    assert "0 signatures of 60 Read the petition Closed to signing" in square, square
    assert "Twenty" in (await reader.get("/petitions?which=over")).ok()
    (await alice.get("/petitions/999")).refused(404)
    (await alice.get("/petitions/abc")).refused(404)


async def test_somebody_without_an_account_signs_by_a_letter(network: Network) -> None:
    (alice,) = await network.people("alice")
    await allow_strangers(network)
    path = f"/petitions/{await started(network, alice, takes_strangers=True)}"
    eve = Reader(network)
    fields = {"version": "1", "signature": "Eve", "shown": "initials", "email": "not an address"}
    assert "whole address" in (await eve.send(path + "/sign", fields)).refused(422)
    assert (
        "letter is on its way"
        in (await eve.submit(path + "/sign", {**fields, "email": "eve+1@example.com"})).ok()
    )
    await network.settle()
    to, text = letters(network.app.settings.data)[-1]
    assert to == "eve+1@example.com"
    assert "Benches on the square" in text
    link = re.search(r"/petitions/mine/\S+", text)
    assert link
    mine = link[0]
    assert await network.db.fetchval("select count(*) from petition_signatures") == 0
    assert "Sign this petition?" in (await eve.get(mine)).ok()
    (await eve.get("/petitions/mine/forged")).refused(404)
    (await eve.send("/petitions/mine/forged", {"do": "sign"})).refused(404)
    first, second = await eve.send(mine, {"do": "sign"}), await eve.send(mine, {"do": "sign"})
    assert (first.location, second.location) == (mine, mine)
    assert "Receipt" in (await eve.get(mine)).ok()
    assert "E." in (await eve.get(path)).ok()
    held = await network.db.fetch("select * from petition_requests")
    assert not held  # the address is forgotten
    # The same mailbox under another name: the letter comes, the signature does not.
    await eve.submit(path + "/sign", {**fields, "email": "Eve@Example.com"})
    await network.settle()
    found = re.search(r"/petitions/mine/\S+", letters(network.app.settings.data)[-1][1])
    assert found
    assert found[0] != mine
    assert "signed already with this" in (await eve.submit(found[0], {"do": "sign"})).ok()
    assert "counts no more" in (await eve.submit(mine, {"do": "withdraw"})).ok()
    assert "withdrawn your signature" in (await eve.get(mine)).ok()
    assert (
        await network.db.fetchval("select count(*) from petition_signatures where state = 'signed'")
        == 0
    )


async def test_only_addresses_of_a_domain_sign_and_prove_it(network: Network) -> None:
    alice, _ = await network.people("alice", "bob")
    id_ = await started(network, alice, verifier="email domain", domains=["town.example"])
    path, bob = f"/petitions/{id_}", await logged_in(network, "bob")
    fields = {"version": "1", "signature": "Bob", "email": "bob@elsewhere.example"}
    assert "not at one of the domains" in (await bob.send(path + "/sign", fields)).refused(422)
    await bob.submit(path + "/sign", {**fields, "email": "bob@town.example"})
    await network.settle()
    found = re.search(r"/petitions/mine/\S+", letters(network.app.settings.data)[-1][1])
    assert found
    assert "You have signed" in (await bob.submit(found[0], {"do": "sign"})).ok()
    assert (
        "You have signed" in (await bob.get(path + "/receipt")).ok()
    )  # it is his account's as well


async def test_the_addressee_answers_and_takes_the_proofs_along(network: Network) -> None:
    logs = Logs(network)
    await logs.start()
    alice, bob, _ = await network.people("alice", "bob", "carol")
    path = f"/petitions/{await started(network, alice, addressee_id=bob.account_id)}"
    author, council = await logged_in(network), await logged_in(network, "bob")
    carol = await logged_in(network, "carol")
    for reader, name in ((carol, "=Carol()"), (author, "Alice")):
        await reader.send(path + "/sign", {"version": "1", "signature": name, "place": "0"})
    await network.settle()
    await logs.settle()
    (await carol.get(path + "/answer")).refused(404)
    (await carol.get(path + "/answer/export")).refused(404)
    (await carol.send(path + "/answer", {"answer": "No"})).refused(404)
    (await carol.send(path + "/own", {"do": "link"})).refused(404)
    made = await author.send(path + "/own", {"do": "link"})
    found = re.search(r"/petitions/answers/[\w-]+", made.html)
    assert found
    stranger, link = Reader(network), found[0]
    assert "Benches" in (await stranger.get(link)).ok()
    archive = await fetch_zip(network, stranger, link + "/export")
    rows = list(csv.DictReader(io.StringIO(archive.read("signatures.csv").decode())))
    assert [(one["name"], one["place"], one["state"]) for one in rows] == [
        ("'=Carol()", "North", "signed"),
        ("Alice", "North", "signed"),
    ]
    verifier = (await logs.auditor.keys(f"log{path}"))[0]
    proofs: list[Any] = [
        msgspec.json.decode(one) for one in archive.read("proofs.jsonl").splitlines()
    ]
    assert {one["leaf"] for one in proofs} == {one["leaf"] for one in rows}
    for one in proofs:
        proof = tlog_proof.parse(one["proof"].encode())
        assert tlog_proof.check(proof, one["entry"].encode(), verifier).size == 3
    assert "Write something" in (await council.send(path + "/answer", {"answer": " "})).refused(422)
    assert "In May." in (await council.submit(path + "/answer", {"answer": "In May."})).ok()
    (await stranger.send(link, {"answer": "Never."})).refused(409)
    (await stranger.get("/petitions/answers/forged")).refused(404)
    assert "answered" in (await stranger.get(link)).ok()
    proved = await carol.get(path + "/receipt")
    assert "in the count" in proved.ok()


async def test_owners_decide_who_starts_and_staff_removes_with_a_reason(network: Network) -> None:
    (alice,) = await network.people("alice")
    _, owner = await inside(network)
    path = f"/petitions/{await started(network, alice)}"
    member = await logged_in(network)
    assert (await owner.send("/admin/petitions", {"petitions_by": "staff"})).location
    assert "not yours to start" in (await member.get(NEW)).refused(403)
    (await member.send(NEW, FIELDS)).refused(403)
    assert (await owner.send(NEW, FIELDS)).location
    await member.send(path + "/sign", {"version": "1", "signature": "Rude"})
    id_ = await network.db.fetchval("select id from petition_signatures")
    said = {"signature": str(id_), "reason": "abusive", "why": "An insult."}
    (await member.send(path + "/remove", said)).refused(403)
    assert f"signature={id_}" in (await owner.get(path)).html
    assert "everybody will read it" in (
        await owner.send(path + "/remove", {**said, "why": ""})
    ).refused(422)
    assert "log says why" in (await owner.submit(path + "/remove", said)).ok()
    (await owner.send(path + "/remove", said)).refused(422)
    seen = (await Reader(network).get(path + "/signatures")).ok()
    assert "What stands there as a name is abusive An insult." in seen
    assert "1 signature was removed: see why" in (await Reader(network).get(path)).ok()
    await owner.send(path + "/sign", {"version": "1", "shown": "hidden"})  # nobody reads the name
    entry = await network.db.fetchval(
        "select encode(person, 'hex') from petition_signatures where state = 'signed'"
    )
    none = {"person": "00" * 16, "reason": "not a person", "why": "A program."}
    assert "has this pseudonym" in (await owner.send(path + "/remove", none)).refused(422)
    assert "log says why" in (await owner.submit(path + "/remove", {**none, "person": entry})).ok()
    assert "was removed" in (await member.get(path)).ok()
    (await member.send(path + "/sign", {"version": "1", "signature": "Rude"})).refused(403)


async def test_a_list_of_who_may_sign_is_read_or_told_line_by_line(network: Network) -> None:
    (alice,) = await network.people("alice")
    _, owner = await inside(network)
    said = {"do": "load", "roll": "Voters", "asks": "Your number"}
    where = "/admin/petitions/rolls"
    refused = await owner.send_files(where, said, [("file", "roll.txt", b"A 1\n\nA 1\n")])
    assert "Line 2 is blank" in refused.refused(422)
    refused = await owner.send_files(where, said, [("file", "roll.txt", b"A 1\nA 2\nA 1\n")])
    assert "Line 3 stands in the list before, at line 1" in refused.refused(422)
    (await owner.send_files(where, said, [("file", "roll.txt", b"")])).refused(422)
    assert (await owner.send_files(where, said, [("file", "roll.txt", b"A 1\nA 2\n")])).location
    assert "2 people" in (await owner.get("/admin/petitions")).ok()
    roll = (await rolls.list_rolls(network.db))[0]
    reader = await logged_in(network)
    made = await reader.send(NEW, {**FIELDS, "verifier": f"roll:{roll.id}"})
    path, fields = made.location, {"version": "1", "signature": "Alice", "line": "A 3"}
    assert "Your number" in (await reader.get(path)).ok()
    assert "not on the list" in (await reader.send(path + "/sign", fields)).refused(422)
    assert (
        "You have signed" in (await reader.submit(path + "/sign", {**fields, "line": " a 2 "})).ok()
    )
    (await owner.send(where, {"do": "remove", "roll": "Voters"})).refused(404)
    assert alice.account_id
