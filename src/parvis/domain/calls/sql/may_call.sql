-- Whether somebody may call an account.
select {{callable(a, $1::bigint)}} from accounts a where a.id = $2
