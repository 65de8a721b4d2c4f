-- Where entries stand in a log, by their leaf hashes.
select e.leaf, e.position
from logs l cross join unnest($2::bytea[]) as asked (leaf) cross join lateral {{placed(l, asked.leaf)}} e
where l.id = $1
