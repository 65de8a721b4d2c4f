-- An import of $1, and how its lines stand.
select i.id, i.kind, i.replaces, i.state, i.created_at, i.finished_at,
  count(r.line) as lines,
  count(r.line) filter (where r.outcome is not null) as worked,
  count(r.line) filter (where r.outcome = 'done') as done
from imports i left join import_rows r on r.import_id = i.id
where i.id = $2::bigint and i.account_id = $1::bigint
group by i.id
