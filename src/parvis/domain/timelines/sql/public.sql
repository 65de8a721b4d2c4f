-- The public timeline: $2 is all, local or remote; $3 only statuses with media.
select s.id
from statuses s join accounts a on a.id = s.account_id
where s.deleted_at is null and s.visibility = 'public' and s.reblog_of_id is null
  and (s.in_reply_to_id is null or s.in_reply_to_account_id = s.account_id)
  and ($2::text = 'all' or s.is_local = ($2 = 'local'))
  and (not $3::boolean or s.media_ids <> '{}')
  and a.limited_at is null
  and {{visible(s, $1::bigint)}} and {{wanted(s, $1)}}
  and s.id < $4 and s.id > $5
order by s.id /*older*/ desc
limit $6
