-- Every line of an import was worked on.
update imports set state = 'done', finished_at = now() where id = $1::bigint and state = 'waiting'
