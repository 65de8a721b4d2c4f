-- Take accounts $3 off the list $2 of $1. Answers whether the list is there.
with mine as (
  select id from lists where id = $2::bigint and account_id = $1::bigint
), removed as (
  delete from list_accounts m using mine where m.list_id = mine.id and m.account_id = any($3::bigint[])
)
select exists (select from mine) as is_there
