"""One-time codes and recovery codes, as pages set them up and ask for them."""

import re
import time
from pathlib import Path

import pytest
from pyotp import TOTP
from tests.rig.network import PASSWORD, Network, Person
from tests.rig.reader import PageRead, Reader, logged_in

from parvis.domain.access import links, one_time_codes, steps
from parvis.domain.access.sweep import sweep
from parvis.infra.limits import Limits
from parvis.infra.sealing import Sealing
from parvis.protocols.one_time_codes import STEP_S
from parvis.web.cookies import SESSION, STEP
from parvis.web.pages.access.log_in import HOME

SECURITY = "/settings/security"
CODES = "/settings/security/codes"
CONFIRM = "/settings/security/codes/confirm"
OFF = "/settings/security/codes/off"
RECOVERY = "/settings/security/recovery"
PASSWORD_CHANGE = "/settings/account/password"
STEP_PAGE = "/auth/second-step"
RECOVERY_CODE = re.compile(r"\b[0-9a-z]{4}(?:-[0-9a-z]{4}){3}\b")


def code_of(secret: str, *, steps_on: int = 0) -> str:
    return TOTP(secret).at(int(time.time()) + steps_on * STEP_S)


def secret_on(page: PageRead) -> str:
    found = re.search(r'id="secret">([A-Z2-7 ]+)<', page.html)
    assert found
    return found[1].replace(" ", "")


async def switch_on(reader: Reader) -> tuple[str, list[str]]:
    """The secret and the recovery codes of somebody who switched codes on in their browser."""
    secret = secret_on(await reader.submit(CODES))
    shown = await reader.send(CONFIRM, {"code": code_of(secret), "current": PASSWORD})
    shown.ok()
    # The present code is left for the test.
    await reader.network.db.fetch("update code_generators set last_step = last_step - 2")
    return secret, list(dict.fromkeys(RECOVERY_CODE.findall(shown.html.replace("%0A", " "))))


async def with_codes(
    network: Network, name: str = "alice"
) -> tuple[Person, Reader, str, list[str]]:
    person = await network.person(name)
    reader = await logged_in(network, name)
    return person, reader, *await switch_on(reader)


async def test_codes_are_on_only_once_one_was_right(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    page = await reader.submit(CODES)
    assert 'src="data:image/svg+xml' in page.html
    secret = secret_on(page)
    wrong = await reader.send(CONFIRM, {"code": "000000", "current": PASSWORD})
    assert "not right" in wrong.refused(422)
    assert secret_on(wrong) == secret  # the app that read it needs not to read it again
    thief = await reader.send(CONFIRM, {"code": code_of(secret), "current": "a guess"})
    assert "not your current password" in thief.refused(422)
    other = Reader(network)
    assert (await other.log_in("alice")).location == HOME  # not on: the password is enough
    shown = await reader.send(CONFIRM, {"code": code_of(secret), "current": PASSWORD})
    assert "shown once" in shown.ok()
    assert shown.headers["cache-control"] == "no-store"
    assert (
        len(set(RECOVERY_CODE.findall(shown.html.partition("<ul")[2].partition("</ul")[0]))) == 10
    )
    again = await reader.send(CONFIRM, {"code": code_of(secret), "current": PASSWORD})
    assert again.location == SECURITY
    assert "10 recovery codes are left" in (await reader.get(SECURITY)).ok()
    assert (await reader.get(CODES)).location == SECURITY  # the secret is shown no more


async def test_secrets_are_sealed_and_older_ones_become_so(
    network: Network, tmp_path: Path
) -> None:
    """A dump of the database is no second factor; nor is somebody else's row, or another key."""
    alice, _, secret, _ = await with_codes(network)
    key = tmp_path / "keys" / "sealing"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = await network.db.fetchval("select secret from code_generators")
    assert secret not in kept
    assert key.read_text().strip() not in kept
    # As it was kept before there was a key: good at once, and sealed by the worker.
    await network.db.fetch("update code_generators set secret = $1", secret)
    other = await logged_in(network, "alice")
    assert (await other.send(STEP_PAGE, {"code": code_of(secret)})).location == HOME
    await sweep(network.app.means, {})
    sealed = await network.db.fetchval("select secret from code_generators")
    assert secret not in sealed
    assert sealed != kept
    after = code_of(secret, steps_on=1)
    bob, _, own, _ = await with_codes(network, "bob")
    swap = "update code_generators set secret = $2 where user_id = $1"
    mine = await network.db.fetchval(
        "select secret from code_generators where user_id = $1", bob.user_id
    )
    await network.db.fetch(swap, alice.user_id, mine)
    again = await logged_in(network, "alice")
    assert (await again.send(STEP_PAGE, {"code": code_of(own)})).refused(422)
    await network.db.fetch(swap, alice.user_id, sealed)
    key.rename(tmp_path / "elsewhere")
    forgetful = Reader(network)
    await network.person("carol")
    await forgetful.log_in("carol")
    network.db.kept(Sealing).__init__(network.db)  # as another machine, whose folder has no key
    network.db.kept(Sealing).folder = tmp_path
    assert "lacks the key" in (await forgetful.send(CODES)).refused(403)
    assert (await again.send(STEP_PAGE, {"code": after})).refused(422)
    await sweep(network.app.means, {})
    assert not key.exists()  # only where nothing is sealed yet a key is made
    (tmp_path / "elsewhere").rename(key)
    assert (await again.send(STEP_PAGE, {"code": after})).location == HOME


async def test_recovery_codes_can_be_downloaded_without_scripts(network: Network) -> None:
    await network.person("alice")
    reader = await logged_in(network, "alice")
    secret = secret_on(await reader.submit(CODES))
    page = await reader.send(CONFIRM, {"code": code_of(secret), "current": PASSWORD})
    file = re.search(
        r'download="[^"]+\.txt" href="data:text/plain;charset=utf-8,([^"]+)"', page.html
    )
    assert file
    assert len(RECOVERY_CODE.findall(file[1].replace("%0A", " "))) == 10


async def test_log_in_asks_for_a_code_and_goes_on(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    reader = Reader(network)
    fields = {"name": "alice", "password": PASSWORD, "next": "/about"}
    answer = await reader.send("/auth/log-in", fields)
    assert answer.location == "/auth/second-step?next=%2Fabout"
    assert SESSION not in reader.cookies
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    page = await reader.get(answer.location)
    assert "authenticator app" in page.ok()
    assert page.hidden()["next"] == "/about"
    assert (await reader.get("/settings")).status == 303  # not logged in by half
    wrong = await reader.send(STEP_PAGE, {"code": "123", "next": "/about"})
    assert "not right" in wrong.refused(422)
    assert wrong.hidden()["next"] == "/about"
    right = await reader.send(STEP_PAGE, {"code": code_of(secret), "next": "/about"})
    assert right.location == "/about"
    assert STEP not in reader.cookies
    assert (await reader.get("/settings")).status == 200


async def test_no_code_works_twice(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    code = code_of(secret)
    first, second = Reader(network), Reader(network)
    for reader in (first, second):
        await reader.log_in("alice")
    assert (await first.send(STEP_PAGE, {"code": f"{code[:3]} {code[3:]}"})).location == HOME
    assert (await second.send(STEP_PAGE, {"code": code})).refused(422)
    assert (await second.send(STEP_PAGE, {"code": code_of(secret, steps_on=-1)})).refused(422)
    assert (await second.send(STEP_PAGE, {"code": code_of(secret, steps_on=1)})).location == HOME


async def test_code_of_somebody_else_opens_nothing(network: Network) -> None:
    _, _, _, codes = await with_codes(network)
    _, _, secret, _ = await with_codes(network, "bob")
    reader = await logged_in(network, "alice")
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).refused(422)
    other = await logged_in(network, "bob")
    assert (await other.send(STEP_PAGE, {"code": codes[0]})).refused(422)


async def test_recovery_code_logs_in_once_and_is_told(network: Network) -> None:
    _, _, _, codes = await with_codes(network)
    reader, again = Reader(network), Reader(network)
    for one in (reader, again):
        await one.log_in("alice")
    typed = codes[0].upper().replace("-", " ").replace("0", "O").replace("1", "L")
    assert (await reader.send(STEP_PAGE, {"code": typed})).location == HOME
    assert (await again.send(STEP_PAGE, {"code": codes[0]})).refused(422)
    assert "9 recovery codes are left" in (await reader.get(SECURITY)).ok()


async def test_new_recovery_codes_end_the_old(network: Network) -> None:
    _, reader, secret, old = await with_codes(network)
    fields = {"current": PASSWORD, "code": code_of(secret)}
    page = await reader.send(RECOVERY, fields)
    new = RECOVERY_CODE.findall(page.html.partition("<ul")[2])
    page.ok()
    assert not set(old) & set(new)
    other = await logged_in(network, "alice")
    assert (await other.send(STEP_PAGE, {"code": old[0]})).refused(422)
    assert (await other.send(STEP_PAGE, {"code": new[0]})).location == HOME


async def test_stolen_session_changes_nothing(network: Network) -> None:
    alice, reader, secret, _ = await with_codes(network)
    for path in (OFF, RECOVERY, PASSWORD_CHANGE, "/settings/account/email", "/settings/delete"):
        wanted = {"password": "a new sentence", "email": "thief@example.org"}
        without = await reader.send(path, {**wanted, "current": PASSWORD, "code": ""})
        assert "not right" in without.refused(422), path
        guess = await reader.send(path, {**wanted, "current": "a guess", "code": code_of(secret)})
        assert "not your current password" in guess.refused(422), path
    assert "10 recovery codes are left" in (await reader.get(SECURITY)).ok()
    changed = await network.db.fetchrow(
        "select new_email, email from users where id = $1", alice.user_id
    )
    assert dict(changed) == {"new_email": None, "email": "alice@example.org"}
    # A password that is too short, or a wrong one, used no code up.
    right = {"current": PASSWORD, "code": code_of(secret)}
    assert (await reader.send(PASSWORD_CHANGE, {**right, "password": "short"})).refused(422)
    said = await reader.submit(PASSWORD_CHANGE, {**right, "password": "a new sentence"})
    assert "is changed" in said.ok()


async def test_switched_off_the_password_is_enough_again(network: Network) -> None:
    _, reader, secret, codes = await with_codes(network)
    fields = {"current": PASSWORD, "code": code_of(secret)}
    assert "are off" in (await reader.submit(OFF, fields)).ok()
    assert (await reader.submit(OFF, {"current": PASSWORD})).refused(409)
    other = Reader(network)
    assert (await other.log_in("alice")).location == HOME
    assert await network.db.fetchval("select count(*) from recovery_codes") == 0
    assert codes


async def test_session_goes_on_under_another_secret(network: Network) -> None:
    """Who copied the cookie before codes were on is out; the person notices nothing."""
    await network.person("alice")
    reader, thief = Reader(network), Reader(network)
    await reader.log_in("alice")
    thief.cookies = dict(reader.cookies)
    await switch_on(reader)
    assert (await reader.get("/settings")).status == 200
    assert (await thief.get("/settings")).status == 303


async def test_log_in_leaves_no_session_of_before(network: Network) -> None:
    """A session that somebody planted in the browser, or an older one, ends."""
    await network.person("alice")
    reader, planted = Reader(network), Reader(network)
    await reader.log_in("alice")
    planted.cookies = dict(reader.cookies)
    await reader.log_in("alice")
    assert reader.cookies[SESSION] != planted.cookies[SESSION]
    assert (await planted.get("/settings")).status == 303


async def test_five_wrong_codes_ask_for_the_password_again(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    reader = await logged_in(network, "alice")
    for _ in range(steps.ATTEMPTS - 1):
        assert (await reader.send(STEP_PAGE, {"code": "000000"})).refused(422)
    last = await reader.send(STEP_PAGE, {"code": "000000"})
    assert last.location == "/auth/log-in"
    assert "too many codes were wrong" in (await reader.get(last.location)).ok()
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).location == "/auth/log-in"


async def test_codes_are_throttled_for_each_person(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    network.db.limits = Limits(is_on=True)
    answers: list[PageRead] = []
    for number in range(one_time_codes.PER_PERSON.count + 1):
        reader = await logged_in(network, "alice")
        answers.append(await reader.send(STEP_PAGE, {"code": f"{number:06}"}))
    assert "Too many attempts" in answers[-1].refused(429)
    assert int(answers[-1].headers["retry-after"]) > 0
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).refused(429)


async def test_second_step_needs_the_first(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    reader = Reader(network)
    assert (await reader.get(STEP_PAGE)).location == "/auth/log-in"
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).location == "/auth/log-in"
    reader.cookies[STEP] = "made up"
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).location == "/auth/log-in"
    assert SESSION not in reader.cookies


async def test_step_is_good_for_ten_minutes(network: Network) -> None:
    _, _, secret, _ = await with_codes(network)
    reader = await logged_in(network, "alice")
    await network.db.fetch("update log_in_steps set expires_at = now()")
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).location == "/auth/log-in"


@pytest.mark.parametrize("onward", ["//evil.example", "https://evil.example/", "/\\evil.example"])
async def test_second_step_never_leaves_the_network(network: Network, onward: str) -> None:
    _, _, secret, _ = await with_codes(network)
    reader = Reader(network)
    fields = {"name": "alice", "password": PASSWORD, "next": onward}
    assert (await reader.send("/auth/log-in", fields)).location == STEP_PAGE
    assert (await reader.get(f"{STEP_PAGE}?next={onward}")).hidden()["next"] == HOME
    right = await reader.send(STEP_PAGE, {"code": code_of(secret), "next": onward})
    assert right.location == HOME


async def test_programs_are_refused_the_password_alone(network: Network) -> None:
    alice, _, _, _ = await with_codes(network)
    app = (
        await network.anyone.post(
            "/api/v1/apps",
            {"client_name": "toot", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read"},
        )
    ).ok()
    asked = {
        "grant_type": "password",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "username": "alice",
        "password": PASSWORD,
        "scope": "read",
    }
    answer = await network.anyone.post("/oauth/token", asked)
    assert answer.refused(400) == "invalid_grant"
    assert "second step" in answer.json["error_description"]
    wrong = await network.anyone.post("/oauth/token", asked | {"password": "a guess"})
    assert "second step" not in wrong.json["error_description"]  # who knows nothing learns nothing
    assert alice.username == "alice"


async def test_wrong_password_does_not_tell_of_a_second_step(network: Network) -> None:
    await with_codes(network)
    await network.person("bob")
    answers = [await Reader(network).log_in(name, "a guess") for name in ("alice", "bob", "nobody")]
    texts = {answer.refused(422) for answer in answers}
    assert len(texts) == 1
    assert not any("set-cookie" in answer.headers for answer in answers)


async def test_new_password_by_letter_asks_for_the_code_too(network: Network) -> None:
    alice, _, secret, _ = await with_codes(network)
    link = links.PATHS["password"] + await network.db.run(links.make, "password", alice.user_id)
    reader = Reader(network)
    assert (await reader.send(link, {"password": "a new sentence"})).location == STEP_PAGE
    assert SESSION not in reader.cookies
    assert (await reader.send(STEP_PAGE, {"code": code_of(secret)})).location == HOME
