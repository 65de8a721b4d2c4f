-- Lines of an import of $1 that were not done, after line $3.
select r.line, r.username, r.domain, r.list, r.uri, r.options, r.outcome
from imports i join import_rows r on r.import_id = i.id
where i.account_id = $1::bigint and i.id = $2::bigint and r.outcome <> 'done' and r.line > $3
order by r.line limit $4
