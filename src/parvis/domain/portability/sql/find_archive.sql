-- An archive that can be fetched by $1.
select secret, bytes, created_at from archives
where id = $2::bigint and account_id = $1::bigint and state = 'ready' and expires_at > now()
