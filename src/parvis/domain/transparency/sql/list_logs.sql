-- Logs as they stand.
select id, path, origin, kind, is_public, size, subtrees, signed_size, signed, published_size, published, halted
from logs where id = any($1::bigint[]) order by id
