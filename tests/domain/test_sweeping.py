"""What time alone makes superfluous goes away, and nothing else does."""

from typing import Any

from tests.rig.network import Network

from parvis import worker
from parvis.domain.timelines.sweep import ENTRIES_KEPT
from parvis.infra import jobs


async def sweep(network: Network) -> None:
    for kind in worker.HOURLY:
        await jobs.ensure(network.db, kind)
    await network.settle()
    assert await network.db.fetchval("select count(*) from jobs where run_at <= now()") == 0


async def column(network: Network, sql: str, *args: Any) -> list[Any]:
    return [row[0] for row in await network.db.fetch(sql, *args)]


async def test_what_let_somebody_in_is_forgotten(network: Network) -> None:
    alice = await network.person("alice")
    app_id = await network.db.fetchval("select id from apps limit 1")
    ages = {"old": "31 days", "late": "25 hours", "new": "1 hour"}
    for name, age in ages.items():
        await network.db.fetch(
            "insert into one_time_links (secret_sha256, purpose, expires_at)"
            " values ($1, 'owner', now() - $2::text::interval)",
            name.encode(),
            age,
        )
        await network.db.fetch(
            "insert into authorization_codes (code_sha256, app_id, user_id, redirect_uri, scopes, expires_at)"
            " values ($1, $2, $3, '', '{}', now() - $4::text::interval)",
            name.encode(),
            app_id,
            alice.user_id,
            age,
        )
        await network.db.fetch(
            "insert into access_tokens (token_sha256, app_id, user_id, scopes, revoked_at)"
            " values ($1, $2, $3, '{}', now() - $4::text::interval)",
            name.encode(),
            app_id,
            alice.user_id,
            age,
        )
        await network.db.fetch(
            "insert into sessions (secret_sha256, user_id, revoked_at)"
            " values ($1, $2, now() - $3::text::interval)",
            name.encode(),
            alice.user_id,
            age,
        )
        await network.db.fetch(
            "insert into idempotency_keys (account_id, key, status_id, created_at)"
            " values ($1, $2, 1, now() - $3::text::interval)",
            alice.account_id,
            name,
            age,
        )
        await network.db.fetch(
            "insert into wakes (kind, payload, created_at)"
            " values ('status', to_jsonb($1::text), now() - $2::text::interval)",
            name,
            age,
        )
    await network.db.fetch(
        "insert into sessions (secret_sha256, user_id) values ('x', $1)", alice.user_id
    )
    await sweep(network)
    await worker.wakes.sweep(network.db)
    for table, column_name in (
        ("one_time_links", "secret_sha256"),
        ("authorization_codes", "code_sha256"),
    ):
        assert await column(network, f"select {column_name} from {table}") == [b"new"]
    assert await column(network, "select key from idempotency_keys order by key") == ["late", "new"]
    left = "select {} from {} where revoked_at is not null order by id"
    assert await column(network, left.format("token_sha256", "access_tokens")) == [b"late", b"new"]
    assert await column(network, left.format("secret_sha256", "sessions")) == [b"late", b"new"]
    assert await network.db.fetchval("select count(*) from sessions where revoked_at is null") == 1
    assert await network.db.fetchval("select count(*) from wakes") == 1  # numbers go on from it
    (await alice.get("/api/v1/accounts/verify_credentials")).ok()


async def test_homes_keep_their_newest_entries(network: Network) -> None:
    alice, bob = await network.people("alice", "bob")
    fill = "insert into home_entries select $1, n from generate_series(1, $2::int) n"
    await network.db.fetch(fill, alice.account_id, ENTRIES_KEPT + 50)
    await network.db.fetch(fill, bob.account_id, ENTRIES_KEPT)
    await network.db.fetch(
        "insert into statuses (id, account_id, uri, visibility, deleted_at)"
        " select n, $1, 'x:' || n, 'public', now() - n * interval '20 minutes' from generate_series(1, 4) n",
        bob.account_id,
    )
    await sweep(network)
    kept = "select status_id from home_entries where account_id = $1 order by status_id"
    assert await column(network, kept, alice.account_id) == list(range(51, ENTRIES_KEPT + 51))
    # Deleted an hour ago or more: 4 (80 minutes); 3 is on the hour's edge, gone as well.
    assert await column(network, kept, bob.account_id) == [1, 2, *range(5, ENTRIES_KEPT + 1)]
