-- The newest (or next newer) statuses of a list ($2, of $1) between two ids: of each member so many, then
-- the first of them all.
select s.id
from lists l
join list_accounts la on la.list_id = l.id
cross join lateral (
  select s.id from statuses s
  where s.account_id = la.account_id and s.deleted_at is null
    and s.id < $3::bigint and s.id > $4::bigint and {{on_list(s, l)}}
  order by s.id /*older*/ desc
  limit $5
) s
where l.id = $2::bigint and l.account_id = $1::bigint and {{author_wanted(la.account_id, $1)}}
order by s.id /*older*/ desc
limit $5
