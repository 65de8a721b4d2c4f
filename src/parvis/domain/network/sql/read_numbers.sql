-- What the network tells of its size: people who may act, and public or unlisted statuses of theirs.
with member as (
  select u.account_id, u.last_seen_on, u.role, coalesce(c.statuses, 0) as statuses
  from users u join accounts a on a.id = u.account_id left join account_counters c on c.account_id = a.id
  where a.suspended_at is null and a.deleted_at is null and u.confirmed_at is not null
    and u.approved_at is not null
)
select
  count(*) as users,
  count(*) filter (where last_seen_on > current_date - 30) as active_month,
  count(*) filter (where last_seen_on > current_date - 180) as active_half_year,
  coalesce(sum(statuses), 0)::bigint as statuses,
  (select count(distinct a.domain) from accounts a where a.domain is not null) as domains,
  min(account_id) filter (where role = 'owner') as owner_id
from member
