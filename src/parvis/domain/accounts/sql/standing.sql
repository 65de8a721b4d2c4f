-- The standing of one account.
select {{standing($1::bigint)}} as standing
