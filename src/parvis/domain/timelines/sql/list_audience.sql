-- Which of the lists $1 show which of the statuses $2 to their owners now, as list.sql would.
select l.id as list_id, l.account_id, s.id as status_id
from lists l
join list_accounts m on m.list_id = l.id and {{member(m, l.account_id)}}
join statuses s on s.account_id = m.account_id and s.id = any($2::bigint[])
left join follows f on f.account_id = l.account_id and f.target_id = s.account_id
where l.id = any($1::bigint[])
  and s.deleted_at is null and s.visibility <> 'direct'
  and (s.reblog_of_id is null or coalesce(f.shows_reblogs, true))
  and (f.languages is null or s.language is null or s.language = any(f.languages))
  and (
    s.in_reply_to_account_id is null or s.in_reply_to_account_id in (l.account_id, s.account_id)
    or (l.replies_policy = 'followed' and exists (
      select from follows r where r.account_id = l.account_id and r.target_id = s.in_reply_to_account_id))
    or (l.replies_policy = 'list' and exists (
      select from list_accounts r
      where r.list_id = l.id and r.account_id = s.in_reply_to_account_id and {{member(r, l.account_id)}}))
  )
  and {{visible(s, l.account_id)}} and {{wanted(s, l.account_id)}}
