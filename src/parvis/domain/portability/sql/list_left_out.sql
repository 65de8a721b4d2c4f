-- Some of what ends by an import that replaces.
select l.id, l.list_id, l.domain
from imports i cross join lateral {{left_out(i)}} l
where i.id = $1::bigint and i.replaces and i.state = 'waiting'
limit $2
