-- Whether an author's statuses (:row is a row of statuses) are left out of :viewer's home, because the
-- author is on one of their exclusive lists. One's own statuses never are.
(
  :row.account_id <> :viewer
  and exists (
    select from list_accounts km join lists kl on kl.id = km.list_id
    where km.account_id = :row.account_id and kl.account_id = :viewer and kl.is_exclusive
  )
)
