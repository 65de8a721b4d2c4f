-- Rooms that somebody may see: open or coming, then those that are over.
(
  select r.id, r.account_id, r.title, r.language, r.access, r.state, r.starts_at, r.ended_at, r.listeners
  from rooms r join statuses s on s.id = r.status_id
  where r.state in ('scheduled', 'open', 'live', 'paused') and not r.is_call and {{visible(s, $1::bigint)}}
  order by r.state = 'scheduled', r.starts_at, r.id limit $2
)
union all
(
  select r.id, r.account_id, r.title, r.language, r.access, r.state, r.starts_at, r.ended_at, r.listeners
  from rooms r join statuses s on s.id = r.status_id
  where (r.state = 'published' or r.state = 'ended' and r.account_id = $1) and not r.is_call and {{visible(s, $1::bigint)}}
  order by r.ended_at desc, r.id desc limit $2
)
