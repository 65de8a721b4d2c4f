-- The status or account that has exactly this address.
select
  (select id from statuses where uri = $1 and deleted_at is null) as status_id,
  (select id from accounts where uri = $1 and deleted_at is null) as account_id
