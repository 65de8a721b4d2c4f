-- Whom $1 blocks, after the relation $2.
select b.id, a.username, a.domain
from blocks b join accounts a on a.id = b.target_id
where b.account_id = $1::bigint and a.deleted_at is null and b.id > $2::bigint
order by b.id limit $3
