-- Statuses with the words asked for, newest first: what the newest few thousand hold, if that is enough
-- (a common word has millions of others, which nobody has to sort), else with all that the index finds.
with {{asked(s, $1)}},
newest as materialized (
  select d.status_id, d.document
  from status_search d
  where d.status_id < $18::bigint and d.status_id > $19::bigint
  order by d.status_id desc
  limit 5000
),
recent as materialized (
  select s.id
  from newest d join statuses s on s.id = d.status_id
  where d.document @@ (select wanted from asked)
    and not d.document @@ (select unwanted from asked)
    and {{fits(s, $1::bigint)}}
  order by s.id desc
  limit $20::int + $21::int
)
select found.id
from (
  select r.id from recent r
  union all
  select s.id
  from status_search d join statuses s on s.id = d.status_id
  where (select count(*) from recent) < $20 + $21
    and d.status_id < (select min(n.status_id) from newest n)
    and d.document @@ (select wanted from asked)
    and not d.document @@ (select unwanted from asked)
    and {{fits(s, $1::bigint)}}
) found
order by found.id desc
limit $20 offset $21
