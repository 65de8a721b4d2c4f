"""Petitions that rest on an issuer's word: people go there and come back having signed, once, or are told why
not, and then nothing is kept. The issuer is a server of its own, on a real socket.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msgspec
import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from tests.domain.test_petitions import verified
from tests.rig.issuer import CLIENT, SECRET, Issuer, Key, serve_issuer
from tests.rig.logs import Logs
from tests.rig.network import Network, serve
from tests.rig.petitions import started, told
from tests.rig.reader import Reader, logged_in
from tests.rig.vouched import SIGNING, kept, rests_on, set_out, sign, whole
from tests.web.test_admin import inside

from parvis.domain.erasure import erase
from parvis.domain.petitions import issuers, providers, starting, tally
from parvis.domain.petitions.providers import Providers
from parvis.domain.petitions.starting import Rewriting
from parvis.infra.outgoing import Outgoing

LOOPBACK = (ip_network("127.0.0.0/8"),)
ISSUERS = "/admin/petitions/issuers"


@pytest.fixture
async def issuer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Issuer]:
    async with serve_issuer(tmp_path) as made:
        monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
        yield made


@pytest.fixture
async def network(dsn: str, tmp_path: Path) -> AsyncIterator[Network]:
    """One that may ask what is on this machine."""
    async with serve(dsn, tmp_path, test_reachable=LOOPBACK) as made:
        yield made


async def test_an_owner_names_an_issuer_which_is_asked_first(
    network: Network, issuer: Issuer
) -> None:
    _, owner = await inside(network)
    fields = {"do": "add", "service": "The city", "issuer": issuer.base, "client_id": CLIENT}
    for wrong, words in (
        ({"issuer": issuer.base.replace("https", "http")}, "by https"),
        ({"issuer": "https://127.0.0.1:1"}, "no answer"),
        ({"issuer": issuer.base + "/other"}, "it answered 404"),
        ({"issuer": issuer.base + "/"}, "names itself otherwise"),
        ({"service": " "}, "Give the service a name"),
        ({"client_id": ""}, "Write the identifier"),
        ({"client_id": "é"}, "plain letters"),
        ({"claim_value": "true"}, "Say which claim"),
    ):
        assert words in (await owner.send(ISSUERS, {**fields, **wrong})).refused(422), wrong
    issuer.document = {"token_endpoint": "http://127.0.0.1/token"}
    assert "endpoint" in (await owner.send(ISSUERS, fields)).refused(422)
    issuer.document = {}
    rule = {"client_secret": SECRET, "claim": "resident", "claim_value": "true"}
    page = await owner.submit(ISSUERS, {**fields, **rule})
    assert "resident = true" in page.ok()
    assert f"{network.base}/petitions/back" in page.html
    assert "name already" in (await owner.send(ISSUERS, fields)).refused(422)
    row = await network.db.fetchrow("select * from petition_issuers")
    assert SECRET not in str(dict(row))
    new = await logged_in(network, "anouk", "fr")
    assert "Personnes que The city connaît" in (await new.get("/petitions/new?lang=fr")).ok()
    said = {
        "subject": "Benches", "text": "Sit.", "addressee": "Council", "goal": "5", "lasts": "9",
    }  # fmt: skip
    assert (await owner.send("/petitions/new", {**said, "verifier": "openid:7"})).status == 422
    made = await owner.send("/petitions/new", {**said, "verifier": f"openid:{row['id']}"})
    assert "“true”" in (await owner.get(made.location)).ok()
    known = str(row["id"])
    (await owner.send(ISSUERS, {"do": "remove", "id": known})).refused(404)  # it rests on it
    await owner.submit(ISSUERS, {"do": "secret", "id": known, "client_secret": "another"})
    changed = await network.db.fetchrow("select * from petition_issuers")
    assert issuers.open_secret(network.db, row["id"], changed["client_secret"]) == "another"
    (await owner.send(ISSUERS, {"do": "remove", "id": "x"})).refused(404)
    (await owner.send(ISSUERS, {"do": "dance", "id": known})).refused(422)


async def test_private_addresses_are_not_asked(dsn: str, tmp_path: Path, issuer: Issuer) -> None:
    async with serve(dsn, tmp_path / "inside") as network:
        with pytest.raises(providers.NotVouched, match="public internet"):
            await network.db.kept(Providers).find(network.app.means.outgoing, issuer.base)
    assert issuer.asked == []


async def test_people_sign_once_with_and_without_an_account(
    network: Network, issuer: Issuer, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = Logs(network)
    await logs.start()
    path = await rests_on(
        network, issuer, claim="resident", claim_value="true", scopes="openid city"
    )
    eve = Reader(network)
    page = await eve.get(path)
    assert "Only people whom The city knows may sign" in page.ok()
    assert "Sign by way of The city" in page.text
    address = await set_out(eve, path, signature="Somebody Else")
    asked = parse_qs(urlsplit(address).query)
    assert asked["scope"] == ["openid city"]
    assert path.rpartition("/")[2] not in address  # which petition is not told
    receipt = await sign(issuer, eve, path, "sub-eve", resident=True)
    assert "Keep the address of this page" in receipt.ok()
    assert receipt.headers["cache-control"] == "no-store"
    assert "E. A." in receipt.text
    assert not any(name.endswith("parvis_journey") for name in eve.cookies)
    # Who comes again is shown the receipt, by another link, and counts once.
    again = await sign(issuer, Reader(network), path, "sub-eve", resident=True)
    assert "once is what counts" in again.ok()
    assert "Receipt of your signature" in again.text
    assert (await kept(network))[:2] == (1, 1)
    # The same person with an account is the same person.
    await network.people("bob", "carol")
    bob = await logged_in(network, "bob")
    refused = await sign(issuer, bob, path, "sub-eve", resident=True)
    assert "once is what counts" in refused.ok()
    assert "You have signed" in (await sign(issuer, bob, path, "bob", resident="true")).ok()
    carol = await logged_in(network, "carol")
    await sign(issuer, carol, path, "bob", resident=True)
    assert (await kept(network))[0] == 2
    (await carol.send(path + "/receipt", {"do": "withdraw"})).refused(404)
    api = await network.person("dave")
    sent = await api.post(f"/api/v1{path}/sign", {"version": 1, "name": "Dave"})
    assert "by way of its service" in sent.refused(403)
    assert (await api.get(f"/api/v1{path}")).ok()["issuer"] == issuer.base
    entries = await told(logs, int(path.rpartition("/")[2]))
    assert entries[0]["eligible"] == {
        "verifier": "openid", "issuer": issuer.base, "claim": "resident", "value": "true",
    }  # fmt: skip
    assert [one["type"] for one in entries[1:]] == ["signature"] * 2
    result = await verified(f"{network.base}/log{path}", capsys)
    assert (result["signatures"], result["eligible"]) == (2, entries[0]["eligible"])
    everything = await whole(network)
    assert "Eve" not in everything
    assert "sub-eve" not in everything
    assert 'resident": true' not in everything


async def test_the_same_person_is_another_in_another_petition(
    network: Network, issuer: Issuer
) -> None:
    first = await rests_on(network, issuer)
    alice = (await network.db.fetchrow("select account_id from petitions"))["account_id"]
    known = await network.db.fetchval("select id from petition_issuers")
    person = type("Author", (), {"account_id": alice, "user_id": 1})()
    made = await started(network, person, verifier="openid", issuer_id=known, takes_strangers=True)
    for path in (first, f"/petitions/{made}"):
        (await sign(issuer, Reader(network), path)).ok()
    rows = await network.db.fetch("select nullifier from petition_nullifiers")
    assert len({bytes(row["nullifier"]) for row in rows}) == 2


async def test_who_left_cannot_sign_again_and_journeys_are_forgotten(
    network: Network, issuer: Issuer
) -> None:
    path = await rests_on(network, issuer)
    bob = await network.person("bob")
    reader = await logged_in(network, "bob")
    (await sign(issuer, reader, path, "bob")).ok()
    await set_out(reader, path)  # and never comes back
    assert await kept(network) == (1, 3, 1)
    await erase.erase(network.app.means, {"account_id": bob.account_id})
    assert (await kept(network))[2] == 0
    assert "Eve" not in await whole(network)
    again = await sign(issuer, Reader(network), path, "bob")
    assert "once is what counts" in again.ok()
    assert (await kept(network))[0] == 1
    await set_out(Reader(network), path)
    await network.db.fetch("update petition_journeys set created_at = now() - interval '1 hour'")
    await tally.sweep(network.app.means, {})
    assert (await kept(network))[2] == 0


def hs256_with_the_public_key(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    """The classic: the public key as the secret of a shared-key signature."""
    public = issuer.key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    def sign_(claims: dict[str, Any]) -> str:
        head = msgspec.json.encode({"alg": "HS256", "typ": "JWT", "kid": "one"})
        body = msgspec.json.encode(claims)
        signed = b".".join(map(jwt.utils.base64url_encode, (head, body)))
        made = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
            signed, public
        )
        return (signed + b"." + jwt.utils.base64url_encode(made)).decode()

    return sign_


def without(claims: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


async def test_a_token_that_cannot_be_trusted_signs_nothing(
    network: Network, issuer: Issuer
) -> None:
    path = await rests_on(network, issuer, claim="resident", claim_value="true")
    plain_sign, at = issuer.sign, int(time.time())
    stranger, small = Key("one"), Key("one", "ES256")
    signed: list[tuple[Callable[[dict[str, Any]], str], str]] = [
        (stranger.sign, "(signature)"),
        (small.sign, "(signature)"),
        (lambda c: jwt.encode(c, None, "none", {"kid": "one"}), "(alg)"),
        (hs256_with_the_public_key(issuer), "(alg)"),
        (lambda c: issuer.key.sign(c, crit=["exp"]), "(token)"),
        (lambda c: issuer.key.sign(c)[:-8] + "AAAAAAAA", "(signature)"),
        (lambda _: "not a token", "(token)"),
        (lambda c: issuer.key.sign({**c, "iss": "https://other.example"}), "(iss)"),
        (lambda c: issuer.key.sign({**c, "aud": "another"}), "(aud)"),
        (lambda c: issuer.key.sign({**c, "aud": [CLIENT, "another"]}), "(azp)"),
        (lambda c: issuer.key.sign({**c, "azp": "another"}), "(azp)"),
        (lambda c: issuer.key.sign(without(c, "nonce")), "(nonce)"),
        (lambda c: issuer.key.sign({**c, "nonce": "guessed"}), "(nonce)"),
        (lambda c: issuer.key.sign({**c, "exp": at - 120}), "clock"),
        (lambda c: issuer.key.sign(without(c, "exp")), "clock"),
        (lambda c: issuer.key.sign({**c, "exp": "soon"}), "clock"),
        (lambda c: issuer.key.sign({**c, "exp": float("nan")}), "clock"),
        (lambda c: issuer.key.sign({**c, "iat": at - 3_600, "exp": at + 60}), "clock"),
        (lambda c: issuer.key.sign({**c, "iat": at + 3_600, "exp": at + 7_200}), "clock"),
        (lambda c: issuer.key.sign(without(c, "sub")), "(sub)"),
        (lambda c: issuer.key.sign({**c, "sub": ""}), "(sub)"),
        (lambda c: issuer.key.sign({**c, "sub": 7}), "(sub)"),
    ]
    for how, words in signed:
        issuer.sign = how
        page = await sign(issuer, Reader(network), path, resident=True)
        assert words in page.refused(422), words
        assert "Nothing was signed" in page.text
        assert await kept(network) == (0, 0, 0), words
    issuer.sign = plain_sign
    for claims in ({}, {"resident": False}, {"resident": "false"}, {"resident": [False]}):
        page = await sign(issuer, Reader(network), path, **claims)
        assert "does not say what this petition asks" in page.refused(422)
        assert await kept(network) == (0, 0, 0)
    for claims in ({"resident": ["x", "true"]}, {"resident": True, "aud": [CLIENT], "azp": CLIENT}):
        (await sign(issuer, Reader(network), path, f"eve {claims}", **claims)).ok()
    issuer.sign = lambda c: issuer.key.sign({**c, "iat": at - 30, "exp": at - 30})  # clocks differ
    (await sign(issuer, Reader(network), path, "slow clock", resident=True)).ok()
    assert (await kept(network))[0] == 3


async def test_keys_may_change_at_any_moment(network: Network, issuer: Issuer) -> None:
    path = await rests_on(network, issuer)
    for name, algorithm in (("one", "RS256"), ("two", "ES256"), ("two", "RS256"), ("3", "PS256")):
        issuer.key = Key(name, algorithm)
        issuer.published = [issuer.key.public]
        (await sign(issuer, Reader(network), path, f"{name} {algorithm}")).ok()
    read = issuer.asked.count("/keys")
    issuer.published = [{"kty": "oct", "k": "AAAA", "kid": "x"}, {"kty": "RSA"}, *issuer.published]
    (await sign(issuer, Reader(network), path, "known key")).ok()
    assert issuer.asked.count("/keys") == read  # kept
    assert issuer.asked.count("/.well-known/openid-configuration") == 1


async def test_a_way_back_is_gone_once_and_by_who_set_out(network: Network, issuer: Issuer) -> None:
    path = await rests_on(network, issuer)
    eve, mallory = Reader(network), Reader(network)
    back = await issuer.log_in(await set_out(eve, path), "eve")
    # Somebody else's answer, brought into another browser: with a journey of its own, and with none.
    assert "not begun in this browser" in (await mallory.get(back)).refused(422)
    await set_out(mallory, path)
    assert "not begun in this browser" in (await mallory.get(back)).refused(422)
    cookies = dict(eve.cookies)
    assert (await eve.get(back)).status == 303
    eve.cookies = cookies
    assert "used already" in (await eve.get(back)).refused(422)  # state
    assert (await kept(network))[0] == 1
    # A code that was used, in a new journey; a wrong state; another issuer's name; nothing at all.
    used = parse_qs(urlsplit(back).query)["code"][0]
    for change, words in (
        ({"code": used}, "does not answer"),
        ({"state": "guessed"}, "not begun in this browser"),
        ({"iss": "https://other.example"}, "stand up to our checks"),
        ({"iss": ""}, "stand up to our checks"),
        ({"code": ""}, "did not say who you are"),
        ({"code": "", "error": "access_denied"}, "did not say who you are"),
    ):
        dave = Reader(network)
        there = parse_qs(urlsplit(await issuer.log_in(await set_out(dave, path), "dave")).query)
        said = {name: values[0] for name, values in there.items()} | change
        page = await dave.get(
            "/petitions/back?" + "&".join(f"{name}={value}" for name, value in said.items())
        )
        assert words in page.text, (change, page.text)
        assert page.status == 422
    assert (await kept(network))[0] == 1
    assert "not begun in this browser" in (await Reader(network).get("/petitions/back")).refused(
        422
    )
    late = Reader(network)
    back = await issuer.log_in(await set_out(late, path), "late")
    await network.db.fetch(
        "update petition_journeys set created_at = now() - interval '16 minutes'"
    )
    assert "quarter of an hour" in (await late.get(back)).refused(422)
    bob, _ = await network.person("bob"), await network.person("carol")
    reader = await logged_in(network, "bob")
    back = await issuer.log_in(await set_out(reader, path), "bob")
    session = await logged_in(network, "carol")
    session.cookies |= {n: v for n, v in reader.cookies.items() if n.endswith("parvis_journey")}
    assert "logged in or out" in (await session.get(back)).refused(422)
    assert (await kept(network))[0] == 1
    assert bob.account_id
    # What happens meanwhile is told as to anybody who signs; taken back, one may come again.
    (await sign(issuer, dave, path, "dave")).ok()
    back = await issuer.log_in(await set_out(late, path), "late")
    author = await network.db.fetchval("select account_id from petitions")
    rewriting = Rewriting("Other", "Words.", 5)
    id_ = int(path.rpartition("/")[2])
    await network.db.run(starting.rewrite, author, id_, rewriting)
    assert "another text meanwhile" in (await late.get(back)).refused(422)
    assert "text has changed" in (await late.send(path + "/sign", SIGNING)).refused(422)
    back = await issuer.log_in(await set_out(late, path, version="2"), "late")
    receipt = (await late.get(back)).location
    await late.send(receipt, {"do": "withdraw"})
    back = await issuer.log_in(await set_out(late, path, version="2"), "late")
    assert (await late.get(back)).location.startswith("/petitions/mine/")
    back = await issuer.log_in(await set_out(dave, path, version="2"), "dave")
    await network.db.run(tally.close_own, author, id_)
    assert "petition is over" in (await dave.get(back)).refused(422)
    assert (await kept(network))[0] == 3  # eve, dave, late


@asynccontextmanager
async def silent() -> AsyncIterator[Callable[[web.Request], Any]]:
    """An answer that never comes, until the test is over."""
    over = asyncio.Event()

    async def wait(_: web.Request) -> web.Response:
        await over.wait()
        return web.Response(status=500)

    try:
        yield wait
    finally:
        over.set()


async def test_an_issuer_that_is_gone_slow_or_endless_is_told(
    network: Network, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await rests_on(network, issuer)
    known = network.db.kept(Providers)
    monkeypatch.setattr(providers, "MOST_S", 0.3)

    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b"[" + b" " * (10 << 20), content_type="application/json")

    async def broken(_: web.Request) -> web.Response:
        return web.Response(body=b'{"id_token": 7, "keys": 7}', content_type="application/json")

    async def failing(_: web.Request) -> web.Response:
        return web.Response(status=503)

    async with silent() as slow:
        for place in ("/.well-known/openid-configuration", "/keys", "/token"):
            for how in (slow, large, broken, failing):
                known._found.clear()  # noqa: SLF001 - as an hour later
                known._keys.clear()  # noqa: SLF001
                issuer.breaks = {place: how}
                reader = Reader(network)
                answer = await reader.send(path + "/sign", SIGNING)
                if answer.status == 200:
                    address = answer.headers["refresh"].partition("url=")[2]
                    answer = await reader.get(await issuer.log_in(address, "eve"))
                assert answer.status == 422, (place, how)
                assert "Nothing was signed" in answer.text
                assert await kept(network) == (0, 0, 0)
    issuer.breaks = {}
    (await sign(issuer, Reader(network), path)).ok()  # and all is well again


async def test_many_who_come_at_once_ask_the_issuer_once(network: Network, issuer: Issuer) -> None:
    known, outgoing = Providers(network.db), Outgoing("Parvis/test", LOOPBACK)
    found = await asyncio.gather(*(known.find(outgoing, issuer.base) for _ in range(20)))
    assert len({one.token for one in found}) == 1
    assert issuer.asked == ["/.well-known/openid-configuration"]
