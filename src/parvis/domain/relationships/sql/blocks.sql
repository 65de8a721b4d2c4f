-- Those whom $1 blocks.
select b.id as relation_id, b.target_id as account_id
from blocks b join accounts a on a.id = b.target_id
where b.account_id = $1::bigint and a.suspended_at is null and a.deleted_at is null
  and b.id < $2 and b.id > $3
order by b.id /*older*/ desc
limit $4
