-- How many listen now, or are in a call, where that is another number than before.
update rooms r set listeners = c.count, listeners_most = greatest(r.listeners_most, c.count),
  empty_since = case when r.is_call and c.count = 0 then now() end
from unnest($1::bigint[], $2::int[]) as c (id, count)
where r.id = c.id and r.listeners <> c.count and r.state in ('open', 'live', 'paused')
returning r.id
