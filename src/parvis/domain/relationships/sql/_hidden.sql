-- Whether an account is one that :viewer does not meet in lists: gone, or blocked in either direction.
-- :row is a row of accounts.
(
  :row.suspended_at is not null or :row.deleted_at is not null
  or exists (
    select from blocks hb
    where (hb.account_id = :viewer and hb.target_id = :row.id)
       or (hb.account_id = :row.id and hb.target_id = :viewer)
  )
)
