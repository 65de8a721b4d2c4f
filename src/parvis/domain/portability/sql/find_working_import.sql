-- An import under way, of somebody who may still act.
select i.kind, i.account_id, i.replaces
from imports i join accounts a on a.id = i.account_id
where i.id = $1::bigint and i.state = 'waiting' and a.suspended_at is null and a.deleted_at is null
