-- Tell every process something that open streams may have to pass on; numbered in commit order.
insert into wakes (kind, payload, created_at)
select w.kind, w.payload::jsonb, clock_timestamp()
from unnest($1::text[], $2::text[]) with ordinality as w (kind, payload, place)
order by w.place
