-- What the network tells of its size: people who may act, and public or unlisted statuses of theirs. Active
-- are those who published in public, logged in or let an app in during that time.
with member as (
  select u.account_id, u.role, coalesce(c.statuses, 0) as statuses,
    greatest(
      u.last_seen_on, c.last_status_at,
      (select max(s.seen_at)::date from sessions s where s.user_id = u.id),
      (select max(t.created_at)::date from access_tokens t where t.user_id = u.id)
    ) as active_on
  from users u join accounts a on a.id = u.account_id left join account_counters c on c.account_id = a.id
  where a.suspended_at is null and a.deleted_at is null and u.confirmed_at is not null
    and u.approved_at is not null
)
select
  count(*) as users,
  count(*) filter (where active_on > current_date - 30) as active_month,
  count(*) filter (where active_on > current_date - 180) as active_half_year,
  coalesce(sum(statuses), 0)::bigint as statuses,
  (select count(distinct a.domain) from accounts a where a.domain is not null) as domains,
  min(account_id) filter (where role = 'owner') as owner_id
from member
