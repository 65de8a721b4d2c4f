-- Those whom $1 shows on their page, as $2 may see them.
select e.id as relation_id, e.target_id as account_id
from endorsements e join accounts a on a.id = e.target_id, accounts of
where of.id = $1::bigint and e.account_id = of.id
  and (of.id = $2::bigint or not {{hidden(of, $2)}})
  and (a.id = $2 or not {{hidden(a, $2)}})
  and e.id < $3 and e.id > $4
order by e.id /*older*/ desc
limit $5
