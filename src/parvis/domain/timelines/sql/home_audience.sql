-- Which of the accounts $1 have which of the statuses $2 in their homes now, as home.sql would show them.
with entries as (
  select h.account_id, h.status_id
  from home_entries h
  where h.account_id = any($1::bigint[]) and h.status_id = any($2::bigint[])
  union
  select f.account_id, s.id
  from statuses s
  join accounts a on a.id = s.account_id and a.is_pulled
  join follows f on f.target_id = s.account_id and f.account_id = any($1)
  where s.id = any($2) and s.visibility <> 'direct'
    and (s.in_reply_to_account_id is null or s.in_reply_to_account_id in (f.account_id, s.account_id)
         or exists (select from follows r
                    where r.account_id = f.account_id and r.target_id = s.in_reply_to_account_id))
)
select e.account_id, e.status_id
from entries e join statuses s on s.id = e.status_id
where {{visible(s, e.account_id)}} and {{wanted(s, e.account_id)}} and {{kept_at_home(s, e.account_id)}}
