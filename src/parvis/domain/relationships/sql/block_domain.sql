-- $1 blocks a whole server: follows and requests between them and its accounts end. Answers whom it met.
with blocked as (
  insert into account_domain_blocks (account_id, domain) values ($1::bigint, $2::text)
  on conflict (account_id, domain) do nothing
), there as (
  select id from accounts where domain = $2
), unfollowed as (
  delete from follows f
  where (f.account_id = $1 and f.target_id in (select id from there))
     or (f.target_id = $1 and f.account_id in (select id from there))
  returning account_id, target_id
), withdrawn as (
  delete from follow_requests f
  where (f.account_id = $1 and f.target_id in (select id from there))
     or (f.target_id = $1 and f.account_id in (select id from there))
  returning account_id, target_id
), unendorsed as (
  delete from endorsements where account_id = $1 and target_id in (select id from there)
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.account_id, sum(n.followers), sum(n.following)
  from unfollowed u, lateral (values (u.account_id, 0, -1), (u.target_id, -1, 0)) n (account_id, followers, following)
  group by n.account_id order by n.account_id
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
)
select account_id, target_id from unfollowed union select account_id, target_id from withdrawn
