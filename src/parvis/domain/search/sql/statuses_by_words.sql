-- Statuses with the words asked for, newest first.
with {{asked(s, $1)}}
select s.id
from status_search d join statuses s on s.id = d.status_id
where d.document @@ (select wanted from asked)
  and not d.document @@ (select unwanted from asked)
  and {{fits(s, $1::bigint)}}
order by s.id desc
limit $20::int offset $21::int
