"""Logging in, sessions, passwords and the owner, by the domain's own commands."""

import msgspec
import pytest
from argon2 import PasswordHasher
from tests.rig.network import PASSWORD, Network, log_in

from parvis.domain.access import links, owner, password_changes, passwords, sessions
from parvis.domain.access.logins import Logins
from parvis.domain.errors import Conflict, Invalid, NotFound, TooMany, Unauthenticated
from parvis.domain.network import settings

HERE = "192.0.2.7"
NEW = "a new and longer one"


@pytest.mark.parametrize("name", ["alice", "ALICE", " alice ", "Alice@Example.ORG"])
async def test_right_password_begins_a_session(network: Network, name: str) -> None:
    alice = await network.person("alice")
    secret = await log_in(network.db, name, PASSWORD, address=HERE, user_agent="Firefox\n\x1b[31m")
    login = await network.db.kept(Logins).find_session(secret)
    assert login is not None
    assert login.account_id == alice.account_id
    (session,) = await sessions.list_sessions(network.db, alice.user_id)
    assert session.user_agent == "Firefox[31m"
    assert await network.db.kept(Logins).find(secret) is None  # it is no access token
    assert alice.token is not None
    assert await network.db.kept(Logins).find(alice.token)
    assert await network.db.kept(Logins).find_session(alice.token) is None


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("alice", "wrong"),
        ("alice", ""),
        ("alice", "x" * 1_000),
        ("nobody", PASSWORD),
        ("nobody@example.org", PASSWORD),
        ("a\0lice", PASSWORD),
        ("", PASSWORD),
        ("%", PASSWORD),
    ],
)
async def test_wrong_password_is_refused(network: Network, name: str, password: str) -> None:
    alice = await network.person("alice")
    with pytest.raises(Unauthenticated):
        await log_in(network.db, name, password, address=HERE)
    assert await sessions.list_sessions(network.db, alice.user_id) == []


async def tries_until_refused(network: Network, address: str) -> None:
    for n in range(30):
        try:
            await log_in(network.db, f"other{n}", "wrong", address=address)
        except TooMany:
            return
        except Unauthenticated:
            continue
    raise AssertionError("nobody was refused")


async def test_attempts_are_limited_by_name_and_by_address(network: Network) -> None:
    await network.person("alice")
    network.db.limits.is_on = True
    for n in range(25):
        with pytest.raises(Unauthenticated):
            await log_in(network.db, "alice", "wrong", address=f"192.0.2.{n}")
    with pytest.raises(TooMany):
        await log_in(network.db, "ALICE", PASSWORD, address="192.0.2.200")
    # One counted above, from 192.0.2.1; on a slow machine one comes back every twelve seconds.
    for n in range(24):
        with pytest.raises(Unauthenticated):
            await log_in(network.db, f"name{n}", "wrong", address="192.0.2.1")
    await tries_until_refused(network, "192.0.2.1")


async def test_password_is_hashed_anew_when_the_parameters_changed(network: Network) -> None:
    alice = await network.person("alice")
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    await network.db.fetch("update users set password_hash = $1", weak)
    await log_in(network.db, "alice", PASSWORD, address=HERE)
    kept = await network.db.fetchval("select password_hash from users where id = $1", alice.user_id)
    assert kept != weak
    assert passwords.hasher().verify(kept, PASSWORD)


async def test_sessions_end_one_by_one_and_all(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    first, second, third = [
        await log_in(network.db, "alice", PASSWORD, address=HERE) for _ in range(3)
    ]
    logins = network.db.kept(Logins)
    ids = [(await logins.find_session(secret)).token_id for secret in (first, second, third)]
    await network.db.run(sessions.end, first)
    await network.db.run(sessions.end, first)  # no error
    assert await logins.find_session(first) is None
    with pytest.raises(NotFound):
        await network.db.run(sessions.end_one, bob.user_id, ids[1])
    assert await logins.find_session(second)
    await network.db.run(sessions.end_all, alice.user_id, except_id=ids[2])
    assert await logins.find_session(second) is None
    assert await logins.find_session(third)
    await network.db.run(sessions.end_one, alice.user_id, ids[2])
    assert await sessions.list_sessions(network.db, alice.user_id) == []
    told = await network.db.fetch("select payload from outbox where kind = 'TokenRevoked'")
    assert sorted(row["payload"]["token_id"] for row in told) == sorted(ids)


async def test_changed_password_ends_what_the_old_one_began(network: Network) -> None:
    alice = await network.person("alice")
    here, elsewhere = [await log_in(network.db, "alice", PASSWORD, address=HERE) for _ in range(2)]
    logins = network.db.kept(Logins)
    session = await logins.find_session(here)
    assert session is not None
    assert await passwords.is_password_of(network.db, alice.user_id, PASSWORD, address=HERE)
    assert not await passwords.is_password_of(network.db, alice.user_id, "no", address=HERE)
    hashed = await passwords.prepare_password(NEW)
    await network.db.run(
        password_changes.change_password, alice.user_id, hashed, except_session_id=session.token_id
    )
    assert await logins.find_session(here)
    assert await logins.find_session(elsewhere) is None
    assert (await alice.get("/api/v1/timelines/home")).refused(401)
    assert await log_in(network.db, "alice", NEW, address=HERE)
    with pytest.raises(Unauthenticated):
        await log_in(network.db, "alice", PASSWORD, address=HERE)
    with pytest.raises(Invalid):
        await passwords.prepare_password("short")


async def test_suspended_person_logs_in_and_learns_why(network: Network) -> None:
    alice = await network.person("alice")
    await network.db.fetch(
        "update accounts set suspended_at = now() where id = $1", alice.account_id
    )
    secret = await log_in(network.db, "alice", PASSWORD, address=HERE)
    login = await network.db.kept(Logins).find_session(secret)
    assert login is not None
    assert login.trouble == "suspended"


async def test_owner_is_set_up_once(network: Network) -> None:
    addresses = network.app.addresses
    assert not await owner.has_owner(network.db)
    older = await network.db.run(owner.issue_owner_link)
    secret = await network.db.run(owner.issue_owner_link)
    prepared = await owner.prepare_owner(network.db, "admin", "owner@example.org", PASSWORD, "fr")
    with pytest.raises(NotFound):
        await network.db.run(owner.set_up_owner, older, prepared, addresses)
    assert await links.is_open(network.db, "owner", secret)
    made = await network.db.run(owner.set_up_owner, secret, prepared, addresses)
    assert await owner.has_owner(network.db)
    assert (await settings.read(network.db)).contact_account_id == made.account_id
    session = await log_in(network.db, "admin", PASSWORD, address=HERE)
    login = await network.db.kept(Logins).find_session(session)
    assert login is not None
    assert (login.role, login.locale, login.trouble) == ("owner", "fr", None)
    with pytest.raises(NotFound):  # the link was used
        await network.db.run(owner.set_up_owner, secret, prepared, addresses)


async def test_owner_gets_a_new_password_by_a_link(network: Network) -> None:
    secret = await network.db.run(owner.issue_owner_link)
    hashed = await passwords.prepare_password(NEW)
    with pytest.raises(NotFound):
        await network.db.run(owner.reset_owner, secret, hashed)
    alice = await network.person("alice", role="owner")
    second = await owner.prepare_owner(network.db, "mallory", "m@example.org", PASSWORD)
    with pytest.raises(Conflict):
        await network.db.run(owner.set_up_owner, secret, second, network.app.addresses)
    assert await links.is_open(network.db, "owner", secret)  # what is refused uses nothing up
    assert await network.db.run(owner.reset_owner, secret, hashed) == alice.user_id
    assert await log_in(network.db, "alice", NEW, address=HERE)


async def test_owner_is_refused_with_every_fault(network: Network) -> None:
    await network.person("alice")
    with pytest.raises(Invalid) as refused:
        await owner.prepare_owner(network.db, "Alice", "nonsense", "short")
    assert [msgspec.to_builtins(fault)[:2] for fault in refused.value.faults] == [
        ("email", "ERR_INVALID"),
        ("password", "ERR_TOO_SHORT"),
        ("username", "ERR_TAKEN"),
    ]


async def test_link_is_too_old_after_its_time(network: Network) -> None:
    secret = await network.db.run(owner.issue_owner_link)
    await network.db.fetch("update one_time_links set expires_at = now()")
    assert not await links.is_open(network.db, "owner", secret)
    hashed = await passwords.prepare_password(NEW)
    with pytest.raises(NotFound):
        await network.db.run(owner.reset_owner, secret, hashed)
    assert not await links.is_open(network.db, "password", secret)


@pytest.mark.parametrize(
    "password",
    [
        *(
            "password",
            "P@ssw0rd123!",
            "Mot de passe 2026",
            "passwordpassword",
            "azertyuiop",
            "1qaz2wsx",
        ),
        *(
            "00000000",
            "1234567a",
            "abababab",
            "qwer1234",
            "marseille13",
            "alice.2026",
            "Alice@Example.org",
        ),
    ],
)
async def test_passwords_that_are_guessed_first(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        await passwords.prepare_password(password, "alice", "alice@example.org")
    assert refused.value.reason == "ERR_BLOCKED"


def test_passwords_that_are_not() -> None:
    for password in (
        PASSWORD,
        NEW,
        "k7-92-41",
        "monkeys typing",
        "tr0ub4dor&3",
        "🦄🐙🌈🎈🍀🐝🌵🎻",
    ):
        assert passwords.check_password(password, "alice") is None, password
