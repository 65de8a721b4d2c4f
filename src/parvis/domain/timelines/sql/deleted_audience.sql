-- Which of the accounts $1 may have had the deleted statuses $2 in their homes or lists: nobody else may
-- learn that they were there.
select v.id as account_id, s.id as status_id
from unnest($1::bigint[]) as v (id) cross join statuses s
where s.id = any($2::bigint[])
  and not exists (select from blocks b where b.account_id = s.account_id and b.target_id = v.id)
  and (
    s.account_id = v.id
    or (
      {{kept_at_home(s, v.id)}}
      and (
        exists (select from home_entries h where h.account_id = v.id and h.status_id = s.id)
        or exists (
          select from follows f join accounts a on a.id = f.target_id and a.is_pulled
          where f.account_id = v.id and f.target_id = s.account_id and s.visibility <> 'direct'
        )
      )
    )
    or (
      s.visibility <> 'direct'
      and exists (
        select from lists l join list_accounts m on m.list_id = l.id
        where l.account_id = v.id and m.account_id = s.account_id and {{member(m, v.id)}}
      )
    )
  )
