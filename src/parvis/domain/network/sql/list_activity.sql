-- The last twelve weeks, from Monday to Sunday: public or unlisted statuses written here, people who
-- logged in or were here last, people who joined. $1 is the smallest id of that time.
with week as (
  select generate_series(date_trunc('week', now()) - interval '11 weeks', date_trunc('week', now()), '1 week') as day
), status as (
  select date_trunc('week', s.created_at) as day, count(*) as n
  from statuses s join accounts a on a.id = s.account_id
  where s.id >= $1::bigint and s.is_local and s.deleted_at is null and s.visibility in ('public', 'unlisted')
    and a.suspended_at is null and a.deleted_at is null
  group by 1
), login as (
  select date_trunc('week', l.created_at) as day, count(distinct l.user_id) as n
  from (
    select user_id, created_at from sessions where id >= $1
    union all
    select user_id, created_at from access_tokens where id >= $1 and user_id is not null
    union all
    select id, last_seen_on from users where last_seen_on is not null
  ) l
  group by 1
), joined as (
  select date_trunc('week', u.created_at) as day, count(*) as n from users u where u.id >= $1 group by 1
)
select extract(epoch from w.day)::bigint as week, coalesce(s.n, 0) as statuses, coalesce(l.n, 0) as logins,
       coalesce(j.n, 0) as registrations
from week w left join status s using (day) left join login l using (day) left join joined j using (day)
order by w.day desc
