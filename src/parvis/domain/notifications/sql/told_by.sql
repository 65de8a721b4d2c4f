-- Who was told something of accounts $1.
select distinct account_id from notifications where from_account_id = any($1::bigint[])
