-- $1 no longer follows $2, nor asks to; what rested on the follow goes with it. Told when there was one.
with unfollowed as (
  delete from follows where account_id = $1::bigint and target_id = $2::bigint returning target_id
), withdrawn as (
  delete from follow_requests where account_id = $1 and target_id = $2 returning target_id
), unendorsed as (
  delete from endorsements where account_id = $1 and target_id = $2
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.* from unfollowed, (values ($1::bigint, 0, -1), ($2::bigint, -1, 0)) n (account_id, followers, following)
  order by n.account_id
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $4::bigint[]
  where exists (select from unfollowed) or exists (select from withdrawn)
)
select exists (select from accounts where id = $2 and deleted_at is null)
  and exists (select from accounts where id = $1 and deleted_at is null) as is_there
