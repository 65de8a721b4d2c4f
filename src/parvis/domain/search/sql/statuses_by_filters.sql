-- Statuses with the marks asked for (media, language, day), whatever their words, newest first: among the
-- newest 20,000 of the days asked for. A mark nobody's status has would else be looked for in all of them.
with {{asked(s, $1)}}
select s.id
from (
  select n.*
  from statuses n
  where n.id < least($18::bigint, coalesce((extract(epoch from $16::timestamptz) * 1000)::bigint << 16, $18))
    and n.id > greatest($19::bigint, coalesce(((extract(epoch from $15::timestamptz) * 1000)::bigint << 16) - 1, $19))
    and n.deleted_at is null
  order by n.id desc
  limit 20000
) s
left join status_search d on d.status_id = s.id
where not coalesce(d.document @@ (select unwanted from asked), false)
  and {{fits(s, $1::bigint)}}
order by s.id desc
limit $20::int offset $21::int
