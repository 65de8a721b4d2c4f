-- Put one of somebody's notifications aside; answers whether there is one.
with there as (
  select id from notifications where id = $1 and account_id = $2
), done as (
  update notifications n set dismissed_at = coalesce(dismissed_at, now()) from there where n.id = there.id
)
select exists (select from there)
