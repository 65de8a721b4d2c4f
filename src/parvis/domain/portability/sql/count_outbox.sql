-- How much $1 wrote and shared.
select count(*) from statuses s where s.account_id = $1::bigint and s.deleted_at is null
