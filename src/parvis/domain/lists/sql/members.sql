-- Members of the list $2 of $1.
select m.id as relation_id, m.account_id
from lists l join list_accounts m on m.list_id = l.id join accounts a on a.id = m.account_id
where l.id = $2::bigint and l.account_id = $1::bigint and {{member(m, $1)}}
  and a.suspended_at is null and a.deleted_at is null
  and m.id < $3 and m.id > $4
order by m.id /*older*/ desc
limit $5
