-- The lists of an account, and its place on those of others.
with own as (
  delete from lists where account_id = $1
)
delete from list_accounts where account_id = $1
