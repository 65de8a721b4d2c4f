-- $1 mutes $2, until $4 (null: until unmuted); an expiry is told when it comes.
with muted as (
  insert into mutes (account_id, target_id, hides_notifications, expires_at)
  select $1::bigint, a.id, $3::boolean, $4::timestamptz from accounts a where a.id = $2::bigint and a.deleted_at is null
  on conflict (account_id, target_id) do update set
    hides_notifications = excluded.hides_notifications, expires_at = excluded.expires_at
  returning target_id
), told as (
  insert into outbox (kind, payload, slots, run_at)
  select $5, jsonb_build_object('account_id', $1::bigint, 'target_id', target_id), $6::bigint[], $4
  from muted where $4 is not null
)
select exists (select from muted) as is_there
