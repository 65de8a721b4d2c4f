-- Where an entry of this hash is in a log, if it has its place, and the entry.
select e.position, e.entry from logs l cross join lateral {{placed(l, $2::bytea)}} e
where l.id = $1 order by e.position limit 1
