-- $1 blocks $2: follows, requests and endorsements between the two end, in both directions.
with target as (
  select id from accounts where id = $2::bigint and deleted_at is null
), blocked as (
  insert into blocks (account_id, target_id) select $1::bigint, id from target
  on conflict (account_id, target_id) do nothing
  returning target_id
), unfollowed as (
  delete from follows where (account_id, target_id) in (($1, $2), ($2, $1)) and exists (select from target)
  returning account_id, target_id
), withdrawn as (
  delete from follow_requests where (account_id, target_id) in (($1, $2), ($2, $1))
), unendorsed as (
  delete from endorsements where (account_id, target_id) in (($1, $2), ($2, $1))
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.account_id, sum(n.followers), sum(n.following)
  from unfollowed u, lateral (values (u.account_id, 0, -1), (u.target_id, -1, 0)) n (account_id, followers, following)
  group by n.account_id order by n.account_id
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $4::bigint[] from blocked
)
select exists (select from target) as is_there
