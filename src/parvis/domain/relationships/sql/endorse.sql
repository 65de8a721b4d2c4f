-- $1 shows $2, whom they follow, on their page. Answers what stands in the way.
with target as (
  select a.id, exists (select from follows f where f.account_id = $1::bigint and f.target_id = a.id) as is_followed
  from accounts a where a.id = $2::bigint and a.deleted_at is null and a.suspended_at is null
), endorsed as (
  insert into endorsements (account_id, target_id) select $1, id from target where is_followed
  on conflict (account_id, target_id) do nothing
)
select is_followed from target
