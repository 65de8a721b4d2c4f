-- Number the rules anew: those of $1 in its order, then the others as they stood.
update rules set position = n.position
from (
  select r.id, row_number() over (order by o.place nulls last, r.position, r.id) as position
  from rules r left join unnest($1::bigint[]) with ordinality as o (id, place) using (id)
) n
where rules.id = n.id and rules.position <> n.position
