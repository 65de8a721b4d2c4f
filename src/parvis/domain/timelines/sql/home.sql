-- A home's newest (or next newer) statuses between two ids: pushed entries, and the statuses of
-- followed authors who are merged at read. Only what may be seen and is wanted now; each side is walked from
-- the cursor until the page is full, however much of it is kept away (`offset 0`: entry by entry, in order).
with pulled as (
  select f.target_id as account_id, f.shows_reblogs, f.languages
  from follows f join accounts a on a.id = f.target_id
  where f.account_id = $1 and a.is_pulled and a.suspended_at is null and a.deleted_at is null
    and {{author_wanted(f.target_id, $1)}}
), merged as (
  select p.* from pulled p where not {{kept_out(p, $1)}}
), entries as (
  (
    select s.id
    from home_entries h
    cross join lateral (
      select s.id from statuses s
      where s.id = h.status_id
        and {{visible(s, $1)}} and {{wanted(s, $1)}} and {{kept_at_home(s, $1)}}
      offset 0
    ) s
    where h.account_id = $1 and h.status_id < $2::bigint and h.status_id > $3::bigint
    order by h.status_id /*older*/ desc
    limit $4::int
  )
  union
  select s.id
  from merged p
  cross join lateral (
    select s.id from statuses s
    where s.account_id = p.account_id and s.deleted_at is null and s.visibility <> 'direct'
      and s.id < $2 and s.id > $3
      and (p.shows_reblogs or s.reblog_of_id is null)
      and (p.languages is null or s.language is null or s.language = any(p.languages))
      and (s.in_reply_to_account_id is null or s.in_reply_to_account_id in ($1, s.account_id)
           or exists (select from follows r where r.account_id = $1 and r.target_id = s.in_reply_to_account_id))
      and {{visible(s, $1)}} and {{wanted(s, $1)}} and {{kept_at_home(s, $1)}}
    order by s.id /*older*/ desc
    limit $4
  ) s
)
select e.id, (select coalesce(array_agg(account_id), '{}') from merged) as pulled_ids
from entries e
order by e.id /*older*/ desc
limit $4
