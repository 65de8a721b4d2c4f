-- $1 no longer shows $2 on their page.
with unendorsed as (
  delete from endorsements where account_id = $1::bigint and target_id = $2::bigint
)
select exists (select from accounts where id = $2 and deleted_at is null) as is_there
