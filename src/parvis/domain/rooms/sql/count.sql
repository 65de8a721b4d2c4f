-- How many listen now, where that is another number than before.
update rooms r set listeners = c.count, listeners_most = greatest(r.listeners_most, c.count)
from unnest($1::bigint[], $2::int[]) as c (id, count)
where r.id = c.id and r.listeners <> c.count and r.state in ('open', 'live', 'paused')
returning r.id
