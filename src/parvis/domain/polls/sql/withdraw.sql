-- Forget what a voter said of themselves.
delete from declarations where account_id = $1::bigint and poll_id = $2::bigint
