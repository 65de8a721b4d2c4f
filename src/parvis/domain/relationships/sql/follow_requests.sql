-- Those who ask to follow $1.
select r.id as relation_id, r.account_id
from follow_requests r join accounts a on a.id = r.account_id
where r.target_id = $1::bigint and a.suspended_at is null and a.deleted_at is null
  and r.id < $2 and r.id > $3
order by r.id /*older*/ desc
limit $4
