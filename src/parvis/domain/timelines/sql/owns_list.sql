-- Whether a list is this account's.
select exists (select from lists where id = $1 and account_id = $2)
