-- $2 does not let $1, who asked, follow.
with asked as (
  delete from follow_requests where account_id = $1::bigint and target_id = $2::bigint
  returning account_id
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $4::bigint[] from asked
)
select exists (select from asked) as was_asked
