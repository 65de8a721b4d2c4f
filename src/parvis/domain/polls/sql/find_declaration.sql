-- What a voter said of themselves.
select answers from declarations where account_id = $1::bigint and poll_id = $2::bigint
