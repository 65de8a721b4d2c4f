-- The no to an import that was read or is under way; what it did stays done.
update imports set state = 'stopped', finished_at = now()
where id = $1::bigint and ($2::bigint is null or account_id = $2) and state in ('read', 'waiting')
returning id
