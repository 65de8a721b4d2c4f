-- $1 no longer blocks $2.
with unblocked as (
  delete from blocks where account_id = $1::bigint and target_id = $2::bigint returning target_id
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $4::bigint[] from unblocked
)
select exists (select from accounts where id = $2 and deleted_at is null) as is_there
