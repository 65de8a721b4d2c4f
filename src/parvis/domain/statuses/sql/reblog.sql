-- Reblog what a status shows, once. The row is locked against deletion meanwhile, which must find every
-- reblog; so is the account, against being left. $3 is the visibility asked for, $4 the app. Counts only
-- what anyone may see.
with target as (
  select t.id, t.account_id, t.visibility,
         t.visibility = 'direct' or (t.visibility = 'private' and t.account_id <> $1)
         or exists (select from blocks b where b.account_id = $1 and b.target_id = t.account_id) as is_refused
  from statuses s join statuses t on t.id = coalesce(s.reblog_of_id, s.id)
  where s.id = $2::bigint and {{visible(s, $1::bigint)}} and t.deleted_at is null
  for share of t
), author as (
  select a.id, a.uri, a.url, u.default_visibility
  from accounts a join users u on u.account_id = a.id
  where a.id = $1 and a.deleted_at is null
  for key share of a
), new as (
  select id_at($7::timestamptz) as id
), came as (
  insert into statuses (id, account_id, uri, url, visibility, reblog_of_id, app_id, created_at)
  select new.id, a.id, a.uri || '/statuses/' || new.id || '/activity', a.url || '/' || new.id,
         case
           when t.visibility = 'private' then 'private'
           when $3::visibility is not null then $3
           when a.default_visibility = 'direct' then 'private'
           else a.default_visibility
         end,
         t.id, $4::bigint, coalesce($7, now())
  from target t, new, author a
  where not t.is_refused
  on conflict (account_id, reblog_of_id) where reblog_of_id is not null and deleted_at is null do nothing
  returning id, reblog_of_id, visibility
), counted as (
  insert into status_counters (status_id, reblogs)
  select reblog_of_id, 1 from came where visibility in ('public', 'unlisted')
  on conflict (status_id) do update set reblogs = status_counters.reblogs + 1
), counted_author as (
  insert into account_counters (account_id, statuses, last_status_at)
  select $1, 1, coalesce($7, now())::date from came where visibility in ('public', 'unlisted')
  on conflict (account_id) do update
    set statuses = account_counters.statuses + 1, last_status_at = greatest(account_counters.last_status_at, excluded.last_status_at)
), own_home as (
  insert into home_entries (account_id, status_id) select $1, id from came
), told as (
  insert into outbox (kind, payload, slots)
  select $5, jsonb_build_object('status_id', id, 'account_id', $1::bigint, 'visibility', visibility,
                                'reblog_of_id', reblog_of_id), $6::bigint[]
  from came
)
select {{standing($1)}} as standing, t.id as target_id, t.is_refused, (select id from came) as came_id,
       (select r.id from statuses r
        where r.account_id = $1 and r.reblog_of_id = t.id and r.deleted_at is null) as known_id
from (values (1)) always left join target t on true
