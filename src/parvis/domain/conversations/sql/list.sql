-- A page of somebody's direct exchanges, by their last status; only what they may see and want to meet.
select c.id, c.participant_ids, c.last_status_id, c.is_unread
from account_conversations c join statuses s on s.id = c.last_status_id
where c.account_id = $1::bigint and {{visible(s, $1)}} and {{wanted(s, $1)}}
  and c.last_status_id < $2 and c.last_status_id > $3
order by c.last_status_id /*older*/ desc
limit $4
