-- Direct statuses that an account wrote or is addressed by.
select s.id
from (
  select id from statuses
  where account_id = $1::bigint and visibility = 'direct' and deleted_at is null
  union
  select m.status_id from mentions m join statuses d on d.id = m.status_id
  where m.account_id = $1 and d.visibility = 'direct'
) own join statuses s on s.id = own.id
where {{visible(s, $1)}} and {{wanted(s, $1)}} and s.id < $2 and s.id > $3
order by s.id /*older*/ desc
limit $4
