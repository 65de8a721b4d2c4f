-- What is going on: each part reads an index, or a table that is small while the network is well.
select
  case when f.day = current_date then f.active end as active_today, f.active_week, f.active_month,
  (select count(*) from reports where resolved_at is null) as reports,
  (
    select count(*) from users u join accounts a on a.id = u.account_id
    where u.approved_at is null and a.suspended_at is null and a.deleted_at is null
  ) as waiting,
  (select count(*) from jobs where gave_up_at is null) as jobs_waiting,
  (select count(*) from jobs where gave_up_at is not null) as jobs_failed,
  (select count(*) from outbox) as events_waiting,
  (select halted from logs where kind = 'server' and closed_at is null) as log_stopped,
  (select bool_and(failure is not null) from log_witnesses) is true as witnesses_silent,
  f.members, f.media_bytes, f.database_bytes, f.counted_at
from (select 1) one left join lateral (select * from day_figures order by day desc limit 1) f on true
