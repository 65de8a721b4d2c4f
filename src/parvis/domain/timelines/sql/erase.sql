-- The home of an account, and how far it was read.
with home as (
  delete from home_entries where account_id = $1
)
delete from markers where account_id = $1
