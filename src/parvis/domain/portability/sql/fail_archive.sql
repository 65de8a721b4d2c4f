-- No attempt at an archive is left.
update archives set state = 'failed', finished_at = now() where id = $1::bigint and state = 'waiting'
