-- The lines of an import.
insert into import_rows (import_id, line, username, domain, list, uri, options)
select $1::bigint, l.line, l.username, l.domain, l.list, l.uri, l.options
from jsonb_to_recordset($2::jsonb)
  as l (line int, username text, domain text, list text, uri text, options jsonb)
