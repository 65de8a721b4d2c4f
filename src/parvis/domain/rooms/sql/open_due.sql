-- Open doors whose time has come; end rooms that nobody started or ended, and calls that all have left.
with due as materialized (
  select id, state from rooms
  where state = 'scheduled' and starts_at <= now() + $1::interval
     or state = 'open' and greatest(starts_at, opened_at) < now() - $3::interval
     or state in ('live', 'paused') and started_at < now() - $4::interval
     or is_call and state = 'live' and empty_since < now() - $5::interval
  order by id limit 100 for update skip locked
)
update rooms r set
  state = case due.state when 'scheduled' then 'open' else 'ended' end,
  epoch_ms = case due.state when 'scheduled' then $2::bigint else r.epoch_ms end,
  opened_at = case due.state when 'scheduled' then now() else r.opened_at end,
  ended_at = case due.state when 'scheduled' then null else now() end
from due where r.id = due.id
returning r.id, r.status_id, (select s.account_id from statuses s where s.id = r.status_id) as author_id
