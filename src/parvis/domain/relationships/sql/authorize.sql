-- $2 lets $1, who asked, follow. Answers whether there was a request.
with asked as (
  delete from follow_requests where account_id = $1::bigint and target_id = $2::bigint
  returning account_id, target_id, uri, shows_reblogs, notifies, languages
), followed as (
  insert into follows (account_id, target_id, uri, shows_reblogs, notifies, languages)
  select account_id, target_id, uri, shows_reblogs, notifies, languages from asked
  on conflict (account_id, target_id) do nothing
  returning account_id
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.* from followed, (values ($1::bigint, 0, 1), ($2::bigint, 1, 0)) n (account_id, followers, following)
  order by n.account_id
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $4::bigint[] from followed
)
select exists (select from asked) as was_asked
