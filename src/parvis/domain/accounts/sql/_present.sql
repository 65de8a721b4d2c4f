-- Whether an account is somebody people may meet: not suspended, not gone, confirmed and approved.
-- :row is a row of accounts.
(
  :row.suspended_at is null and :row.deleted_at is null
  and not exists (
    select from users pu
    where pu.account_id = :row.id and (pu.confirmed_at is null or pu.approved_at is null)
  )
)
