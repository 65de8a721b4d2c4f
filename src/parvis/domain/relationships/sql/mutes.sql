-- Those whom $1 mutes now.
select m.id as relation_id, m.target_id as account_id, m.expires_at
from mutes m join accounts a on a.id = m.target_id
where m.account_id = $1::bigint and (m.expires_at is null or m.expires_at > now())
  and a.suspended_at is null and a.deleted_at is null
  and m.id < $2 and m.id > $3
order by m.id /*older*/ desc
limit $4
