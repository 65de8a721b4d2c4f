-- Put accounts $3 on the list $2 of $1. Answers whether the list is there, how many of them are followed
-- (or the owner), and how many were put on it.
with mine as (
  select id from lists where id = $2::bigint and account_id = $1::bigint
), wanted as (
  select a.id from accounts a
  where a.id = any($3::bigint[]) and a.suspended_at is null and a.deleted_at is null
    and (a.id = $1 or exists (select from follows f where f.account_id = $1 and f.target_id = a.id))
), added as (
  insert into list_accounts (list_id, account_id) select mine.id, wanted.id from mine, wanted
  where (select count(*) from wanted) = cardinality($3)
  on conflict (list_id, account_id) do nothing
  returning account_id
)
select exists (select from mine) as is_there, (select count(*) from wanted) as followed,
       (select count(*) from added) as added
