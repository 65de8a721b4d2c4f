-- $2 lets those of $1 who asked follow. Answers how many had asked.
with asked as (
  delete from follow_requests where account_id = any($1::bigint[]) and target_id = $2::bigint
  returning account_id, target_id, uri, shows_reblogs, notifies, languages
), followed as (
  insert into follows (account_id, target_id, uri, shows_reblogs, notifies, languages)
  select account_id, target_id, uri, shows_reblogs, notifies, languages from asked
  on conflict (account_id, target_id) do nothing
  returning account_id
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.account_id, sum(n.followers), sum(n.following)
  from followed f, lateral (values (f.account_id, 0, 1), ($2::bigint, 1, 0)) n (account_id, followers, following)
  group by n.account_id order by n.account_id
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', f.account_id, 'target_id', $2::bigint), $4::bigint[] from followed f
)
select count(*) from asked
