-- What an account published or reblogged, replies to others left out.
select s.id
from statuses s
where s.account_id = $2 and s.deleted_at is null
  and (s.in_reply_to_id is null or s.in_reply_to_account_id = s.account_id)
  and s.visibility <> 'direct'
  and {{visible(s, $1::bigint)}}
  and s.id < $3 and s.id > $4
order by s.id /*older*/ desc
limit $5
