-- Lines of an import not worked on yet, with whom or what they name.
select r.line, r.username, r.domain, r.list, r.uri, r.options, a.id as account_id, s.id as status_id
from imports i join import_rows r on r.import_id = i.id
left join accounts a on lower(a.username) = r.username and coalesce(a.domain, '') = r.domain
  and {{present(a)}}
left join statuses s on s.uri = r.uri and s.deleted_at is null
where i.id = $1::bigint and i.state = 'waiting' and r.outcome is null
order by r.line limit $2
