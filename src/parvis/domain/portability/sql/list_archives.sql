-- Archives of $1 that are made or can be fetched, the newest first.
select id, secret, state, bytes, created_at, expires_at from archives
where account_id = $1::bigint and (expires_at is null or expires_at > now())
order by id desc limit 5
