-- Exchanges by id, whosesoever they are, as far as their accounts may see them.
select c.id, c.account_id, c.participant_ids, c.last_status_id, c.is_unread
from account_conversations c join statuses s on s.id = c.last_status_id
where c.id = any($1::bigint[]) and {{visible(s, c.account_id)}} and {{wanted(s, c.account_id)}}
order by c.last_status_id
