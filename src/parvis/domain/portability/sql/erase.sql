-- The archives and imports of an account; answers where archives lay.
with own as (
  delete from imports where account_id = $1::bigint
)
delete from archives where account_id = $1 returning secret
