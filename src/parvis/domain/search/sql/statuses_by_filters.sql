-- Statuses with the marks asked for (media, language, day), whatever their words, newest first.
with {{asked(s, $1)}}
select s.id
from statuses s left join status_search d on d.status_id = s.id
where s.deleted_at is null
  and not coalesce(d.document @@ (select unwanted from asked), false)
  and {{fits(s, $1::bigint)}}
order by s.id desc
limit $20::int offset $21::int
