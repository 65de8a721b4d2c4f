-- A home's newest (or next newer) statuses between two ids: pushed entries, and the statuses of
-- followed authors who are merged at read. Only what may be seen and is wanted now.
with pulled as (
  select f.target_id, f.shows_reblogs
  from follows f join accounts a on a.id = f.target_id
  where f.account_id = $1 and a.is_pulled
), entries as (
  (
    select h.status_id as id from home_entries h
    where h.account_id = $1 and h.status_id < $2::bigint and h.status_id > $3::bigint
    order by h.status_id /*older*/ desc
    limit $4::int * 2 + 20
  )
  union
  select s.id
  from pulled p
  cross join lateral (
    select s.id from statuses s
    where s.account_id = p.target_id and s.deleted_at is null and s.visibility <> 'direct'
      and s.id < $2 and s.id > $3
      and (p.shows_reblogs or s.reblog_of_id is null)
      and (s.in_reply_to_account_id is null or s.in_reply_to_account_id in ($1, s.account_id)
           or exists (select from follows r where r.account_id = $1 and r.target_id = s.in_reply_to_account_id))
    order by s.id /*older*/ desc
    limit $4::int * 2 + 20
  ) s
)
select s.id, s.account_id, s.account_id in (select target_id from pulled) as is_pulled,
       (select coalesce(array_agg(target_id), '{}') from pulled) as pulled_ids
from entries e join statuses s on s.id = e.id
where {{visible(s, $1)}} and {{wanted(s, $1)}}
  and {{kept_at_home(s, $1)}}
order by s.id /*older*/ desc
limit $4
