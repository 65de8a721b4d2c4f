-- Those who follow $1, as $2 may see them.
select f.id as relation_id, f.account_id
from follows f join accounts a on a.id = f.account_id, accounts of
where of.id = $1::bigint and f.target_id = of.id
  and (of.id = $2::bigint or not (of.hides_collections or {{hidden(of, $2)}}))
  and (a.id = $2 or not {{hidden(a, $2)}})
  and f.id < $3 and f.id > $4
order by f.id /*older*/ desc
limit $5
