-- $1 follows $2, or asks to when $2 wants to be asked; a follow or request that is there gets the new
-- options (null: unchanged; no languages: all). Answers whether it may be, and which of both it became.
with verdict as (
  select
    a.is_locked or a.domain is not null or me.limited_at is not null as asks,
    case
      when a.moved_to_id is not null
        or exists (select from blocks b where (b.account_id, b.target_id) in (($1, $2), ($2, $1)))
        or exists (select from account_domain_blocks d where d.account_id = $1 and d.domain = a.domain)
        then 'forbidden'
      when c.following >= greatest($9::bigint, (c.followers * 1.1)::bigint)
        and not exists (select from follows f where f.account_id = $1 and f.target_id = $2)
        then 'too_many'
      else 'ok'
    end as word
  from accounts a, accounts me left join account_counters c on c.account_id = me.id
  where a.id = $2::bigint and me.id = $1::bigint and a.suspended_at is null and a.deleted_at is null
), go as (
  select asks and not exists (select from follows f where f.account_id = $1 and f.target_id = $2) as asks
  from verdict where word = 'ok'
), followed as (
  insert into follows (account_id, target_id, shows_reblogs, notifies, languages)
  select $1, $2, coalesce($3::boolean, true), coalesce($4::boolean, false), nullif($5::text[], '{}')
  from go where not asks
  on conflict (account_id, target_id) do update set
    shows_reblogs = coalesce($3, follows.shows_reblogs), notifies = coalesce($4, follows.notifies),
    languages = case when $5 is null then follows.languages else excluded.languages end
  returning xmax = 0 as is_new
), requested as (
  insert into follow_requests (account_id, target_id, shows_reblogs, notifies, languages)
  select $1, $2, coalesce($3, true), coalesce($4, false), nullif($5, '{}')
  from go where asks
  on conflict (account_id, target_id) do update set
    shows_reblogs = coalesce($3, follow_requests.shows_reblogs),
    notifies = coalesce($4, follow_requests.notifies),
    languages = case when $5 is null then follow_requests.languages else excluded.languages end
  returning xmax = 0 as is_new
), settled as ( -- asked while the account was locked, and it no longer is
  delete from follow_requests r where r.account_id = $1 and r.target_id = $2 and exists (select from followed)
), counted as (
  insert into account_counters (account_id, followers, following)
  select n.* from followed, (values ($1::bigint, 0, 1), ($2::bigint, 1, 0)) n (account_id, followers, following)
  where is_new
  order by n.account_id -- everybody locks counters in one order
  on conflict (account_id) do update set
    followers = account_counters.followers + excluded.followers,
    following = account_counters.following + excluded.following
), told as (
  insert into outbox (kind, payload, slots)
  select kind, jsonb_build_object('account_id', $1::bigint, 'target_id', $2::bigint), $8::bigint[]
  from (select $6::text as kind from followed where is_new
        union all select $7::text from requested where is_new) e
)
select word from verdict
