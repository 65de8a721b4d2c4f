-- A list of $1 and its memberships are gone.
delete from lists where id = $2::bigint and account_id = $1::bigint returning id
