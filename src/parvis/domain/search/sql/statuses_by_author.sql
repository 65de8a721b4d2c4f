-- Statuses of the authors asked for, whatever their words, newest first.
with {{asked(s, $1)}}
select s.id
from (select distinct unnest((select author_ids from asked)::bigint[] || $17::bigint)) as author (id)
cross join lateral (
  select s.* from statuses s left join status_search d on d.status_id = s.id
  where s.account_id = author.id and s.deleted_at is null
    and not coalesce(d.document @@ (select unwanted from asked), false)
    and {{fits(s, $1::bigint)}}
  order by s.id desc
  limit $20::int + $21::int
) s
order by s.id desc
limit $20 offset $21
