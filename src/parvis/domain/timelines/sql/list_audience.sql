-- Which of the lists $1 show which of the statuses $2 to their owners now.
select l.id as list_id, l.account_id, s.id as status_id
from lists l
join list_accounts la on la.list_id = l.id
join statuses s on s.account_id = la.account_id and s.id = any($2::bigint[])
where l.id = any($1::bigint[])
  and s.visibility <> 'direct'
  and {{visible(s, l.account_id)}} and {{wanted(s, l.account_id)}}
  and (
    s.account_id = l.account_id
    or exists (
      select from follows f
      where f.account_id = l.account_id and f.target_id = s.account_id
        and (f.shows_reblogs or s.reblog_of_id is null)
    )
  )
  and (
    s.in_reply_to_account_id is null
    or s.in_reply_to_account_id in (s.account_id, l.account_id)
    or (
      l.replies_policy = 'followed'
      and exists (select from follows r
                  where r.account_id = l.account_id and r.target_id = s.in_reply_to_account_id)
    )
    or (
      l.replies_policy = 'list'
      and exists (select from list_accounts r
                  where r.list_id = l.id and r.account_id = s.in_reply_to_account_id)
    )
  )
