-- The processes that told of themselves lately.
select id, role, version, streams, hears_bus, started_at, seen_at, seen_at > now() - $1::int * interval '1 s' as is_alive
from processes order by role, started_at
