-- The user of an account.
select id from users where account_id = $1
