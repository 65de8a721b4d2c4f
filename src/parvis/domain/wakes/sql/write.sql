-- Tell every process something that open streams may have to pass on; numbered in commit order.
insert into wakes (kind, payload)
select w.kind, w.payload::jsonb
from unnest($1::text[], $2::text[]) with ordinality as w (kind, payload, place)
order by w.place
