-- Put those of $1 that are somebody's ($2) notifications aside; answers how many there are.
with there as (
  select id from notifications where id = any($1::bigint[]) and account_id = $2::bigint
), done as (
  update notifications n set dismissed_at = now() from there where n.id = there.id and n.dismissed_at is null
)
select count(*) from there
