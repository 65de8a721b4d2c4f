-- What became of lines of an import.
update import_rows r set outcome = o.outcome
from unnest($2::int[], $3::text[]) as o (line, outcome)
where r.import_id = $1::bigint and r.line = o.line
