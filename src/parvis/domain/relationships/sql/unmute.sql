-- $1 no longer mutes $2.
with unmuted as (
  delete from mutes where account_id = $1::bigint and target_id = $2::bigint
)
select exists (select from accounts where id = $2 and deleted_at is null) as is_there
